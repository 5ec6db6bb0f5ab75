"""The terms of a lexical index, sorted by their bytes: which number a term has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import read_array
from embeddings.bm25 import OFFSETS, TERMS, encoded

_KEPT: Final = 50_000
"""Terms whose numbers are remembered."""


class SortedTerms:
    """Terms to numbers from 0, in the order of their UTF-8 bytes. Safe to share between threads.

    Args:
        terms: one after another.
        offsets: where each begins, and how many bytes they are, shape (terms + 1,).
    """

    def __init__(self, terms: bytes, offsets: NDArray[np.int64]) -> None:
        self._terms = terms
        # A view gives Python's own numbers, sooner than an array gives numpy's.
        self._offsets = offsets.data
        self._found: dict[str, int | None] = {}

    @classmethod
    def open(cls, folder: Path) -> SortedTerms:
        """Read the terms of an index and map where they begin.

        Raises:
            OSError, ValueError: a file is missing or not what it should be.
        """
        return cls(
            (folder / TERMS).read_bytes(), read_array(folder / OFFSETS, np.int64, mapped=True)
        )

    def __len__(self) -> int:
        """How many different terms there are."""
        return len(self._offsets) - 1

    def find(self, term: str) -> int | None:
        """The number of a term, or none where it is not there."""
        # A question asks for a term again and again: for its weight, its postings, its readings.
        known = self._found.get(term, -1)
        if known != -1:
            return known
        found = self._search(encoded(term))
        if len(self._found) >= _KEPT:
            self._found.clear()
        self._found[term] = found
        return found

    def _search(self, wanted: bytes) -> int | None:
        # Written out: the key that bisect would need is a call a step.
        terms, offsets = self._terms, self._offsets
        begin, end = 0, len(self)
        while begin < end:
            middle = (begin + end) // 2
            term = terms[offsets[middle] : offsets[middle + 1]]
            if term == wanted:
                return middle
            if term < wanted:
                begin = middle + 1
            else:
                end = middle
        return None
