"""Which questions went wrong, and at which step each was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.evaluation.metrics import lost_at
from qa.evaluation.records import PredictedExtract, PredictedHit, Prediction

Step = Literal["not_retrieved", "not_selected", "refused", "answered"]

STEPS: dict[Step, str] = {
    "not_retrieved": "not retrieved",
    "not_selected": "retrieved, not selected",
    "refused": "wrongly refused",
    "answered": "wrongly answered",
}
"""Every step, in the order of the work, as it is called."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that went wrong.

    Attributes:
        number: its place among the questions, from 1.
        prediction: what was answered.
        step: where it was lost, as ``lost_at`` tells; ``answered`` where no report answers it and
            it was not refused.
        missing: of a comparison, which answers none of the extracts shown holds, by index.
        best_hit: the first passage that answers, with its rank from 1; ``None`` without one.
        best_extract: the first extract that answers, likewise.
    """

    number: int
    prediction: Prediction
    step: Step
    missing: tuple[int, ...]
    best_hit: tuple[int, PredictedHit] | None
    best_extract: tuple[int, PredictedExtract] | None


def misses(predictions: Sequence[Prediction]) -> tuple[Miss, ...]:
    """The questions that went wrong, in their order."""
    found = []
    for number, prediction in enumerate(predictions, 1):
        step = _step(prediction)
        if step is not None:
            found.append(
                Miss(
                    number=number,
                    prediction=prediction,
                    step=step,
                    missing=_missing(prediction) if prediction.question.compares else (),
                    best_hit=next(
                        ((r, hit) for r, hit in enumerate(prediction.hits, 1) if hit.relevant), None
                    ),
                    best_extract=next(
                        ((r, e) for r, e in enumerate(prediction.extracts, 1) if e.right), None
                    ),
                )
            )
    return tuple(found)


def _step(prediction: Prediction) -> Step | None:
    if prediction.question.answerable:
        return lost_at(prediction)
    return None if prediction.refused else "answered"


def _missing(prediction: Prediction) -> tuple[int, ...]:
    """Which answers of a comparison no extract holds, refused or not."""
    held = {index for extract in prediction.extracts for index in extract.right}
    return tuple(i for i in range(len(prediction.question.answers)) if i not in held)
