"""Extracts: whether they hold the answer, and how long they are."""

from __future__ import annotations

from qa.evaluation.metrics.scope import extracted
from qa.evaluation.records import Prediction

EXTRACT_METRICS = ("extract_hit@1", "extract_hit@3", "answered_hit@1", "extract_chars")


def first_is_right(prediction: Prediction) -> bool:
    """Whether the first extract, as ranked, holds an answer and is from the right report."""
    return bool(prediction.extracts) and bool(prediction.extracts[0].right)


def extract_values(prediction: Prediction) -> dict[str, float | None]:
    """How good the extracts of one question are.

    - ``extract_hit@k``: 1 where one of the first k extracts, as ranked before refusal, is from
      the right report and contains an answer string, else 0.
    - ``answered_hit@1``: ``extract_hit@1``, but 0 where the answer was refused: what a user gets.
    - ``extract_chars``: length of the first extract in characters. It belongs beside every
      ``extract_hit``, since an extract that swallows its paragraph finds everything. None where
      there is no extract, so that a run cannot shorten its mean by finding nothing.

    Returns:
        ``EXTRACT_METRICS``; none of a question that is unanswerable, a comparison, or without a
        known answer string.
    """
    if not extracted(prediction.question):
        return dict.fromkeys(EXTRACT_METRICS)
    first = first_is_right(prediction)
    return {
        "extract_hit@1": float(first),
        "extract_hit@3": float(any(extract.right for extract in prediction.extracts[:3])),
        "answered_hit@1": float(first and not prediction.refused),
        "extract_chars": float(len(prediction.extracts[0].text)) if prediction.extracts else None,
    }
