"""Every metric but one as a quotient of two sums over the questions.

A mean is the sum of the values over the number of questions that have one; precision is a quotient
already. In this form a resample or a swap of questions is a weighting of rows, so that thousands
of them are one product of matrices. The area under a curve is the exception, and kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.metrics.comparisons import COMPARISON_METRICS, comparison_values
from qa.evaluation.metrics.extracts import EXTRACT_METRICS, extract_values
from qa.evaluation.metrics.ranking import (
    DOCUMENT_METRICS,
    PASSAGE_METRICS,
    document_values,
    passage_values,
)
from qa.evaluation.metrics.refusal import (
    REFUSAL_METRICS,
    refusal_precision_terms,
    refusal_recall_value,
)
from qa.evaluation.records import Prediction

METRICS: tuple[str, ...] = (
    *PASSAGE_METRICS,
    *DOCUMENT_METRICS,
    *EXTRACT_METRICS,
    *REFUSAL_METRICS,
    *COMPARISON_METRICS,
)
"""All names, in the order in which they are shown."""

QUOTIENTS = tuple(name for name in METRICS if name != "refusal_auroc")

MEANS = tuple(name for name in QUOTIENTS if name != "refusal_precision")
"""Those that are a mean of a value a question."""


@dataclass(frozen=True, slots=True)
class Table:
    """The questions as rows, in the order given.

    Attributes:
        above: shape (n, ``len(QUOTIENTS)``), float64: what a question adds to the numerator.
        below: the same shape: to the denominator; 0 where the metric does not apply to it.
        confidence: shape (n,), float64.
        answerable: shape (n,), bool.
    """

    above: NDArray[np.float64]
    below: NDArray[np.float64]
    confidence: NDArray[np.float64]
    answerable: NDArray[np.bool_]


def question_rows(predictions: Sequence[Prediction]) -> list[dict[str, float | None]]:
    """The values of each question by name, in the order of ``MEANS``; none: does not apply."""
    rows = []
    for prediction, passages, documents in zip(
        predictions, passage_values(predictions), document_values(predictions), strict=True
    ):
        rows.append(
            {
                **passages,
                **documents,
                **extract_values(prediction),
                "refusal_recall": refusal_recall_value(prediction),
                **comparison_values(prediction),
            }
        )
    return rows


def table(predictions: Sequence[Prediction]) -> Table:
    """The terms of every metric for every question."""
    count = len(predictions)
    above = np.zeros((count, len(QUOTIENTS)))
    below = np.zeros((count, len(QUOTIENTS)))
    precision = QUOTIENTS.index("refusal_precision")
    answerable = np.array([one.question.answerable for one in predictions], np.bool_)
    both = bool(answerable.any()) and not bool(answerable.all())
    columns = [(QUOTIENTS.index(name), name) for name in MEANS]
    for row, values in enumerate(question_rows(predictions)):
        for column, name in columns:
            value = values[name]
            if value is not None:
                above[row, column] = value
                below[row, column] = 1.0
        if both:
            above[row, precision], below[row, precision] = refusal_precision_terms(predictions[row])
    return Table(
        above=above,
        below=below,
        confidence=np.array([one.confidence for one in predictions], np.float64),
        answerable=answerable,
    )
