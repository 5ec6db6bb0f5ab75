"""The lexical index: BM25 weights as a sparse matrix, read back without the library that made it.

Weights are those of Lucene's BM25 (Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020), as
bm25s computes them: ``idf(t) * tf / (tf + k1 * (1 - b + b * |d| / avgdl))`` with
``idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))``. So no term can add more than its idf, and a query
can score at most the sum of its terms' idf: the bound that fusion divides by.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.arrays import read_array, write_array

K1 = 1.2
B = 0.75

FILES = (
    "lexical.terms",
    "lexical.offsets.npy",
    "lexical.indptr.npy",
    "lexical.documents.npy",
    "lexical.weights.npy",
    "lexical.idf.npy",
)


def idf(documents: int, frequency: int) -> float:
    """``ln(1 + (N - df + 0.5) / (df + 0.5))``: largest for a term that no document holds."""
    return math.log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))


def _encoded(term: str) -> bytes:
    # Any string has its place among the terms, also one that is not well formed.
    return term.encode("utf-8", "surrogatepass")


def write_lexical(documents: Sequence[Sequence[str]], folder: Path) -> None:
    """Write the index of tokenised documents into a folder, as the files of ``FILES``.

    The terms are stored sorted by their UTF-8 bytes, so that a reader finds one by bisection in
    one block of memory, and equal documents give equal bytes.

    Args:
        documents: the terms of each, in order.
        folder: to write into.

    Raises:
        OSError: a file cannot be written in full.
    """
    # Imported here: it costs a quarter of a second, which reading does not have to pay.
    import bm25s

    terms = sorted({term for document in documents for term in document}, key=_encoded)
    numbers = {term: number for number, term in enumerate(terms)}
    ids = [[numbers[term] for term in document] for document in documents]
    if terms:
        model = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float32", int_dtype="int32")
        model.index((ids, numbers), show_progress=False, create_empty_token=False)
        weights = np.asarray(model.scores["data"], dtype=np.float32)
        rows = np.asarray(model.scores["indices"], dtype=np.int32)
        # bm25s may append rows for terms of its own; only ours are kept.
        indptr = np.asarray(model.scores["indptr"], dtype=np.int64)[: len(terms) + 1]
    else:
        weights, rows = np.empty(0, np.float32), np.empty(0, np.int32)
        indptr = np.zeros(1, np.int64)
    encoded = [_encoded(term) for term in terms]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(term) for term in encoded], out=offsets[1:])
    frequencies = np.diff(indptr)
    (folder / "lexical.terms").write_bytes(b"".join(encoded))
    write_array(folder / "lexical.offsets.npy", offsets)
    write_array(folder / "lexical.indptr.npy", indptr)
    write_array(folder / "lexical.documents.npy", rows)
    write_array(folder / "lexical.weights.npy", weights)
    write_array(
        folder / "lexical.idf.npy",
        np.array([idf(len(documents), int(df)) for df in frequencies], dtype=np.float32),
    )


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 over ``documents`` documents, mapped from disk.

    Attributes:
        documents: how many there are.
    """

    documents: int
    _terms: bytes
    _offsets: NDArray[np.int64]
    _indptr: NDArray[np.int64]
    _rows: NDArray[np.int32]
    _weights: NDArray[np.float32]
    _idf: NDArray[np.float32]

    @classmethod
    def open(cls, folder: Path, documents: int) -> LexicalIndex:
        """Map the files that ``write_lexical`` wrote.

        Raises:
            OSError, ValueError: a file is missing or not what it should be.
        """
        types: tuple[type[np.generic], ...] = (np.int64, np.int64, np.int32, np.float32, np.float32)
        arrays = [
            read_array(folder / name, dtype, mapped=True)
            for name, dtype in zip(FILES[1:], types, strict=True)
        ]
        return cls(documents, (folder / FILES[0]).read_bytes(), *arrays)

    def __len__(self) -> int:
        """How many different terms there are."""
        return len(self._offsets) - 1

    def _term(self, number: int) -> bytes:
        return self._terms[self._offsets[number] : self._offsets[number + 1]]

    def _find(self, term: str) -> int | None:
        wanted = _encoded(term)
        number = bisect_left(range(len(self)), wanted, key=self._term)
        return number if number < len(self) and self._term(number) == wanted else None

    def __contains__(self, term: str) -> bool:
        """Whether any document holds the term."""
        return self._find(term) is not None

    def idf(self, term: str) -> float:
        """The term's inverse document frequency; an unseen term has the largest."""
        number = self._find(term)
        return idf(self.documents, 0) if number is None else float(self._idf[number])

    def scores(self, weighted: Mapping[str, float]) -> NDArray[np.float32]:
        """BM25 of every document for a weighted bag of terms, shape (documents,)."""
        result = np.zeros(self.documents, dtype=np.float32)
        for term, weight in weighted.items():
            number = self._find(term)
            if number is not None:
                start, end = self._indptr[number], self._indptr[number + 1]
                result[self._rows[start:end]] += weight * self._weights[start:end]
        return result

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
        rows = np.empty(0, dtype=np.int32)
        saturation = np.empty(0, dtype=np.float32)
        for position, gram in enumerate(grams):
            number = self._find(gram)
            if number is None:
                return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
            start, end = self._indptr[number], self._indptr[number + 1]
            these = np.asarray(self._rows[start:end])
            values = self._weights[start:end] / np.float32(max(float(self._idf[number]), 1e-6))
            if position == 0:
                rows, saturation = these, values
            else:
                rows, mine, others = np.intersect1d(rows, these, True, return_indices=True)
                saturation = np.minimum(saturation[mine], values[others])
        return rows, saturation


def counted(terms: Iterable[str]) -> Counter[str]:
    """A bag of terms, as ``scores`` and ``bound`` take it."""
    return Counter(terms)
