"""Extracts, comparisons and refusal, and where a question was lost."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.metrics import MEANS, METRICS, lost_at, question_values, score
from qa.evaluation.metrics.refusal import auroc, mid_ranks
from qa.evaluation.records import Prediction

Predict = Callable[..., Prediction]


def unanswerable(predict: Predict, id_: str = "u", **more: object) -> Prediction:
    return predict(id_, kind="unanswerable", reports=(), answers=(), **more)


def comparison(predict: Predict, id_: str = "c", **more: object) -> Prediction:
    return predict(id_, kind="comparison", reports=("a", "b"), answers=("1", "2"), **more)


def test_names_are_those_of_the_design_in_its_order() -> None:
    assert METRICS == (
        "passage_recall@1",
        "passage_recall@5",
        "passage_recall@10",
        "passage_recall@20",
        "mrr@10",
        "ndcg@10",
        "document_recall@1",
        "document_recall@5",
        "document_recall@20",
        "extract_hit@1",
        "extract_hit@3",
        "answered_hit@1",
        "extract_chars",
        "refusal_auroc",
        "refusal_precision",
        "refusal_recall",
        "comparison_complete",
    )


def test_a_question_has_a_value_of_every_mean(predict: Predict) -> None:
    assert set(question_values(predict())) == set(MEANS)
    assert set(METRICS) - set(MEANS) == {"refusal_auroc", "refusal_precision"}


def test_hits_are_taken_before_refusal_and_answered_hits_after(predict: Predict) -> None:
    scores = score(
        [
            predict("a", extracts=["right*", "no"]),
            predict("b", extracts=["right*"], refused=True),
            predict("c", extracts=["no", "no", "right*"]),
            predict("d", extracts=["no", "no", "no", "right*"]),
        ]
    )
    assert scores["extract_hit@1"] == 2 / 4
    assert scores["extract_hit@3"] == 3 / 4
    assert scores["answered_hit@1"] == 1 / 4


def test_length_is_of_the_first_extract_right_or_wrong(predict: Predict) -> None:
    some = [
        predict("a", extracts=["four*", "much longer"]),
        predict("b", extracts=["sixsix"]),
        predict("c", extracts=[]),
        comparison(predict, extracts=["x" * 100]),
        unanswerable(predict, extracts=["x" * 100]),
    ]
    assert score(some)["extract_chars"] == (4 + 6) / 2


def test_a_comparison_needs_every_answer_among_the_shown_extracts(predict: Predict) -> None:
    def complete(*extracts: tuple[int, ...], refused: bool = False) -> float | None:
        one = comparison(predict, extracts=extracts, refused=refused)
        return question_values(one)["comparison_complete"]

    assert complete((0,), (1,)) == 1
    assert complete((0, 1)) == 1
    assert complete((), (1,), (0,)) == 1
    assert complete((0,), (0,)) == 0
    # Two of each place are shown.
    assert complete((0,), (), (), (1,)) == 1
    assert complete((0,), (), (), ()) == 0
    assert complete() == 0
    # A refusal shows none.
    assert complete((0,), (1,), refused=True) == 0
    assert question_values(predict())["comparison_complete"] is None


def test_precision_and_recall_of_refusal(predict: Predict) -> None:
    some = [
        *(unanswerable(predict, f"u{n}", refused=n < 3) for n in range(4)),
        predict("a", refused=True),
        predict("b"),
        comparison(predict, refused=True),
    ]
    scores = score(some)
    # Refused: three unanswerable ones, one answerable, one comparison, which is answerable too.
    assert scores["refusal_precision"] == 3 / 5
    assert scores["refusal_recall"] == 3 / 4


def test_refusal_needs_both_classes(predict: Predict) -> None:
    answerable = score([predict(refused=True)])
    assert answerable["refusal_auroc"] is None
    assert answerable["refusal_precision"] is None
    assert answerable["refusal_recall"] is None
    other = score([unanswerable(predict, refused=True)])
    assert other["refusal_auroc"] is None
    assert other["refusal_precision"] is None
    assert other["refusal_recall"] == 1


def test_precision_is_none_where_nothing_was_refused(predict: Predict) -> None:
    scores = score([predict(), unanswerable(predict)])
    assert scores["refusal_precision"] is None
    assert scores["refusal_recall"] == 0


def test_area_by_hand() -> None:
    # Of 3 × 2 pairs: .9 beats both, .5 ties with one and beats the other, .1 loses to both.
    assert auroc([0.9, 0.5, 0.1], [0.5, 0.2]) == (2 + 1.5 + 0) / 6
    assert auroc([0.4], [0.4]) == 0.5
    assert auroc([], [0.4]) is None
    assert auroc([0.4], []) is None


def test_comparisons_are_answerable_in_the_area(predict: Predict) -> None:
    some = [
        predict("a", confidence=0.9),
        comparison(predict, confidence=0.1),
        unanswerable(predict, confidence=0.5),
    ]
    assert score(some)["refusal_auroc"] == 0.5


confidences = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(answerable=confidences, unanswerable=confidences)
def test_area_is_the_share_of_pairs(answerable: list[float], unanswerable: list[float]) -> None:
    area = auroc(answerable, unanswerable)
    pairs = list(itertools.product(answerable, unanswerable))
    assert area == sum((a > u) + (a == u) / 2 for a, u in pairs) / len(pairs)
    assert area is not None
    assert auroc(unanswerable, answerable) == pytest.approx(1 - area)


@settings(max_examples=60, deadline=None)
@given(values=confidences)
def test_ranks_add_up_and_keep_the_order(values: list[float]) -> None:
    import numpy as np

    ranks = mid_ranks(np.array(values))
    assert ranks.sum() == len(values) * (len(values) + 1) / 2
    for (a, left), (b, right) in itertools.combinations(zip(values, ranks, strict=True), 2):
        assert (a < b) == (left < right)
        assert (a == b) == (left == right)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), marks=st.lists(st.integers(0, 31), min_size=1, max_size=12))
def test_scores_do_not_depend_on_the_order_and_lie_within_bounds(
    predict: Predict, seed: int, marks: list[int]
) -> None:
    some = []
    for number, mark in enumerate(marks):
        make = (predict, unanswerable, comparison)[mark % 3]
        more = {
            "refused": bool(mark & 4),
            "confidence": mark / 31,
            "extracts": ["x" * (mark + 1) + ("*" if mark & 8 else "")],
            "hits": [f"right:p{n}{'*' if n == mark % 7 else ''}" for n in range(6)],
        }
        args = (str(number),) if make is predict else (predict, str(number))
        some.append(make(*args, **more))
    scores = score(some)
    shuffled = random.Random(seed).sample(some, len(some))
    assert score(shuffled) == scores
    for name, value in scores.items():
        assert value is None or 0 <= value <= (math.inf if name == "extract_chars" else 1)
    if scores["extract_hit@1"] is not None:
        assert scores["answered_hit@1"] <= scores["extract_hit@1"] <= scores["extract_hit@3"]


def test_no_question_no_score() -> None:
    assert score([]) == dict.fromkeys(METRICS)


def test_a_right_answer_is_not_lost(predict: Predict) -> None:
    assert lost_at(predict(hits=["right:p1*"], extracts=["right*"])) is None
    assert lost_at(unanswerable(predict, extracts=["x"])) is None


def test_a_miss_is_lost_at_the_first_step_that_failed(predict: Predict) -> None:
    found, other = ["right:p1", "right:p2*"], ["right:p1"]
    assert lost_at(predict(hits=other, extracts=["no"])) == "not_retrieved"
    assert lost_at(predict(hits=found, extracts=["no", "right*"])) == "not_selected"
    assert lost_at(predict(hits=found, extracts=["right*"], refused=True)) == "refused"
    # To refuse a wrong extract was right; what was wrong was to have no other.
    assert lost_at(predict(hits=found, extracts=["no"], refused=True)) == "not_selected"
    assert lost_at(predict()) == "not_retrieved"


def test_a_comparison_is_lost_by_its_weaker_half(predict: Predict) -> None:
    both = ["a:p1*", "b:p2*"]
    assert lost_at(comparison(predict, hits=both, extracts=[(0,), (1,)])) is None
    assert lost_at(comparison(predict, hits=both, extracts=[(0,)])) == "not_selected"
    assert lost_at(comparison(predict, hits=["a:p1*", "b:p2"], extracts=[(0,)])) == "not_retrieved"
    refused = comparison(predict, hits=both, extracts=[(0,), (1,)], refused=True)
    assert lost_at(refused) == "refused"


def test_with_gold_documents_alone_only_retrieval_and_refusal_can_lose(predict: Predict) -> None:
    assert lost_at(predict(answers=(), hits=["right:p1*"], extracts=["x"])) is None
    assert lost_at(predict(answers=(), hits=["wrong:p1"], extracts=["x"])) == "not_retrieved"
    assert lost_at(predict(answers=(), hits=["right:p1*"], refused=True)) == "refused"
