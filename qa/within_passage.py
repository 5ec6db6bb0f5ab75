"""What tells the sentences of one passage apart."""

from __future__ import annotations

from collections.abc import Set
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors
from embeddings.lexical import idf
from qa.alignment import AlignedQuestion, Matches
from qa.asked import Asked, share
from qa.passage_texts import PassageText
from embeddings.products import product


class AlignedPassage:
    """The matches of a question's word pieces in the sentences of one passage."""

    def __init__(self, question: AlignedQuestion, matches: Matches) -> None:
        self._question = question
        self._matches = matches
        best = matches.max(axis=1, initial=0.0)
        # What every sentence matches alike tells none of them apart.
        local = question.weights * (best - matches.mean(axis=1))
        self._local = local / max(float(local.sum()), 1e-6)
        self._alone = question.weights @ matches
        self.passage = question.score(best)

    def values(self, begin: int, end: int) -> tuple[float, float, float, float, float]:
        """``aligned`` and those after it, of some sentences together."""
        matches = self._matches[:, begin : end + 1].max(axis=1)
        score = self._question.score(matches)
        return (
            score,
            score - max(score, float(self._alone.max())),
            0.0,
            float(matches @ self._local),
            float(self._alone[begin - 1]) if begin > 0 else 0.0,
        )


class Local:
    """What tells the sentences of one passage apart, and from what their report is about."""

    def __init__(
        self,
        asked: Asked,
        text: PassageText,
        head: Set[str],
        vectors: Vectors,
        question: NDArray[np.float32],
    ) -> None:
        count = len(text.terms)
        self._weights: dict[str, float] = {}
        for term, weight in asked.terms.items():
            holding = sum(term in terms for terms in text.terms)
            if holding:
                self._weights[term] = weight * idf(count, holding)
        self._mass = sum(self._weights.values())
        self._residual = {t: w for t, w in asked.terms.items() if t not in head}
        self._residual_mass = sum(self._residual.values())
        self._stretches = asked.stretches
        self._length = asked.length
        own = vectors - vectors.mean(axis=0)
        norms = np.sqrt(np.einsum("ij,ij->i", own, own))
        self.cosines: NDArray[np.float32] = product(own, question) / np.maximum(norms, 1e-6)

    def coverage(self, held: Set[str]) -> float:
        """Coverage with terms weighted by how few sentences of the passage hold them."""
        return share(self._weights, held, self._mass)

    def residual(self, held: Set[str]) -> float:
        """Coverage of the terms that the head of the report has not."""
        return share(self._residual, held, self._residual_mass)

    def residual_run(self, plain: str) -> float:
        """Longest stretch of the question's bigrams that the head has not but a text has."""
        longest = 0
        for stretch in self._stretches:
            length = 0
            for pair in pairwise(stretch):
                both = "".join(pair)
                length = length + 1 if both in self._residual and both in plain else 0
                longest = max(longest, length)
        return longest / self._length
