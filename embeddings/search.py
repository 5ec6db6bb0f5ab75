"""What a search of an index is made of, wherever its vectors and its words are kept.

Rows are passages (or sentences) of one index, numbered from 0 in the order of its reports.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Allowed:
    """The passages that a search is confined to: those of some reports.

    Attributes:
        reports: ids of the reports.
        numbers: of the same reports, ascending.
        starts: first passage row of each report of the index, and the number of passages, shape
            (reports of the index + 1,).
    """

    reports: Collection[str]
    numbers: Rows
    starts: Rows

    @cached_property
    def count(self) -> int:
        """How many passages there are."""
        return int((self.starts[self.numbers + 1] - self.starts[self.numbers]).sum())

    @cached_property
    def rows(self) -> Rows:
        """Their rows, ascending, shape (count,)."""
        return ranges(self.starts[self.numbers], self.starts[self.numbers + 1])

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """Whether each passage of the index is one of them, shape (passages,)."""
        mask = np.zeros(int(self.starts[-1]), dtype=np.bool_)
        mask[self.rows] = True
        return mask


class VectorIndex(Protocol):
    """Unit vectors by row, searched by inner product, which is their cosine."""

    @property
    def dim(self) -> int:
        """Numbers a vector."""

    def __len__(self) -> int:
        """How many vectors there are."""

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The nearest rows to one query, best first.

        Args:
            query: shape (1, dim), unit length.
            count: rows wanted; fewer come back where there are fewer.
            allowed: look at these passages only; not to be given for sentences.

        Returns:
            row numbers and cosines, both of shape (at most count,).
        """

    def rows(self, numbers: Rows) -> Vectors:
        """The stored vectors of some rows, shape (len(numbers), dim)."""

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """The exact cosine of a query with some rows, shape (len(numbers),)."""


class WordIndex(Protocol):
    """BM25 over passages. Scores are those of ``embeddings.lexical``."""

    @property
    def documents(self) -> int:
        """How many passages there are."""

    def __len__(self) -> int:
        """How many different terms there are."""

    def __contains__(self, term: str) -> bool:
        """Whether any passage holds the term."""

    def idf(self, term: str) -> float:
        """The term's inverse document frequency; an unseen term has the largest."""

    def bound(self, weighted: Mapping[str, float]) -> float:
        """The largest score that any passage could reach for these terms, unseen ones included."""

    def scores(self, weighted: Mapping[str, float], rows: Rows | None = None) -> Scores:
        """BM25 of some passages for a weighted bag of terms; of all where no rows are given.

        Args:
            weighted: terms to weights.
            rows: ascending.

        Returns:
            shape (len(rows),) or (documents,).
        """

    def best(
        self, weighted: Mapping[str, float], count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The passages with the highest BM25, best first, equal ones by row; none that score 0.

        Args:
            weighted: terms to weights above 0.
            count: rows wanted; fewer come back where fewer hold any term.
            allowed: look at these passages only.
        """

    def form(self, form: str) -> tuple[NDArray[np.int32], Scores]:
        """Passages that hold a Chinese word, ascending, and how saturated its frequency there is.

        Args:
            form: Han characters in search form, at least one; or digits and one Han character.
        """


def ranges(starts: Rows, ends: Rows) -> Rows:
    """The numbers of several ranges one after another: ``[2, 3, 4, 9]`` of 2 to 5 and 9 to 10."""
    sizes = ends - starts
    total = int(sizes.sum())
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(total, dtype=np.int64)
