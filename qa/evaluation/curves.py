"""The numbers behind the plots: recall at k, precision and recall of refusal, reliability, latency.

All are plain functions of predictions; none knows how it will be drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.evaluation.metrics.scope import extracted, ranked
from qa.evaluation.records import Prediction

DEPTH = 20
"""How many hits a prediction holds at most."""


@dataclass(frozen=True, slots=True)
class RefusalPoint:
    """What refusing below some confidence would give.

    Attributes:
        threshold: questions with at most this confidence are refused.
        precision: share of the refused that are unanswerable.
        recall: share of the unanswerable that are refused.
    """

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Questions whose confidence lies in one tenth of the scale.

    Attributes:
        low, high: its bounds; the upper one belongs to the last bin only.
        n: questions in it, at least one.
        confidence: their mean.
        right: share of them whose first extract answers.
    """

    low: float
    high: float
    n: int
    confidence: float
    right: float


def passage_recall(predictions: Sequence[Prediction]) -> list[float] | None:
    """Share of questions with a passage that answers within the first k, for k = 1 to ``DEPTH``.

    Over answerable questions that are not comparisons; ``None`` where there are none.
    """
    return _success(
        [
            next((rank for rank, hit in enumerate(p.hits, 1) if hit.relevant), None)
            for p in _ranked(predictions)
        ]
    )


def document_recall(predictions: Sequence[Prediction]) -> list[float] | None:
    """The same for reports in the order of their first passage, k counting distinct reports."""
    ranks: list[int | None] = []
    for prediction in _ranked(predictions):
        right = {hit.report: hit.right_report for hit in prediction.hits}
        ranks.append(next((rank for rank, held in enumerate(right.values(), 1) if held), None))
    return _success(ranks)


def refusal_curve(predictions: Sequence[Prediction]) -> list[RefusalPoint] | None:
    """Precision and recall of refusing at every confidence that occurs, lowest first.

    Over all questions; equal confidences are refused together, so that no point depends on the
    order of ties. ``None`` where nothing is unanswerable, or everything.
    """
    unanswerable = sum(not p.question.answerable for p in predictions)
    if unanswerable in (0, len(predictions)):
        return None
    points: list[RefusalPoint] = []
    ordered = sorted(predictions, key=lambda p: p.confidence)
    found = 0
    for refused, prediction in enumerate(ordered, 1):
        found += not prediction.question.answerable
        tied = refused < len(ordered) and ordered[refused].confidence == prediction.confidence
        if not tied:
            points.append(
                RefusalPoint(prediction.confidence, found / refused, found / unanswerable)
            )
    return points


def reliability(predictions: Sequence[Prediction], *, bins: int = 10) -> list[ReliabilityBin]:
    """Stated confidence against the share of first extracts that answer, for bins of equal width.

    Over questions with one answer to find and over unanswerable ones, whose first extract is never
    right; empty bins are left out. Source: Guo, Pleiss, Sun & Weinberger, ICML 2017, section 2.
    """
    grouped: dict[int, list[Prediction]] = {}
    for prediction in predictions:
        question = prediction.question
        if question.answerable and not extracted(question):
            continue
        number = min(int(prediction.confidence * bins), bins - 1)
        grouped.setdefault(number, []).append(prediction)
    return [
        ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(members),
            confidence=math.fsum(p.confidence for p in members) / len(members),
            right=sum(bool(p.extracts and p.extracts[0].right) for p in members) / len(members),
        )
        for number, members in sorted(grouped.items())
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The value at a share of the sorted values, between neighbours by linear interpolation.

    Args:
        values: at least one.
        share: 0 to 1.
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def histogram(values: Sequence[float], *, bins: int = 24) -> tuple[list[int], float]:
    """Counts in bins of equal width from 0 to a little over the 99th percentile.

    Returns:
        the counts, and the width of a bin; what lies beyond the scale is in the last bin.
    """
    width = max(percentile(values, 0.99) * 1.05 / bins, 1e-9)
    counts = [0] * bins
    for value in values:
        counts[min(int(value / width), bins - 1)] += 1
    return counts, width


def _ranked(predictions: Sequence[Prediction]) -> list[Prediction]:
    return [p for p in predictions if ranked(p.question)]


def _success(ranks: Sequence[int | None]) -> list[float] | None:
    """For k = 1 to ``DEPTH``, the share of ranks that are at most k."""
    if not ranks:
        return None
    return [
        sum(rank is not None and rank <= k for rank in ranks) / len(ranks)
        for k in range(1, DEPTH + 1)
    ]
