"""The weights of the lexical index, and the files that hold them.

Weights are those of Lucene's BM25 (Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020):
``idf(t) * tf / (tf + k1 * (1 - b + b * |d| / avgdl))`` with
``idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))``. So no term can add more than its idf, and a query
can score at most the sum of its terms' idf: the bound that fusion divides by.
"""

from __future__ import annotations

import math

K1 = 1.2
B = 0.75

TERMS = "lexical.terms"
"""Sorted by their UTF-8 bytes, one after another."""
OFFSETS = "lexical.offsets.npy"
"""Where each term begins, and how many bytes they are, int64."""
INDPTR = "lexical.indptr.npy"
"""Where the postings of each term begin, and how many there are, int64."""
DOCUMENTS = "lexical.documents.npy"
"""Of the postings, ascending for each term, int32."""
WEIGHTS = "lexical.weights.npy"
"""Of the postings, float32."""
IDF = "lexical.idf.npy"
"""Of the terms, float32."""
LARGEST = "lexical.largest.npy"
"""The largest weight of each term, float32."""

FILES = (TERMS, OFFSETS, INDPTR, DOCUMENTS, WEIGHTS, IDF, LARGEST)


def idf(documents: int, frequency: int) -> float:
    """``ln(1 + (N - df + 0.5) / (df + 0.5))``: largest for a term that no document holds."""
    return math.log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))


def encoded(term: str) -> bytes:
    """The bytes of a term; any string has its place, also one that is not well formed."""
    return term.encode("utf-8", "surrogatepass")
