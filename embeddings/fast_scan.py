"""Approximate search in registers: codes of 4 bits for two numbers, 32 passages at a time.

The codes lie twice on disk and in memory. Around centres, as ``embeddings.ivf`` searches them, for
a search of all passages; and in the order of the rows, a list for every ``RUN`` of them, for one
that is confined to some reports: then the codes of those reports are looked at and no others, all
of them. FAISS cannot map codes that are laid out for registers, so they are read into memory.

One thread searches, whatever threads there are: the approximate scores have few digits, and which
of equal ones are looked at again would otherwise depend on who comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.dense import faiss, selector
from embeddings.embedder import Vectors
from embeddings.half import HalfVectors
from embeddings.ivf import IvfIndex
from embeddings.search import Allowed, Rows, Scores

RUN = 32
"""Rows that follow one another in one list: as many as FAISS looks at together."""

_BEGINNING = 12
"""Rows in the time to look at which another list can be begun, as measured on a million."""

_NEAREST_FIRST = 11
"""FAISS's way to search lists in the order they are given in, and gather more than are wanted."""


@dataclass(frozen=True, slots=True)
class FastScanIndex:
    """Unit vectors in 4-bit codes, around centres and in the order of the rows; a ``VectorIndex``.

    Attributes:
        by_centre: searches all passages.
    """

    by_centre: IvfIndex
    _by_row: Any

    @classmethod
    def open(
        cls, centres: Path, runs: Path, half: HalfVectors, *, nprobe: int, depth: int
    ) -> FastScanIndex:
        """Read the two files that ``embeddings.fast_scan_build`` wrote.

        Args:
            centres: codes around centres.
            runs: codes in the order of the rows.
            half: the same vectors in half precision.
            nprobe: lists that a search of all passages looks at.
            depth: candidates that are looked at again, at least.

        Raises:
            RuntimeError: a file is missing or no FAISS index.
            ValueError: it is of other vectors.
        """
        by_centre = open_by_centre(centres, half, nprobe=nprobe, depth=depth)
        by_row = faiss.read_index(str(runs))
        if (by_row.ntotal, by_row.d, by_row.nlist) != (len(half), half.dim, runs_for(len(half))):
            raise ValueError(f"{runs.name} is of other vectors")
        by_row.implem = _NEAREST_FIRST
        return cls(by_centre, by_row)

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        return self.by_centre.dim

    def __len__(self) -> int:
        """How many vectors there are."""
        return len(self.by_centre)

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The nearest rows to one query, as ``IvfIndex.search`` finds them.

        Of allowed passages, whichever takes less is done: to look at the codes of all of them, or
        of enough lists to meet as many of them as a search of all passages meets.

        Args:
            query: shape (1, dim), unit length.
            count: rows wanted; fewer come back where there are fewer.
            allowed: look at these passages only.

        Returns:
            row numbers and cosines with the vectors in half precision, both of shape
            (at most count,), best first, equal ones by row.
        """
        if allowed is None:
            return self.by_centre.search(query, count)
        half = self.by_centre.half
        count = min(count, allowed.count)
        wanted = self.by_centre.candidates(count)
        if allowed.count <= wanted:
            return half.search(query, count, allowed)
        runs = runs_of(allowed)
        if not self._takes_less(len(runs), allowed.count):
            return self.by_centre.search(query, count, allowed)
        rows = self._nearest(query, wanted, allowed, runs)
        if len(rows) < count:
            return half.search(query, count, allowed)
        return half.best_of(query, rows, count)

    def _takes_less(self, runs: int, held: int) -> bool:
        """Whether so many runs take less than the lists that so many allowed rows would call for.

        The lists hold nprobe / lists of all n passages, and n / held as many are looked at.
        """
        share = self.by_centre.nprobe / self.by_centre.lists * len(self) / held
        return (RUN + _BEGINNING) * runs <= min(1.0, share) * len(self)

    def _nearest(
        self, query: Vectors, wanted: int, allowed: Allowed, lists: NDArray[np.int64]
    ) -> Rows:
        """The rows with the best codes among those allowed in some runs, in no order."""
        scores = np.empty((1, wanted), dtype=np.float32)
        rows = np.empty((1, wanted), dtype=np.int64)
        query = np.ascontiguousarray(query, dtype=np.float32)
        unused = np.zeros(len(lists), dtype=np.float32)
        # Held here: the parameters keep an address of it only.
        chosen = selector(allowed)
        how = faiss.SearchParametersIVF(nprobe=len(lists), sel=chosen)
        pointers = (faiss.swig_ptr(array) for array in (lists, unused, scores, rows))
        # The method of Python's own layer takes no parameters.
        self._by_row.search_preassigned_c(
            1, faiss.swig_ptr(query), wanted, *pointers, False, how, None
        )
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def rows(self, numbers: Rows) -> Vectors:
        """The vectors of some rows in half precision, shape (len(numbers), dim)."""
        return self.by_centre.half.rows(numbers)

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """As ``HalfVectors.cosines``."""
        return self.by_centre.half.cosines(query, numbers)


def open_by_centre(path: Path, half: HalfVectors, *, nprobe: int, depth: int) -> IvfIndex:
    """Read the codes around centres.

    Raises:
        RuntimeError: the file is missing or no FAISS index.
        ValueError: it is of other vectors.
    """
    # FAISS would copy what it maps, and keep both.
    index = IvfIndex.open(path, half, nprobe=nprobe, depth=depth, mapped=False)
    index.index.implem = _NEAREST_FIRST
    return index


def runs_for(passages: int) -> int:
    """How many runs so many rows are."""
    return -(-passages // RUN)


def runs_of(allowed: Allowed) -> NDArray[np.int64]:
    """The runs that hold any allowed row, ascending."""
    bits = np.packbits(allowed.mask)
    # One bit a row, and one number of 32 bits a run.
    words = np.pad(bits, (0, -len(bits) % 4)).view(np.uint32)
    return np.flatnonzero(words)
