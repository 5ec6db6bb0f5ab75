"""Where a question was lost on its way to the answer."""

from __future__ import annotations

from typing import Literal

from qa.evaluation.metrics.comparisons import complete
from qa.evaluation.metrics.extracts import first_is_right
from qa.evaluation.records import Prediction

Loss = Literal["not_retrieved", "not_selected", "refused"]
LOSSES: tuple[Loss, ...] = ("not_retrieved", "not_selected", "refused")


def lost_at(prediction: Prediction) -> Loss | None:
    """The step at which an answerable question was lost.

    - ``not_retrieved``: no relevant passage among the hits; of a comparison, none of one of its
      reports.
    - ``not_selected``: there is one, but the first extract is another; of a comparison, the
      extracts shown do not hold every answer. To refuse such an answer was no further fault.
    - ``refused``: what would have been shown is right, and was refused.

    Of a question whose gold are documents alone no extract is known to be right: it is lost where
    no relevant passage was retrieved, or where one was and the answer was refused.

    Returns:
        None where the answer shown is right, and for an unanswerable question.
    """
    question = prediction.question
    if not question.answerable:
        return None
    if question.compares and question.answers:
        right = complete(prediction)
        retrieved = set(question.reports) <= {hit.report for hit in prediction.hits if hit.relevant}
    else:
        retrieved = any(hit.relevant for hit in prediction.hits)
        right = first_is_right(prediction) if question.answers else retrieved
    if right:
        return "refused" if prediction.refused else None
    return "not_selected" if retrieved else "not_retrieved"
