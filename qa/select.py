"""From candidates to the extracts shown: a fixed weighting of their features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.candidates import Candidate
from qa.features import FEATURES, Scored
from qa.weights import SELECTION


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate with its score and the index of its row in the features."""

    candidate: Candidate
    score: float
    index: int


def score_candidates(
    scored: Scored, weights: Mapping[str, float] = SELECTION
) -> NDArray[np.float32]:
    """The weighted sum of each candidate's features, shape (candidates,)."""
    vector = np.array([weights.get(name, 0.0) for name in FEATURES], dtype=np.float32)
    scores: NDArray[np.float32] = scored.matrix @ vector
    return scores


def choose(
    scored: Scored, scores: NDArray[np.float32], passages: Sequence[str], top: int
) -> list[Chosen]:
    """The best candidates that do not overlap, best first.

    Args:
        scored: candidates and features.
        scores: of the candidates.
        passages: passage id of each candidate; ties are broken by it, then by position.
        top: extracts wanted.
    """
    order = sorted(
        range(len(scored.candidates)),
        key=lambda i: (-float(scores[i]), passages[i], scored.candidates[i].position),
    )
    chosen: list[Chosen] = []
    for index in order:
        candidate = scored.candidates[index]
        if any(_overlap(candidate, other.candidate) for other in chosen):
            continue
        if any(candidate.plain == other.candidate.plain for other in chosen):
            continue
        chosen.append(Chosen(candidate, float(scores[index]), index))
        if len(chosen) == top:
            break
    return chosen


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.row == other.row and one.first <= other.last and other.first <= one.last
