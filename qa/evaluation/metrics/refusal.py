"""Refusal: whether the unanswerable is told from the answerable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.records import Prediction

REFUSAL_METRICS = ("refusal_auroc", "refusal_precision", "refusal_recall")


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """Probability that an answerable question is more confident than an unanswerable one.

    AUROC = Σ over pairs of ([a > u] + ½ [a = u]) / (number of pairs): the area under the receiver
    operating characteristic, which is the Mann-Whitney statistic over its maximum (Hanley &
    McNeil, Radiology 143, 1982). By sorting, so in O(n log n).

    Args:
        answerable: confidences of the answerable questions.
        unanswerable: of the unanswerable ones.

    Returns:
        From 0 to 1; ½ where confidence tells nothing. None where either class is empty.
    """
    if not len(answerable) or not len(unanswerable):
        return None
    below = np.sort(np.asarray(unanswerable, np.float64))
    asked = np.asarray(answerable, np.float64)
    less = np.searchsorted(below, asked, side="left")
    up_to = np.searchsorted(below, asked, side="right")
    # Whole numbers, so that the sum does not depend on the order of the questions.
    return int(np.sum(less + up_to)) / (2 * len(asked) * len(below))


def mid_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, equal values each at the mean of their ranks.

    Args:
        values: shape (n,).

    Returns:
        Shape (n,), float64; ``auroc`` of ranks is that of the values.
    """
    ordered = np.sort(values)
    first = np.searchsorted(ordered, values, side="left")
    last = np.searchsorted(ordered, values, side="right")
    return np.asarray((first + last + 1) / 2, np.float64)


def refusal_auroc(predictions: Sequence[Prediction]) -> float | None:
    """``auroc`` of the confidences; the threshold of refusal plays no part.

    Comparisons are answerable questions and count as such. None where either class is missing.
    """
    sides: tuple[list[float], list[float]] = ([], [])
    for prediction in predictions:
        sides[not prediction.question.answerable].append(prediction.confidence)
    return auroc(*sides)


def refusal_precision_terms(prediction: Prediction) -> tuple[float, float]:
    """What one question adds above and below the line of ``refusal_precision``.

    ``refusal_precision``: of the questions that were refused, the share that is unanswerable. It
    is a quotient of two sums over the questions, so it has no value of one question. It does not
    apply where nothing was refused, nor to a set without both classes, where it tells of the set
    rather than of the refusal.
    """
    refused = prediction.refused
    return float(refused and not prediction.question.answerable), float(refused)


def refusal_recall_value(prediction: Prediction) -> float | None:
    """``refusal_recall``: of the unanswerable questions, the share that was refused.

    Returns:
        1 where this one was refused, else 0; none of an answerable question.
    """
    return None if prediction.question.answerable else float(prediction.refused)
