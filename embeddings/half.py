"""Vectors in half precision, read from their file a few rows at a time.

They are read, not mapped: pages of a mapped file count as memory of the process for as long as it
runs, and a server that answers for days would come to hold the whole file. What is read stays in
the kernel's cache, which gives way when memory is short.
"""

from __future__ import annotations

import os
import weakref
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors
from embeddings.products import product
from embeddings.raw_vectors import HEAD, shape_of
from embeddings.search import Allowed, Rows, Scores

_BLOCK = 4096
"""Rows read at a time: 4 MB of 512 numbers each, and twice that as they are multiplied."""

_RESCORED = 4
"""Rows whose cosine is computed again, as a multiple of those wanted."""


class HalfVectors:
    """Unit vectors in half precision; a ``VectorIndex`` that is not made to be searched whole.

    A number is off by 1/2048 of itself at most, which moves a cosine of 512 numbers by about 1e-5.
    """

    def __init__(self, path: Path) -> None:
        """Open a file that ``embeddings.raw_vectors.VectorsWriter`` wrote.

        Raises:
            OSError: it cannot be read.
            ValueError: it is no such file, or of another length than it says.
        """
        self._shape = shape_of(path)
        if self._shape.dtype != np.float16:
            raise ValueError(f"{path.name} is not in half precision")
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        if os.fstat(self._file).st_size != HEAD + self._shape.rows * self._shape.row_bytes:
            raise ValueError(f"{path.name} is of another length than it says")

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        return self._shape.dim

    def __len__(self) -> int:
        """How many vectors there are."""
        return self._shape.rows

    def rows(self, numbers: Rows) -> Vectors:
        """The stored vectors of some rows, shape (len(numbers), dim).

        Raises:
            IndexError: there is no such row.
            OSError: the file cannot be read.
        """
        return self._read(np.asarray(numbers, dtype=np.int64)).astype(np.float32)

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """The cosine of a query with some rows as stored, whatever threads share the work.

        Args:
            query: shape (1, dim), unit length.
            numbers: of the rows; quickest where they follow one another.

        Returns:
            shape (len(numbers),).
        """
        scores = np.empty(len(numbers), dtype=np.float32)
        for first in range(0, len(numbers), _BLOCK):
            part = slice(first, first + _BLOCK)
            # Straight from half to double precision, which takes half as long as by way of single.
            scores[part] = product(self._read(np.asarray(numbers[part], np.int64)), query[0])
        return scores

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The nearest rows to one query, by reading every row that is allowed.

        Args:
            query: shape (1, dim), unit length.
            count: rows wanted; fewer come back where there are fewer.
            allowed: look at these passages only.

        Returns:
            row numbers and cosines, both of shape (at most count,), best first, equal ones by row.
        """
        numbers = np.arange(len(self), dtype=np.int64) if allowed is None else allowed.rows
        rough = np.empty(len(numbers), dtype=np.float32)
        for first in range(0, len(numbers), _BLOCK):
            part = slice(first, first + _BLOCK)
            rough[part] = self.rows(numbers[part]) @ query[0]
        kept = _RESCORED * max(count, 0)
        if kept < len(numbers):
            # Last digits of a product depend on threads: they decide who is looked at again only.
            numbers = numbers[np.argpartition(-rough, kept)[:kept]]
        return self.best_of(query, numbers, count)

    def best_of(self, query: Vectors, numbers: Rows, count: int) -> tuple[Rows, Scores]:
        """The nearest of some rows, best first, equal ones by row.

        Args:
            query: shape (1, dim), unit length.
            numbers: the rows to look at, in any order.
            count: rows wanted.

        Returns:
            row numbers and cosines, both of shape (at most count,).
        """
        numbers = np.sort(numbers)
        scores = self.cosines(query, numbers)
        # Stable, so that equal cosines stay in the order of their rows.
        order = np.argsort(-scores, kind="stable")[: max(count, 0)]
        return numbers[order], scores[order]

    def _read(self, numbers: Rows) -> NDArray[np.float16]:
        """Some rows as stored, shape (len(numbers), dim); not to be written to."""
        if not len(numbers):
            return np.empty((0, self.dim), dtype=np.float16)
        if numbers.min() < 0 or numbers.max() >= len(self):
            raise IndexError("no such row")
        # Rows that follow one another are read together.
        starts = np.concatenate([[0], np.flatnonzero(np.diff(numbers) != 1) + 1])
        offsets = (HEAD + numbers[starts] * self._shape.row_bytes).tolist()
        sizes = (np.diff(starts, append=len(numbers)) * self._shape.row_bytes).tolist()
        content = b"".join(map(os.pread, repeat(self._file), sizes, offsets))
        if len(content) != sum(sizes):
            content = b"".join(map(_whole, repeat(self._file), sizes, offsets))
        return np.frombuffer(content, dtype=np.float16).reshape(len(numbers), self.dim)


def _whole(file: int, size: int, offset: int) -> bytes:
    """Bytes of a file, as often as it is asked for them; one call reads at most 2 GiB."""
    parts: list[bytes] = []
    while size:
        parts.append(os.pread(file, size, offset))
        if not parts[-1]:
            raise OSError("a file of vectors ends too early")
        size, offset = size - len(parts[-1]), offset + len(parts[-1])
    return b"".join(parts)
