"""The lexical index: BM25 weights as a sparse matrix, mapped from disk.

A score is the sum of its terms in the order of the bag that is asked for, in 32 bits: a document
gets the same bits whether all are scored, some, or the best are looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings import bm25
from embeddings.arrays import read_array
from embeddings.bm25 import FILES as FILES
from embeddings.bm25 import K1 as K1
from embeddings.bm25 import B as B
from embeddings.bm25 import idf as idf
from embeddings.max_score import Postings, candidates, common, highest, is_few
from embeddings.search import Allowed, Rows, Scores
from embeddings.sorted_terms import SortedTerms

_MANY = 4_000_000
"""Fewer postings are added up within 10 ms, sooner than anything can be left out."""


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 over ``documents`` documents, mapped from disk.

    Attributes:
        documents: how many there are.
    """

    documents: int
    _terms: SortedTerms
    _indptr: NDArray[np.int64]
    _rows: NDArray[np.int32]
    _weights: NDArray[np.float32]
    _idf: NDArray[np.float32]
    _largest: NDArray[np.float32]

    @classmethod
    def open(cls, folder: Path, documents: int) -> LexicalIndex:
        """Map the files that ``LexicalWriter`` wrote.

        Raises:
            OSError, ValueError: a file is missing or not what it should be.
        """
        return cls(
            documents,
            SortedTerms.open(folder),
            read_array(folder / bm25.INDPTR, np.int64, mapped=True),
            read_array(folder / bm25.DOCUMENTS, np.int32, mapped=True),
            read_array(folder / bm25.WEIGHTS, np.float32, mapped=True),
            read_array(folder / bm25.IDF, np.float32, mapped=True),
            read_array(folder / bm25.LARGEST, np.float32, mapped=True),
        )

    def __len__(self) -> int:
        """How many different terms there are."""
        return len(self._terms)

    def __contains__(self, term: str) -> bool:
        """Whether any document holds the term."""
        return self._terms.find(term) is not None

    def idf(self, term: str) -> float:
        """The term's inverse document frequency; an unseen term has the largest."""
        number = self._terms.find(term)
        return idf(self.documents, 0) if number is None else float(self._idf[number])

    def _postings(self, weighted: Mapping[str, float]) -> Iterator[Postings]:
        """Those of the terms that there are, in the order of the bag."""
        for term, weight in weighted.items():
            number = self._terms.find(term)
            if number is not None:
                start, end = self._span(number)
                most = float(weight * self._largest[number])
                yield Postings(self._rows[start:end], self._weights[start:end], weight, most)

    def scores(self, weighted: Mapping[str, float], rows: Rows | None = None) -> Scores:
        """BM25 of some documents for a weighted bag of terms; of all where no rows are given.

        Args:
            weighted: terms to weights.
            rows: ascending.

        Returns:
            shape (len(rows),) or (documents,).
        """
        terms = list(self._postings(weighted))
        if rows is not None and is_few(len(rows), terms):
            result = np.zeros(len(rows), dtype=np.float32)
            for term in terms:
                term.add_for(result, rows)
            return result
        result = np.zeros(self.documents, dtype=np.float32)
        for term in terms:
            term.add_to(result)
        return result if rows is None else result[rows]

    def best(
        self, weighted: Mapping[str, float], count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The documents with the highest BM25, best first, equal ones by row; none that score 0.

        Nothing is left out: these are the first ones of all ``scores``, sorted.

        Args:
            weighted: terms to weights above 0.
            count: rows wanted; fewer come back where fewer hold any term.
            allowed: look at these documents only.
        """
        terms = list(self._postings(weighted))
        if count < 1 or not terms:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if allowed is not None and is_few(allowed.count, terms):
            rows = allowed.rows
        elif allowed is None and sum(len(term.rows) for term in terms) < _MANY:
            return highest(np.arange(self.documents), self.scores(weighted), count)
        else:
            mask = None if allowed is None else allowed.mask
            rows = candidates(terms, self.documents, count, mask)
        # Added up anew in the order of the bag.
        return highest(rows, self.scores(weighted, rows), count)

    def bound(self, weighted: Mapping[str, float]) -> float:
        """The largest score that any document could reach for these terms, unseen ones included."""
        return sum(weight * self.idf(term) for term, weight in weighted.items())

    def form(self, form: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Documents that hold a Chinese word, and how saturated its frequency there is.

        A word of three characters or more is found by the bigrams that all its documents hold; a
        number with its unit is a term of its own.

        Args:
            form: Han characters in search form, at least one; or digits and one Han character.

        Returns:
            rows, ascending; and ``tf / (tf + k1 * (...))`` of each, between 0 and 1.
        """
        grams = (
            [form] if len(form) <= 2 or form[0].isdigit() else [a + b for a, b in pairwise(form)]
        )
        numbers = []
        for gram in grams:
            number = self._terms.find(gram)
            if number is None:
                return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
            numbers.append(number)
        # The rarest first: the others are looked up for its documents only.
        first, *others = sorted(numbers, key=self._frequency)
        start, end = self._span(first)
        rows = self._rows[start:end]
        saturation = self._weights[start:end] / self._divisor(first)
        for number in others:
            start, end = self._span(number)
            mine, theirs = common(rows, self._rows[start:end])
            rows = rows[mine]
            values = self._weights[start:end][theirs] / self._divisor(number)
            saturation = np.minimum(saturation[mine], values)
        return rows, saturation

    def _span(self, number: int) -> tuple[int, int]:
        """Where the postings of a term begin and end."""
        return int(self._indptr[number]), int(self._indptr[number + 1])

    def _frequency(self, number: int) -> int:
        start, end = self._span(number)
        return end - start

    def _divisor(self, number: int) -> np.float32:
        return np.float32(max(float(self._idf[number]), 1e-6))


def counted(terms: Iterable[str]) -> Counter[str]:
    """A bag of terms, as ``scores`` and ``bound`` take it."""
    return Counter(terms)
