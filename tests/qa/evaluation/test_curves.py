"""The numbers behind the plots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation import curves
from qa.evaluation.metrics import score
from qa.evaluation.records import EvalQuestion, PredictedExtract, PredictedHit, Prediction


def predicted(
    number: int = 0,
    *,
    relevant: tuple[bool, ...] = (),
    reports: tuple[str, ...] = (),
    answerable: bool = True,
    right: bool = False,
    refused: bool = False,
    confidence: float = 0.5,
    kind: str = "number",
) -> Prediction:
    """A question about ``ankang`` whose hits are of the given reports and relevance."""
    reports = reports or ("ankang",) * len(relevant)
    extract = PredictedExtract("3座", "ankang", "p", 0, 2, 1.0, {}, "", (0,) if right else ())
    hits = tuple(
        PredictedHit(f"p{rank}", report, -rank, {}, report == "ankang", held)
        for rank, (report, held) in enumerate(zip(reports, relevant, strict=True))
    )
    gold = ("ankang",) if answerable else ()
    answers = ("3座",) if answerable else ()
    return Prediction(
        question=EvalQuestion(str(number), "几座？", "zh-Hans", kind, gold, answers),
        hits=hits,
        extracts=(extract,),
        refused=refused,
        reason="",
        confidence=confidence,
        latency_ms=1.0,
        relevant=tuple(hit.passage for hit in hits if hit.relevant),
    )


def test_recall_counts_questions_with_a_hit_within_the_first_k() -> None:
    # First relevant passages at ranks 1, 3 and none.
    predictions = [
        predicted(relevant=(True, False, True)),
        predicted(relevant=(False, False, True)),
        predicted(relevant=(False, False)),
    ]
    recall = curves.passage_recall(predictions)
    assert recall is not None
    assert len(recall) == 20
    assert recall[:3] == [1 / 3, 1 / 3, 2 / 3]
    assert recall[19] == 2 / 3


def test_reports_are_counted_where_they_first_appear() -> None:
    # Two passages of Weinan, then one of Ankang: the right report is the second of two.
    (one, two, *_) = (
        curves.document_recall(
            [predicted(relevant=(False,) * 3, reports=("weinan", "weinan", "ankang"))]
        )
        or ()
    )
    assert (one, two) == (0.0, 1.0)


def test_comparisons_and_unanswerable_questions_have_no_recall() -> None:
    left_out = [
        predicted(kind="comparison", relevant=(True,)),
        predicted(answerable=False, relevant=(False,)),
    ]
    assert curves.passage_recall(left_out) is None
    assert curves.document_recall(left_out) is None
    assert curves.passage_recall([*left_out, predicted(relevant=(True,))]) == [1.0] * 20


@given(st.lists(st.lists(st.booleans(), max_size=20), min_size=1, max_size=8))
def test_the_curves_pass_through_the_metrics_of_the_same_name(ranks: list[list[bool]]) -> None:
    predictions = [
        predicted(
            number,
            relevant=tuple(row),
            reports=tuple(f"{'ab'[i % 2]}nkang" for i in range(len(row))),
        )
        for number, row in enumerate(ranks)
    ]
    scores = score(predictions)
    passages = curves.passage_recall(predictions)
    documents = curves.document_recall(predictions)
    assert passages is not None
    assert documents is not None
    assert passages == sorted(passages)
    for k in (1, 5, 10, 20):
        assert passages[k - 1] == pytest.approx(scores[f"passage_recall@{k}"])
    for k in (1, 5, 20):
        assert documents[k - 1] == pytest.approx(scores[f"document_recall@{k}"])


def test_refusal_is_tried_at_every_confidence_and_ties_go_together() -> None:
    # From the least confident: unanswerable .1; both at .4; answerable .9.
    predictions = [
        predicted(confidence=0.9),
        predicted(confidence=0.4),
        predicted(confidence=0.4, answerable=False),
        predicted(confidence=0.1, answerable=False),
    ]
    assert curves.refusal_curve(predictions) == [
        curves.RefusalPoint(0.1, precision=1.0, recall=0.5),
        curves.RefusalPoint(0.4, precision=2 / 3, recall=1.0),
        curves.RefusalPoint(0.9, precision=0.5, recall=1.0),
    ]


def test_refusal_has_no_curve_where_only_one_class_is_there() -> None:
    assert curves.refusal_curve([]) is None
    assert curves.refusal_curve([predicted()]) is None
    assert curves.refusal_curve([predicted(answerable=False)]) is None


def test_reliability_compares_mean_confidence_with_the_share_that_is_right() -> None:
    bins = curves.reliability(
        [
            predicted(confidence=0.31, right=True),
            predicted(confidence=0.39),
            # Never right, whatever is shown; and a confidence of 1 is of the last bin.
            predicted(confidence=1.0, answerable=False),
            # Of a comparison, no single extract is right.
            predicted(confidence=0.35, kind="comparison", right=True),
        ]
    )
    assert [(b.low, b.high, b.n, b.right) for b in bins] == [(0.3, 0.4, 2, 0.5), (0.9, 1.0, 1, 0.0)]
    assert bins[0].confidence == pytest.approx(0.35)


def test_a_percentile_lies_between_its_neighbours() -> None:
    # Of four values the median is halfway between the second and the third.
    assert curves.percentile([8.0, 1.0, 4.0, 2.0], 0.5) == 3.0
    assert curves.percentile([8.0, 1.0, 4.0, 2.0], 1.0) == 8.0
    assert curves.percentile([7.0], 0.95) == 7.0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_a_histogram_counts_every_value_once(values: list[float]) -> None:
    counts, width = curves.histogram(values)
    assert sum(counts) == len(values)
    assert width > 0
