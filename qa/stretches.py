"""Candidates as stretches of sentences: what is measured of sentences, taken together by stretch.

The sentences of all passages at hand lie one after another, so that a signal is one array over
them, and each of its uses one operation over all candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Stretches:
    """Candidates of several passages.

    Args:
        sizes: sentences of each passage, at least one.
        passage: of each candidate, ascending.
        begin, end: first and last sentence of each candidate within its passage, both included.

    Attributes:
        passage: as given, shape (candidates,).
        begin, end: sentences among those of all passages, shape (candidates,).
        first, last: of the passage that each candidate is from, shape (candidates,).
        starts: first sentence of each passage, shape (passages,).
        sizes: as given.
        several: numbers of the candidates of more than one sentence.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        passage: NDArray[np.int64],
        begin: NDArray[np.int64],
        end: NDArray[np.int64],
    ) -> None:
        self.sizes = np.array(sizes, dtype=np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.passage = passage
        self.first = self.starts[self.passage]
        self.last = self.first + self.sizes[self.passage] - 1
        self.begin = self.first + begin
        self.end = self.first + end
        self.several = np.flatnonzero(self.begin < self.end)
        # By how far a sentence stands before the last one: the candidates that have it, and it.
        self._before: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        longer = self.several
        while len(longer):
            self._before.append((longer, self.end[longer] - len(self._before) - 1))
            longer = longer[self._before[-1][1] > self.begin[longer]]
        self._opens = self.begin == self.first
        self._ends = self.end == self.last

    def most(self, values: Array) -> Array:
        """The largest value within each candidate.

        Args:
            values: of the sentences, shape (sentences, ...).

        Returns:
            shape (candidates, ...).
        """
        found: Array = values[self.end]
        for candidates, sentences in self._before:
            found[candidates] = np.maximum(found[candidates], values[sentences])
        return found

    def before(self, values: Array) -> Array:
        """The value of the sentence before each candidate; 0 where it opens its passage.

        Args:
            values: of the sentences, shape (sentences, ...).
        """
        found: Array = values[self.begin - 1]
        found[self._opens] = 0
        return found

    def after(self, values: Array) -> Array:
        """The value of the sentence after each candidate; 0 where it ends its passage."""
        found: Array = values[np.where(self._ends, 0, self.end + 1)]
        found[self._ends] = 0
        return found

    def of_passage(self, values: Array) -> Array:
        """The value of each candidate's passage, from those of the passages."""
        found: Array = values[self.passage]
        return found

    def most_of_passage(self, values: Array) -> Array:
        """The largest value within each passage, from those of the sentences."""
        found: Array = np.maximum.reduceat(values, self.starts, axis=0)
        return found

    def sum_of_passage(self, values: Array) -> Array:
        """The sum of the values within each passage, from those of the sentences."""
        found: Array = np.add.reduceat(values, self.starts, axis=0)
        return found
