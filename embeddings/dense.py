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

import faiss as _typed  # isort: skip

from embeddings.embedder import Vectors
from embeddings.raw_vectors import blocks, shape_of
from embeddings.search import Allowed, Rows, Scores

faiss: Any = _typed
"""The library; its types know nothing of what its own Python layer adds."""

_BLOCK = 8192
_TAKEN = 256
"""Rows copied at a time: 512 KB of 512 numbers each, still in the processor's cache as they are
multiplied."""

_NTOTAL = slice(8, 16)
_NUMBERS = slice(-8, None)
"""Where the head of a flat index holds its rows, and the numbers that follow it."""


def write_flat(raw: Path, path: Path) -> None:
    """Write the rows of a file as FAISS's index of exact inner product, a block at a time.

    The bytes are those that FAISS itself writes. Written by Python, a full disk is reported as
    such; FAISS does not.

    Args:
        raw: as ``embeddings.raw_vectors.VectorsWriter`` writes it.
        path: the file to write.

    Raises:
        OSError: a file cannot be read, or not written in full.
        ValueError: ``raw`` is no file of rows.
    """
    shape = shape_of(raw)
    head = bytearray(faiss.serialize_index(faiss.IndexFlatIP(shape.dim)).tobytes())
    head[_NTOTAL] = shape.rows.to_bytes(8, "little")
    head[_NUMBERS] = (shape.rows * shape.dim).to_bytes(8, "little")
    with path.open("wb") as stream:
        stream.write(head)
        for _, block in blocks(raw, _BLOCK):
            stream.write(np.ascontiguousarray(block, dtype=np.float32).data)


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """Unit vectors searched by inner product, which is their cosine; a ``VectorIndex``."""

    _index: Any

    @classmethod
    def open(cls, path: Path) -> DenseIndex:
        """Map an index that ``write_flat`` wrote.

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

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The nearest rows to one query.

        Args:
            query: shape (1, dim), unit length.
            count: rows wanted; fewer come back where there are fewer.
            allowed: look at these passages only.

        Returns:
            row numbers and cosines, both of shape (at most count,), best first.
        """
        count = min(count, len(self) if allowed is None else allowed.count)
        if count <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if allowed is None:
            scores, rows = self._index.search(query, count)
        else:
            # Held here: the parameters keep an address of it only.
            chosen = selector(allowed)
            only = faiss.SearchParameters(sel=chosen)
            scores, rows = self._index.search(query, count, params=only)
        return rows[0], scores[0]

    def rows(self, numbers: Sequence[int] | NDArray[np.int64]) -> Vectors:
        """The stored vectors of some rows, shape (len(numbers), dim)."""
        wanted = np.ascontiguousarray(numbers, dtype=np.int64)
        if not len(wanted):
            return np.empty((0, self.dim), dtype=np.float32)
        vectors: Vectors = self._index.reconstruct_batch(wanted)
        return vectors

    def every(self, query: Vectors) -> Scores:
        """The cosine of a query with every row, shape (n,); the same as ``cosines`` gives.

        One pass over the vectors, faster by far than a search for thousands of the nearest.

        Args:
            query: shape (1, dim), unit length.
        """
        # Not a matrix product, whose last digits depend on how many threads share it.
        found: Scores = np.einsum("ij,j->i", self._stored, query[0])
        return found

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """The exact cosine of a query with some rows, whatever threads share the work.

        Args:
            query: shape (1, dim), unit length.
            numbers: of the rows.

        Returns:
            shape (len(numbers),).
        """
        # As bytes: the numbers of a mapped file are not aligned, and those take longer to copy.
        stored = self._stored.view(np.uint8)
        found = np.empty(len(numbers), dtype=np.float32)
        for first in range(0, len(numbers), _TAKEN):
            part = slice(first, first + _TAKEN)
            taken = stored.take(numbers[part], axis=0).view(np.float32)
            np.einsum("ij,j->i", taken, query[0], out=found[part])
        return found

    @property
    def _stored(self) -> Vectors:
        """The memory of the index as it is, held by the index; shape (n, dim)."""
        if not len(self):
            return np.empty((0, self.dim), dtype=np.float32)
        stored = faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self.dim)
        found: Vectors = stored.reshape(len(self), self.dim)
        return found


def selector(allowed: Allowed) -> Any:
    """What tells FAISS which rows it may find: one bit a row."""
    return faiss.IDSelectorBitmap(np.packbits(allowed.mask, bitorder="little"))
