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
"""Of each piece of the question in each sentence, shape (sentences, pieces): 0 as anywhere, 1 the
piece itself."""


@dataclass(frozen=True, slots=True)
class AlignedQuestion:
    """The pieces of a question with what each of them is worth.

    Attributes:
        pieces: shape (pieces,).
        vectors: shape (pieces, dim).
        anywhere: mean best cosine with a sentence of the sample, shape (pieces,).
        weights: positive, shape (pieces,).
    """

    pieces: Pieces
    vectors: NDArray[np.float32]
    anywhere: NDArray[np.float32]
    weights: NDArray[np.float32]


class Alignment:
    """Aligns questions with the sentences of one index. Safe to share between threads.

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
        self._sample = _Stretches.of(word_pieces.cut(sample))
        self._sampled = word_pieces.vectors(self._sample.pieces).astype(np.float64)
        self._anywhere: dict[int, np.float32] = {}

    def question(self, text: str) -> AlignedQuestion:
        """Cut a question into pieces and weigh them.

        Args:
            text: in search form where it is Chinese, else as typed.
        """
        pieces = self._word_pieces.cut([text])[0]
        vectors = self._word_pieces.vectors(pieces)
        anywhere = self._find_anywhere(pieces, vectors)
        weights = np.square(1 - np.minimum(anywhere, 1)) + np.float32(1e-6)
        weights /= max(float(weights.sum()), 1e-6)
        return AlignedQuestion(pieces, vectors, anywhere, weights)

    def _find_anywhere(self, pieces: Pieces, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean best cosine of each piece with a sentence of the sample, found once a piece."""
        numbers = pieces.tolist()
        new = [place for place, piece in enumerate(numbers) if piece not in self._anywhere]
        if new:
            # With more digits than are kept: they may not tell what else was asked for with it.
            cosines = product(self._sampled, vectors[new].T)
            found = self._sample.best(cosines).mean(axis=0, dtype=np.float64).astype(np.float32)
            self._anywhere |= {numbers[place]: one for place, one in zip(new, found, strict=True)}
        return np.array([self._anywhere[piece] for piece in numbers], dtype=np.float32)

    def cut(self, sentences: Sequence[str]) -> list[Pieces]:
        """The pieces of each sentence."""
        return self._word_pieces.cut(sentences)

    def matches(self, question: AlignedQuestion, sentences: Sequence[Pieces]) -> Matches:
        """Match of every piece of the question in every sentence."""
        stretches = _Stretches.of(sentences)
        found = stretches.best(self._word_pieces.cosines(stretches.pieces, question.vectors))
        found -= question.anywhere
        found /= 1 - question.anywhere + np.float32(_MARGIN)
        return found


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Pieces of several sentences.

    Attributes:
        pieces: each different one once.
        members: where each piece of the sentences, one after another, is among these.
        starts: first member of each sentence.
        empty: whether a sentence has no piece.
    """

    pieces: Pieces
    members: NDArray[np.int64]
    starts: NDArray[np.int64]
    empty: NDArray[np.bool_]

    @classmethod
    def of(cls, sentences: Sequence[Pieces]) -> _Stretches:
        sizes = np.array([len(one) for one in sentences], dtype=np.int64)
        # reduceat has no empty stretch: such a one holds piece 0, and is blanked afterwards.
        filled = [one if len(one) else np.zeros(1, np.int32) for one in sentences]
        flat = np.concatenate(filled) if filled else np.zeros(0, np.int32)
        pieces, members = np.unique(flat, return_inverse=True)
        taken = np.maximum(sizes, 1)
        return cls(pieces, members, np.cumsum(taken) - taken, sizes == 0)

    def best(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """The best cosine in each sentence.

        Args:
            cosines: of the pieces with each of some vectors, shape (pieces, vectors).

        Returns:
            shape (sentences, vectors).
        """
        if not len(self.starts) or not cosines.shape[1]:
            return np.zeros((len(self.starts), cosines.shape[1]), dtype=np.float32)
        every = cosines.take(self.members, axis=0)
        found: NDArray[np.float32] = np.maximum.reduceat(every, self.starts, axis=0)
        found[self.empty] = 0.0
        return found
