"""Vectors in Milvus."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from corpus.errors import IndexDamaged
from embeddings.embedder import Vectors
from embeddings.manifest import REBUILD
from embeddings.milvus.expressions import of_reports, of_rows
from embeddings.milvus.layout import DENSE, KEY
from embeddings.milvus.store import MOST, Store
from embeddings.search import Allowed, Rows, Scores

FETCHED = 1_000
"""Vectors asked for at once: 2 MB of the built-in model's."""

KEPT = 4_096
"""Vectors kept once they are fetched."""


@dataclass(frozen=True, slots=True)
class MilvusVectors:
    """Unit vectors of one collection, searched by inner product. Safe to share between threads.

    Attributes:
        count: how many there are.
        dim: numbers a vector.
    """

    store: Store
    collection: str
    count: int
    dim: int
    _kept: OrderedDict[int, Vectors] = field(default_factory=OrderedDict, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __len__(self) -> int:
        """How many vectors there are."""
        return self.count

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """As ``VectorIndex.search``; at most ``MOST`` rows come back."""
        count = min(count, self.count if allowed is None else allowed.count)
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return self.store.search(self.collection, DENSE, query[0], count, of_reports(allowed))

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """As ``VectorIndex.cosines``, computed where the vectors are.

        An approximate index may leave out rows that a filter lets pass; those are fetched.
        """
        wanted, places = np.unique(np.asarray(numbers, dtype=np.int64), return_inverse=True)
        scores = np.full(len(wanted), np.nan, dtype=np.float32)
        for start in range(0, len(wanted), MOST):
            part = wanted[start : start + MOST]
            expression = "" if len(part) == self.count else of_rows(part)
            rows, cosines = self.store.search(
                self.collection, DENSE, query[0], len(part), expression
            )
            scores[np.searchsorted(wanted, rows)] = cosines
        left_out = np.flatnonzero(np.isnan(scores))
        if len(left_out):
            scores[left_out] = self.rows(wanted[left_out]) @ query[0]
        return scores[places]

    def rows(self, numbers: Rows) -> Vectors:
        """As ``VectorIndex.rows``.

        Raises:
            IndexDamaged: one is not there.
        """
        wanted = [int(number) for number in numbers]
        with self._turn:
            found = {row: self._kept[row] for row in wanted if row in self._kept}
        missing = [row for row in dict.fromkeys(wanted) if row not in found]
        for start in range(0, len(missing), FETCHED):
            part = missing[start : start + FETCHED]
            for record in self.store.get(self.collection, part, [KEY, DENSE]):
                found[record[KEY]] = np.asarray(record[DENSE], dtype=np.float32)
        if not found.keys() >= set(wanted):
            raise IndexDamaged(
                f"vectors are missing from {self.collection}",
                where=str(self.store.address),
                mend=REBUILD,
            )
        with self._turn:
            self._kept.update((row, found[row]) for row in missing)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        vectors: Vectors = np.empty((len(wanted), self.dim), dtype=np.float32)
        for place, row in enumerate(wanted):
            vectors[place] = found[row]
        return vectors
