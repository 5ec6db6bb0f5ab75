"""What tells the sentences of one passage apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors
from qa.alignment import AlignedQuestion, Matches
from qa.asked import Asked, Weights, share
from qa.stretches import Array, Stretches


def aligned(question: AlignedQuestion, matches: Matches, stretches: Stretches) -> dict[str, Array]:
    """The matches of a question's word pieces in the sentences of passages.

    Args:
        question: its pieces.
        matches: in every sentence, shape (sentences, pieces).
        stretches: the candidates.

    Returns:
        the features ``passage_aligned``, ``aligned``, ``aligned_behind``, ``aligned_local`` and
        ``before_aligned`` of the candidates.
    """
    best = np.maximum(stretches.most_of_passage(matches), 0)
    mean = stretches.sum_of_passage(matches) / stretches.sizes[:, None].astype(np.float32)
    # What every sentence matches alike tells none of them apart.
    local = question.weights * (best - mean)
    local /= np.maximum(local.sum(axis=1, keepdims=True), np.float32(1e-6))
    alone = matches @ question.weights
    inside = stretches.most(matches)
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
        head: its terms in the head of each passage's report, shape (passages, terms).
        stretches: the candidates.

    Attributes:
        beyond: pairs of the question that are terms which the head has not, shape (passages,
            pairs).
    """

    def __init__(self, asked: Asked, held: Weights, head: Weights, stretches: Stretches) -> None:
        self._asked = asked
        holding = stretches.sum_of_passage(held)
        count = stretches.sizes[:, None]
        # Terms weigh by how few sentences of the passage hold them.
        idf = np.log(1.0 + (count - holding + 0.5) / (holding + 0.5))
        self._weights = stretches.of_passage(asked.weights * idf * (holding > 0))
        self._residual = stretches.of_passage(asked.weights * (1.0 - head))
        places = {term: at for at, term in enumerate(asked.order)}
        terms = np.array([places.get(pair, -1) for pair in asked.neighbours], dtype=np.int64)
        counted = np.flatnonzero(terms >= 0)
        self.beyond = np.zeros((len(head), len(terms)), dtype=np.bool_)
        self.beyond[:, counted] = head[:, terms[counted]] == 0

    def coverage(self, inside: Weights) -> Weights:
        """Coverage with terms weighted by how few sentences of the passage hold them.

        Args:
            inside: terms in each candidate, shape (candidates, terms).
        """
        return share(self._weights, inside)

    def residual(self, inside: Weights) -> Weights:
        """Coverage of the terms that the head of the report has not."""
        return share(self._residual, inside)

    def residual_run(self, passage: int, plain: str) -> int:
        """Longest stretch of the question's pairs that the head has not but a text has."""
        longest = length = 0
        for pair, counts in zip(self._asked.neighbours, self.beyond[passage].tolist(), strict=True):
            length = length + 1 if counts and pair in plain else 0
            longest = max(longest, length)
        return longest


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
    cosines = np.einsum("ij,j->i", own, question)
    found: NDArray[np.float32] = cosines / np.maximum(norms, np.float32(1e-6))
    return found
