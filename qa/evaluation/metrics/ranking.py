"""Passages and reports as ranked: success within the first k, reciprocal rank, discounted gain.

All are computed by ``ir_measures``, which hands them to ``trec_eval``'s code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.evaluation.metrics.scope import ranked
from qa.evaluation.records import Prediction

if TYPE_CHECKING:
    from ir_measures.measures import Measure

PASSAGE_CUTS = (1, 5, 10, 20)
DOCUMENT_CUTS = (1, 5, 20)
PASSAGE_METRICS = (*(f"passage_recall@{k}" for k in PASSAGE_CUTS), "mrr@10", "ndcg@10")
DOCUMENT_METRICS = tuple(f"document_recall@{k}" for k in DOCUMENT_CUTS)

Values = dict[str, float | None]


def passage_values(predictions: Sequence[Prediction]) -> list[Values]:
    """How each question's passages are ranked.

    A passage is relevant when it is of the right report and contains an answer string; in a set of
    gold documents, when it is of the right one. With rel(i) = 1 where the passage at rank i is
    relevant and else 0, of one question:

    - ``passage_recall@k``: 1 where a relevant passage is among the first k, else 0. One is enough
      to answer, so a question whose answer stands in several passages is answered by any; this is
      what reading-comprehension work calls the recall of its retriever (Karpukhin et al., "Dense
      Passage Retrieval", EMNLP 2020), and trec_eval ``success``.
    - ``mrr@10``: 1 / rank of the first relevant passage, 0 where none is among the first ten
      (Voorhees, TREC-8 1999).
    - ``ndcg@10``: Σ rel(i) / log2(i + 1) over the first ten, divided by the same sum of the best
      possible ranking (Järvelin & Kekäläinen, TOIS 20(4), 2002), which shows first every relevant
      passage of the index.

    A question without hits, or whose answer stands in no single passage of the index, counts zero.

    Args:
        predictions: whose hits are taken in their order; scores, and so their ties, play no part.

    Returns:
        ``PASSAGE_METRICS`` of each; none of a question that is unanswerable or a comparison.
    """
    from ir_measures import RR, Success, nDCG

    measures = [*(Success @ k for k in PASSAGE_CUTS), RR @ 10, nDCG @ 10]
    rankings = []
    for prediction in predictions:
        hits = {hit.passage: hit.relevant for hit in reversed(prediction.hits)}
        order = list(dict.fromkeys(hit.passage for hit in prediction.hits))
        right = {*prediction.relevant, *(passage for passage in order if hits[passage])}
        rankings.append((order, right))
    return _values(predictions, rankings, dict(zip(PASSAGE_METRICS, measures, strict=True)))


def document_values(predictions: Sequence[Prediction]) -> list[Values]:
    """How each question's reports are ranked, a report standing where its first passage stands.

    ``document_recall@k``: 1 where a right report is among the first k reports, else 0. Passages
    of a report that stands already are skipped, so the first k reports may lie far down the list
    of passages, and twenty passages may hold fewer than twenty.

    Returns:
        ``DOCUMENT_METRICS`` of each; none of a question that is unanswerable or a comparison.
    """
    from ir_measures import Success

    measures = [Success @ k for k in DOCUMENT_CUTS]
    rankings = [
        (
            list(dict.fromkeys(hit.report for hit in prediction.hits)),
            set(prediction.question.reports),
        )
        for prediction in predictions
    ]
    return _values(predictions, rankings, dict(zip(DOCUMENT_METRICS, measures, strict=True)))


def _values(
    predictions: Sequence[Prediction],
    rankings: Sequence[tuple[list[str], set[str]]],
    measures: dict[str, Measure],
) -> list[Values]:
    from ir_measures import iter_calc

    values: list[Values] = []
    run: dict[str, dict[str, float]] = {}
    qrels: dict[str, dict[str, int]] = {}
    for number, (prediction, (order, right)) in enumerate(zip(predictions, rankings, strict=True)):
        applies = ranked(prediction.question)
        values.append(dict.fromkeys(measures, 0.0 if applies else None))
        if applies and order and right:
            # trec_eval sorts by score, and equal scores by identifier: the ranks as scores leave
            # it nothing to break.
            run[str(number)] = {one: float(-rank) for rank, one in enumerate(order)}
            qrels[str(number)] = dict.fromkeys(sorted(right), 1)
    names = {measure: name for name, measure in measures.items()}
    if qrels:
        for value in iter_calc(list(names), qrels, run):
            values[int(value.query_id)][names[value.measure]] = float(value.value)
    return values
