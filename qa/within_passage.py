"""What tells the sentences of one passage apart."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors
from embeddings.products import product
from qa.alignment import AlignedQuestion, Matches
from qa.asked import Asked, Weights, share
from qa.stretches import Array, Stretches


def aligned(question: AlignedQuestion, matches: Matches, stretches: Stretches) -> dict[str, Array]:
    """The matches of a question's word pieces in the sentences of passages.

    Args:
        question: its pieces.
        matches: in every sentence, shape (pieces, sentences).
        stretches: the candidates.

    Returns:
        the features ``passage_aligned``, ``aligned``, ``aligned_behind``, ``aligned_local`` and
        ``before_aligned`` of the candidates.
    """
    by_sentence = np.ascontiguousarray(matches.T)
    best = np.maximum(stretches.most_of_passage(by_sentence), 0)
    mean = stretches.sum_of_passage(by_sentence) / stretches.sizes[:, None].astype(np.float32)
    # What every sentence matches alike tells none of them apart.
    local = question.weights * (best - mean)
    local /= np.maximum(local.sum(axis=1, keepdims=True), np.float32(1e-6))
    alone = by_sentence @ question.weights
    inside = stretches.most(by_sentence)
    score = inside @ question.weights
    most = stretches.of_passage(stretches.most_of_passage(alone))
    return {
        "passage_aligned": stretches.of_passage(best @ question.weights),
        "aligned": score,
        "aligned_behind": score - np.maximum(score, most),
        "aligned_local": (inside * stretches.of_passage(local)).sum(axis=1),
        "before_aligned": stretches.before(alone),
    }


class Local:
    """What tells the sentences of passages apart, and from what their reports are about.

    Args:
        asked: the question.
        held: its terms in every sentence, shape (sentences, terms).
        heads: terms of the head of each passage's report.
        stretches: the candidates.
    """

    def __init__(
        self, asked: Asked, held: Weights, heads: Sequence[Set[str]], stretches: Stretches
    ) -> None:
        self._asked = asked
        self._stretches = stretches
        holding = stretches.sum_of_passage(held)
        count = stretches.sizes[:, None]
        # Terms weigh by how few sentences of the passage hold them.
        idf = np.log(1.0 + (count - holding + 0.5) / (holding + 0.5))
        self._weights = stretches.of_passage(asked.weights * idf * (holding > 0))
        self.head = asked.held(heads)
        self._residual = stretches.of_passage(asked.weights * (1.0 - self.head))
        self._beyond = [
            {term for term, mark in zip(asked.order, marks, strict=True) if not mark}
            for marks in self.head.tolist()
        ]

    def coverage(self, inside: Weights) -> Weights:
        """Coverage with terms weighted by how few sentences of the passage hold them.

        Args:
            inside: terms in each candidate, shape (candidates, terms).
        """
        return share(self._weights, inside)

    def residual(self, inside: Weights) -> Weights:
        """Coverage of the terms that the head of the report has not."""
        return share(self._residual, inside)

    def residual_run(self, passage: int, plain: str) -> float:
        """Longest stretch of the question's bigrams that the head has not but a text has."""
        longest = 0
        beyond = self._beyond[passage]
        for pairs in self._asked.pairs_of:
            length = 0
            for pair in pairs:
                if pair in beyond and pair in plain:
                    length += 1
                    longest = max(longest, length)
                else:
                    length = 0
        return longest / self._asked.length


def local_cosines(
    vectors: Vectors, question: NDArray[np.float32], stretches: Stretches
) -> NDArray[np.float32]:
    """Cosine of the question with what each sentence has beyond its passage's mean.

    Args:
        vectors: of the sentences, shape (sentences, dim).
        question: its vector, shape (dim,).
        stretches: the candidates.

    Returns:
        shape (sentences,).
    """
    mean = stretches.sum_of_passage(vectors) / stretches.sizes[:, None].astype(np.float32)
    own = vectors - np.repeat(mean, stretches.sizes, axis=0)
    norms = np.sqrt(np.einsum("ij,ij->i", own, own))
    found: NDArray[np.float32] = product(own, question) / np.maximum(norms, 1e-6)
    return found
