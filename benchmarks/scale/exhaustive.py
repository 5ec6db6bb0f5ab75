"""A vector index searched in full: what an approximate search is compared with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from embeddings.embedder import Vectors
from embeddings.search import Allowed, Rows, Scores, VectorIndex

BLOCK = 65_536
"""Rows looked at together: 128 MB of 512 numbers."""


class Exhaustive:
    """The rows of another index, each compared with the question.

    Args:
        index: whose stored vectors are taken.
    """

    def __init__(self, index: VectorIndex) -> None:
        self._index = index

    @property
    def dim(self) -> int:
        """As the other's."""
        return self._index.dim

    def __len__(self) -> int:
        return len(self._index)

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The nearest rows, best first, equal ones by row."""
        scores = np.concatenate([block @ query[0] for _, block in self._blocks()])
        if allowed is not None:
            scores[~allowed.mask] = -np.inf
        count = min(count, len(self) if allowed is None else allowed.count)
        best = nearest(scores, count)
        return best, scores[best]

    def rows(self, numbers: Rows) -> Vectors:
        """As the other's."""
        return self._index.rows(numbers)

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """As the other's."""
        return self._index.cosines(query, numbers)

    def nearest_of_all(self, queries: Vectors, count: int) -> Rows:
        """The nearest rows to each of many queries, shape (queries, count)."""
        found = np.zeros((len(queries), 0), dtype=np.int64)
        scores = np.zeros((len(queries), 0), dtype=np.float32)
        for first, block in self._blocks():
            products = queries @ block.T
            kept = min(count, products.shape[1])
            best = np.argpartition(-products, kept - 1, axis=1)[:, :kept]
            found = np.concatenate([found, best + first], axis=1)
            scores = np.concatenate([scores, np.take_along_axis(products, best, axis=1)], axis=1)
            order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
            found = np.take_along_axis(found, order, axis=1)
            scores = np.take_along_axis(scores, order, axis=1)
        return found

    def _blocks(self) -> Iterator[tuple[int, Vectors]]:
        for first in range(0, len(self), BLOCK):
            numbers = np.arange(first, min(first + BLOCK, len(self)), dtype=np.int64)
            yield first, self._index.rows(numbers)


def nearest(scores: Scores, count: int) -> Rows:
    """The rows with the highest scores, best first, equal ones by row."""
    if count < len(scores):
        # All that are as good as the last that counts, for the order among them is by row.
        worst = -np.partition(-scores, count - 1)[count - 1] if count else np.inf
        candidates = np.flatnonzero(scores >= worst)
    else:
        candidates = np.arange(len(scores))
    order = np.lexsort((candidates, -scores[candidates]))
    return candidates[order[:count]].astype(np.int64)


def recall(found: Rows, exact: Rows) -> float:
    """Share of the exact rows that were found; of lists as long as those found are short."""
    wanted = set(exact.tolist())
    return len(wanted.intersection(found.tolist())) / len(wanted) if wanted else 1.0
