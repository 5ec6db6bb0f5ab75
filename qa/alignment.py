"""How well the word pieces of a question find a match in a sentence, in any language.

Late interaction (Khattab & Zaharia, "ColBERT", SIGIR 2020) without training: every piece of the
question takes its best cosine with a piece of the sentence. What a piece finds in any sentence of
these reports tells nothing, so that its cosine counts from there on, and the less a piece finds
elsewhere, the more it weighs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.products import product
from embeddings.snapshot import Snapshot
from embeddings.word_pieces import Pieces, WordPieces
from qa.passage_texts import PassageTexts

SAMPLE = 64
"""Sentences of the index that tell what a piece finds anywhere, evenly spaced."""

_MARGIN = 0.05  # keeps a piece that finds itself everywhere from dividing by nothing

Matches = NDArray[np.float32]
"""Of each piece of the question in each sentence, shape (pieces, sentences): 0 as anywhere, 1 the
piece itself."""


@dataclass(frozen=True, slots=True)
class AlignedQuestion:
    """The pieces of a question with what each of them is worth.

    Attributes:
        pieces: shape (pieces,).
        anywhere: mean best cosine with a sentence of the sample, shape (pieces,).
        weights: positive, shape (pieces,).
    """

    pieces: Pieces
    vectors: NDArray[np.float32]
    anywhere: NDArray[np.float32]
    weights: NDArray[np.float32]

    def score(self, matches: NDArray[np.float32]) -> float:
        """Weighted mean of the pieces' matches, shape (pieces,)."""
        return float(matches @ self.weights)


class Alignment:
    """Aligns questions with the sentences of one index.

    Args:
        snapshot: the index.
        texts: of the same snapshot.
        word_pieces: cuts texts and gives vectors.
    """

    def __init__(self, snapshot: Snapshot, texts: PassageTexts, word_pieces: WordPieces) -> None:
        self._word_pieces = word_pieces
        passages = len(snapshot.passages)
        rows = np.unique(np.linspace(0, passages - 1, min(SAMPLE, passages)).astype(int))
        sample = [one for row in rows for one in texts[int(row)].plain[:1]]
        self._sample = _Stretches.of(word_pieces.cut(sample), word_pieces)

    def question(self, text: str) -> AlignedQuestion:
        """Cut a question into pieces and weigh them.

        Args:
            text: in search form where it is Chinese, else as typed.
        """
        pieces = self._word_pieces.cut([text])[0]
        vectors = self._word_pieces.vectors(pieces)
        anywhere: NDArray[np.float32] = self._sample.best(vectors).mean(axis=1, dtype=np.float32)
        weights = np.square(1 - np.minimum(anywhere, 1)) + np.float32(1e-6)
        weights /= max(float(weights.sum()), 1e-6)
        return AlignedQuestion(pieces, vectors, anywhere, weights)

    def cut(self, sentences: Sequence[str]) -> list[Pieces]:
        """The pieces of each sentence."""
        return self._word_pieces.cut(sentences)

    def matches(self, question: AlignedQuestion, sentences: Sequence[Pieces]) -> Matches:
        """Match of every piece of the question in every sentence."""
        best = _Stretches.of(sentences, self._word_pieces).best(question.vectors)
        anywhere = question.anywhere[:, None]
        found: Matches = (best - anywhere) / (1 - anywhere + np.float32(_MARGIN))
        return found


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Pieces of several sentences, each different piece's vector once."""

    vectors: NDArray[np.float64]
    members: NDArray[np.int64]
    starts: NDArray[np.int64]
    empty: NDArray[np.bool_]

    @classmethod
    def of(cls, sentences: Sequence[Pieces], word_pieces: WordPieces) -> _Stretches:
        sizes = np.array([len(one) for one in sentences], dtype=np.int64)
        # reduceat has no empty stretch: such a one holds piece 0, and is blanked afterwards.
        filled = [one if len(one) else np.zeros(1, np.int32) for one in sentences]
        flat = np.concatenate(filled) if filled else np.zeros(0, np.int32)
        unique, members = np.unique(flat, return_inverse=True)
        starts = np.zeros(len(filled), dtype=np.int64)
        np.cumsum(np.maximum(sizes, 1)[:-1], out=starts[1:])
        return cls(word_pieces.vectors(unique).astype(np.float64), members, starts, sizes == 0)

    def best(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        """Best cosine of each row in each sentence, shape (rows, sentences)."""
        if not len(self.starts) or not len(question):
            return np.zeros((len(question), len(self.starts)), dtype=np.float32)
        cosines = product(question, self.vectors.T)
        found: NDArray[np.float32] = np.maximum.reduceat(
            cosines[:, self.members], self.starts, axis=1
        )
        found[:, self.empty] = 0.0
        return found
