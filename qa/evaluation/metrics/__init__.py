"""What the predictions of a run are worth: every metric by its name.

====================== ===========================================================================
family                 taken over
====================== ===========================================================================
``passage_*``, ``mrr`` answerable questions that are no comparisons
``ndcg``, ``document`` the same
``extract_*``,         the same, where an answer string is known: a set of gold documents alone has
``answered_hit``       none
``refusal_*``          answerable questions, comparisons among them, and unanswerable ones
``comparison_*``       comparisons
====================== ===========================================================================

A metric that applies to none of the questions is none, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.evaluation.metrics.losses import LOSSES, Loss, lost_at
from qa.evaluation.metrics.refusal import refusal_auroc
from qa.evaluation.metrics.table import MEANS, METRICS, QUOTIENTS, question_rows, table
from qa.evaluation.records import Prediction

__all__ = ["LOSSES", "MEANS", "METRICS", "Loss", "lost_at", "question_values", "score"]


def question_values(prediction: Prediction) -> dict[str, float | None]:
    """The value of one question for each metric that is a mean over questions.

    Returns:
        ``MEANS`` by name; none where the metric does not apply to this question.
        ``refusal_auroc`` and ``refusal_precision`` are no means, and not among them.
    """
    (values,) = question_rows([prediction])
    return values


def score(predictions: Sequence[Prediction]) -> dict[str, float | None]:
    """All metrics of a group of questions, which does not depend on their order.

    Returns:
        ``METRICS`` by name, in their order; none where a metric applies to none of them.
    """
    terms = table(predictions)
    scores: dict[str, float | None] = {}
    for name in METRICS:
        if name == "refusal_auroc":
            scores[name] = refusal_auroc(predictions)
            continue
        column = QUOTIENTS.index(name)
        below = math.fsum(terms.below[:, column])
        scores[name] = math.fsum(terms.above[:, column]) / below if below else None
    return scores
