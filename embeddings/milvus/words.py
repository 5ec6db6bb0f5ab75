"""BM25 in Milvus: our own weights, as sparse vectors searched by inner product.

The table of terms lies in the files of the generation, so that idf and bounds cost no way. Scores
are sums of the same weights as those of ``embeddings.lexical``.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from embeddings.arrays import read_array
from embeddings.bm25 import IDF, INDPTR, idf
from embeddings.manifest import REBUILD
from embeddings.milvus.expressions import of_reports, of_rows
from embeddings.milvus.layout import (
    CONTENT,
    KEY,
    POSTINGS_A_CHUNK,
    SPARSE,
    chunk_content,
    unpacked,
)
from embeddings.milvus.store import MOST, Store
from embeddings.search import Allowed, Rows, Scores
from embeddings.sorted_terms import SortedTerms

TIES = 64
"""Passages asked for beyond those wanted, so that equal ones at the end are told apart by row."""

KEPT = 4_000_000
"""Postings kept once they are fetched: 32 MB."""

_Postings = tuple[NDArray[np.int32], Scores]


@dataclass(frozen=True, slots=True)
class TermTable:
    """The terms of an index, sorted by their UTF-8 bytes, and how rare each is."""

    terms: SortedTerms
    indptr: NDArray[np.int64]
    idf: NDArray[np.float32]

    @classmethod
    def open(cls, folder: Path) -> TermTable:
        """Map the files of a generation.

        Raises:
            OSError, ValueError: one is missing or not what it should be.
        """
        return cls(
            SortedTerms.open(folder),
            read_array(folder / INDPTR, np.int64, mapped=True),
            read_array(folder / IDF, np.float32, mapped=True),
        )


@dataclass(frozen=True, slots=True)
class MilvusWords:
    """BM25 over the passages of one generation. Safe to share between threads.

    Attributes:
        documents: how many passages there are.
    """

    store: Store
    passages: str
    postings: str
    documents: int
    table: TermTable
    _kept: OrderedDict[int, _Postings] = field(default_factory=OrderedDict, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __len__(self) -> int:
        """How many different terms there are."""
        return len(self.table.terms)

    def __contains__(self, term: str) -> bool:
        """Whether any passage holds the term."""
        return self.table.terms.find(term) is not None

    def idf(self, term: str) -> float:
        """The term's inverse document frequency; an unseen term has the largest."""
        number = self.table.terms.find(term)
        return idf(self.documents, 0) if number is None else float(self.table.idf[number])

    def bound(self, weighted: Mapping[str, float]) -> float:
        """The largest score that any passage could reach for these terms, unseen ones included."""
        return sum(weight * self.idf(term) for term, weight in weighted.items())

    def _query(self, weighted: Mapping[str, float]) -> dict[int, float]:
        numbers = ((self.table.terms.find(term), weight) for term, weight in weighted.items())
        return {
            number: float(weight) for number, weight in numbers if number is not None and weight > 0
        }

    def scores(self, weighted: Mapping[str, float], rows: Rows | None = None) -> Scores:
        """As ``WordIndex.scores``; weights have to be 0 or above."""
        wanted = np.arange(self.documents) if rows is None else np.asarray(rows, dtype=np.int64)
        result = np.zeros(len(wanted), dtype=np.float32)
        query = self._query(weighted)
        if query:
            for start in range(0, len(wanted), MOST):
                part = wanted[start : start + MOST]
                expression = "" if len(part) == self.documents else of_rows(part)
                found, scores = self.store.search(
                    self.passages, SPARSE, query, len(part), expression
                )
                result[start + np.searchsorted(part, found)] = scores
        return result

    def best(
        self, weighted: Mapping[str, float], count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """As ``WordIndex.best``; at most ``MOST`` rows come back."""
        query = self._query(weighted)
        if not query or count == 0 or (allowed is not None and allowed.count == 0):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows, scores = self.store.search(
            self.passages, SPARSE, query, count + TIES, of_reports(allowed)
        )
        held = scores > 0
        return rows[held][:count], scores[held][:count]

    def form(self, form: str) -> tuple[NDArray[np.int32], Scores]:
        """As ``WordIndex.form``, by the postings of its terms, the rarest first."""
        whole = len(form) <= 2 or form[0].isdigit()
        grams = [form] if whole else [a + b for a, b in pairwise(form)]
        numbers = [self.table.terms.find(gram) for gram in dict.fromkeys(grams)]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return np.empty(0, np.int32), np.empty(0, np.float32)
        known.sort(
            key=lambda number: int(self.table.indptr[number + 1] - self.table.indptr[number])
        )
        rows, saturation = self._saturated(known[0])
        for number in known[1:]:
            if not len(rows):
                break
            others, values = self._saturated(number)
            at = np.searchsorted(others, rows)
            at[at == len(others)] = 0
            held = others[at] == rows
            rows, saturation = rows[held], np.minimum(saturation[held], values[at[held]])
        return rows, saturation

    def _saturated(self, number: int) -> _Postings:
        rows, weights = self._postings(number)
        return rows, weights / np.float32(max(float(self.table.idf[number]), 1e-6))

    def _postings(self, number: int) -> _Postings:
        """Rows that hold a term, ascending, and its weight in each."""
        with self._turn:
            if number in self._kept:
                self._kept.move_to_end(number)
                return self._kept[number]
        start, end = int(self.table.indptr[number]), int(self.table.indptr[number + 1])
        first, last = start // POSTINGS_A_CHUNK, (end - 1) // POSTINGS_A_CHUNK
        keys = list(range(first, last + 1))
        found = {
            record[KEY]: unpacked(chunk_content(record))
            for at in range(0, len(keys), 256)
            for record in self.store.get(self.postings, keys[at : at + 256], [KEY, CONTENT])
        }
        try:
            parts = [found[key] for key in keys]
        except KeyError as error:
            raise self._damaged() from error
        cut = slice(start - first * POSTINGS_A_CHUNK, end - first * POSTINGS_A_CHUNK)
        rows = np.concatenate([part[0] for part in parts])[cut]
        weights = np.concatenate([part[1] for part in parts])[cut]
        if len(rows) != end - start:
            raise self._damaged()
        with self._turn:
            self._kept[number] = rows, weights
            while len(self._kept) > 1 and sum(len(one[0]) for one in self._kept.values()) > KEPT:
                self._kept.popitem(last=False)
        return rows, weights

    def _damaged(self) -> IndexDamaged:
        return IndexDamaged(
            f"postings are missing from {self.postings}",
            where=str(self.store.address),
            mend=REBUILD,
        )
