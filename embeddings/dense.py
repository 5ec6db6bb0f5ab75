"""Vectors in FAISS: exact inner product, mapped from disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# numpy before faiss, which chooses its build by the CPU features that numpy has found. torch, where
# a model needs it, may come before or after: each wheel for Linux brings a libgomp of its own.
import numpy as np
from numpy.typing import NDArray

import faiss  # isort: skip

from embeddings.embedder import Vectors


def write_vectors(vectors: Vectors, path: Path) -> None:
    """Write unit rows as a FAISS index of exact inner product.

    Args:
        vectors: shape (n, dim), C-contiguous, unit rows.
        path: the file to write.

    Raises:
        OSError: the file cannot be written in full.
    """
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    # Serialised here and written by Python, which reports a full disk as such; FAISS does not.
    path.write_bytes(faiss.serialize_index(index).tobytes())


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """Unit vectors searched by inner product, which is their cosine."""

    _index: Any

    @classmethod
    def open(cls, path: Path) -> DenseIndex:
        """Map an index that ``write_vectors`` wrote.

        Raises:
            RuntimeError: the file is missing or no FAISS index.
        """
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def __len__(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        return int(self._index.d)

    def search(self, query: Vectors, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The nearest rows to one query.

        Args:
            query: shape (1, dim), unit length.
            count: rows wanted; fewer come back where there are fewer.

        Returns:
            row numbers and cosines, both of shape (min(count, n),), best first.
        """
        count = min(count, len(self))
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, rows = self._index.search(query, count)
        return rows[0], scores[0]

    def rows(self, numbers: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """The stored vectors of some rows, shape (len(numbers), dim)."""
        wanted = np.ascontiguousarray(numbers, dtype=np.int64)
        if not len(wanted):
            return np.empty((0, self.dim), dtype=np.float32)
        vectors: Vectors = self._index.reconstruct_batch(wanted)
        return vectors
