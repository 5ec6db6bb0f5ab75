"""Comparisons: whether every half of the answer is shown."""

from __future__ import annotations

from qa.evaluation.records import Prediction

COMPARISON_METRICS = ("comparison_complete",)


def complete(prediction: Prediction) -> bool:
    """Whether the extracts together hold every answer, refused or not."""
    held = {answer for extract in prediction.extracts for answer in extract.right}
    return held >= set(range(len(prediction.question.answers)))


def comparison_values(prediction: Prediction) -> dict[str, float | None]:
    """Whether one comparison was answered whole.

    ``comparison_complete``: 1 where the extracts shown together hold every answer, each from its
    own report, else 0. All that are shown count: three, or two of each place where the question
    compares more than one. A refusal shows none, so it counts 0.

    Returns:
        ``COMPARISON_METRICS``; none of a question that is no comparison, or that no report
        answers.
    """
    question = prediction.question
    if not (question.compares and question.answerable and question.answers):
        return dict.fromkeys(COMPARISON_METRICS)
    return {"comparison_complete": float(complete(prediction) and not prediction.refused)}
