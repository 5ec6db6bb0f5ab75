"""From scored candidates to the extracts shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.candidates import Candidate
from qa.features import Scored
from qa.trees import Scores


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate with its score and the index of its row in the features."""

    candidate: Candidate
    score: float
    index: int


def choose(scored: Scored, scores: Scores, passages: Sequence[str], top: int) -> list[Chosen]:
    """The best candidates that do not overlap, best first.

    Args:
        scored: candidates and features.
        scores: of the candidates.
        passages: passage id of each candidate; ties are broken by it, then by position, a
            sentence alone before one with what it points back at.
        top: extracts wanted.
    """
    candidates, known = scored.candidates, scores.tolist()
    order = sorted(
        range(len(candidates)),
        key=lambda i: (-known[i], passages[i], candidates[i].position, candidates[i].joined),
    )
    chosen: list[Chosen] = []
    for index in order:
        candidate = candidates[index]
        if any(_overlap(candidate, other.candidate) for other in chosen):
            continue
        if any(candidate.plain == other.candidate.plain for other in chosen):
            continue
        chosen.append(Chosen(candidate, known[index], index))
        if len(chosen) == top:
            break
    return chosen


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.row == other.row and one.first <= other.last and other.first <= one.last
