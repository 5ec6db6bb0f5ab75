"""Which leaf each row comes to in each tree of an ensemble, all rows and all trees at once.

A set of rows is kept as one bit for each row, so that one operation on a word moves 64 rows.
Thresholds that several splits share are compared once. Then the trees are walked down together,
level by level: of the rows that come to a split, those that are not above its threshold go left,
the others right. (Lucchese et al., "QuickScorer", SIGIR 2015, score by bits as well, one for each
leaf: that takes an operation for each split and row.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]
Sets = NDArray[np.uint64]
"""Of rows, shape (sets, words)."""

_WORD = 64
"""Rows to a word."""

_TOGETHER = 256
"""Rows at a time: what is worked on stays small."""

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True)
class _Level:
    """The splits that are equally deep, of all trees.

    Attributes:
        comparisons: of the splits, shape (splits,).
        here: places of the sets of rows that come to them, shape (splits,).
        left, right: places of the sets of rows that go on there.
    """

    comparisons: Numbers
    here: Numbers
    left: slice
    right: slice


class Descent:
    """The splits of an ensemble by level.

    Args:
        feature, threshold, left, right: of the splits, as ``Trees`` has them.
        roots: first split of each tree, at least one, shape (trees,).
        leaves: first leaf of each tree, shape (trees,).
        count: of all leaves.
    """

    def __init__(
        self,
        feature: NDArray[np.int16],
        threshold: NDArray[np.float32],
        left: NDArray[np.int32],
        right: NDArray[np.int32],
        roots: NDArray[np.int32],
        leaves: NDArray[np.int32],
        count: int,
    ) -> None:
        # Equal pairs of a column and a threshold are one comparison.
        _, chosen, comparisons = np.unique(
            feature + 1j * threshold, return_index=True, return_inverse=True
        )
        self._columns: Numbers = feature[chosen].astype(np.intp)
        self._thresholds = threshold[chosen, None]
        self._levels: list[_Level] = []
        places: Numbers = np.empty(count, dtype=np.intp)
        level: Numbers = roots.astype(np.intp)
        start = 0
        while len(level):
            inner = np.flatnonzero(level >= 0)
            ends = np.flatnonzero(level < 0)
            places[~level[ends]] = start + ends
            splits = level[inner]
            after = start + len(level)
            middle, end = after + len(splits), after + 2 * len(splits)
            if len(splits):
                self._levels.append(
                    _Level(
                        comparisons[splits],
                        start + inner,
                        slice(after, middle),
                        slice(middle, end),
                    )
                )
            level = np.concatenate((left[splits], right[splits])).astype(np.intp)
            start = after
        # The last set is empty: of the leaves that a tree has less than the largest.
        self._sets = start + 1
        sizes = np.diff(leaves, append=count)
        self._digits = int(sizes.max() - 1).bit_length()
        self._leaf_places: Numbers = np.full((1 << self._digits, len(roots)), start, dtype=np.intp)
        trees = np.repeat(np.arange(len(roots)), sizes)
        self._leaf_places[np.arange(count) - leaves[trees], trees] = places
        self._first_leaves = leaves[:, None].astype(np.intp)

    def leaves(self, matrix: NDArray[np.float32]) -> Numbers:
        """The leaf that each row comes to in each tree, counted over all trees.

        Args:
            matrix: shape (rows, columns), finite.

        Returns:
            shape (trees, rows).
        """
        found: Numbers = np.empty((len(self._first_leaves), len(matrix)), dtype=np.intp)
        for start in range(0, len(matrix), _TOGETHER):
            rows = slice(start, start + _TOGETHER)
            sets = self._walk(self._compare(matrix[rows]))
            numbers = self._numbers(sets.take(self._leaf_places, axis=0))
            np.add(numbers[:, : len(matrix[rows])], self._first_leaves, out=found[:, rows])
        return found

    def _compare(self, matrix: NDArray[np.float32]) -> Sets:
        """The rows that are not above the threshold, by comparison."""
        rows, columns = matrix.shape
        # Rows to fill the last word; whatever leaves they come to are left out.
        filled = np.zeros((columns, -(-rows // _WORD) * _WORD), dtype=np.float32)
        filled[:, :rows] = matrix.T
        passes = filled.take(self._columns, axis=0) <= self._thresholds
        return np.packbits(passes, bitorder="little").view(np.uint64).reshape(len(passes), -1)

    def _walk(self, passes: Sets) -> Sets:
        """The rows that come to each split and leaf, by place."""
        sets: Sets = np.empty((self._sets, passes.shape[1]), dtype=np.uint64)
        sets[: len(self._first_leaves)] = _ALL
        sets[-1] = 0
        for level in self._levels:
            here = sets.take(level.here, axis=0)
            left = sets[level.left]
            np.bitwise_and(here, passes.take(level.comparisons, axis=0), out=left)
            np.bitwise_xor(here, left, out=sets[level.right])
        return sets

    def _numbers(self, sets: Sets) -> NDArray[np.uint8]:
        """For each tree and row the number of the set that holds the row.

        Args:
            sets: shape (2 ** digits, trees, words).

        Returns:
            shape (trees, words * 64).
        """
        digits: Sets = np.empty((self._digits, *sets.shape[1:]), dtype=np.uint64)
        for digit in digits:
            # Rows in the upper half have the binary digit; then both halves are one.
            half = len(sets) // 2
            np.bitwise_or.reduce(sets[half:], axis=0, out=digit)
            sets = sets[:half] | sets[half:]
        # A byte for each digit of a row, eight to a word: so many are shifted at a time.
        bits = np.unpackbits(digits.view(np.uint8), axis=-1, bitorder="little").view(np.uint64)
        numbers = bits[0]
        for digit in bits[1:]:
            numbers <<= np.uint64(1)
            numbers |= digit
        found: NDArray[np.uint8] = numbers.view(np.uint8)
        return found
