"""How passages and reports are ranked, with values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.metrics import question_values, score
from qa.evaluation.records import Prediction

Predict = Callable[..., Prediction]

RECALLS = [f"passage_recall@{k}" for k in (1, 5, 10, 20)]


def test_the_first_relevant_passage_decides(predict: Predict) -> None:
    # Relevant at ranks 3 and 7, and nothing else in the index is.
    hits = [f"right:p{n}{'*' if n in (3, 7) else ''}" for n in range(1, 13)]
    values = question_values(predict(hits=hits))
    assert [values[name] for name in RECALLS] == [0, 1, 1, 1]
    assert values["mrr@10"] == pytest.approx(1 / 3)
    # Gain 1/log2(4) + 1/log2(8) = 1/2 + 1/3; the best order has 1/log2(2) + 1/log2(3).
    assert values["ndcg@10"] == pytest.approx((1 / 2 + 1 / 3) / (1 + 1 / math.log2(3)))


def test_a_relevant_passage_that_was_not_found_lowers_gain_alone(predict: Predict) -> None:
    values = question_values(predict(hits=["right:p1*", "right:p2"], relevant=["p9"]))
    assert values["ndcg@10"] == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert values["mrr@10"] == values["passage_recall@1"] == 1


def test_ranks_eleven_and_beyond_count_for_recall_at_20_alone(predict: Predict) -> None:
    hits = [f"right:p{n:02}" for n in range(10)] + ["right:p10*"]
    values = question_values(predict(hits=hits))
    assert [values[name] for name in RECALLS] == [0, 0, 0, 1]
    assert values["mrr@10"] == values["ndcg@10"] == 0


def test_reports_stand_where_their_first_passage_stands(predict: Predict) -> None:
    # Reports in order: a, b, c, d, right: the fifth report, though the eighth passage.
    order = ["a", "a", "b", "b", "c", "c", "d", "right"]
    hits = [f"{report}:p{n}" for n, report in enumerate(order)]
    values = question_values(predict(hits=hits))
    assert [values[f"document_recall@{k}"] for k in (1, 5, 20)] == [0, 1, 1]
    # It is of the right report, but holds no answer.
    assert values["passage_recall@20"] == 0


def test_any_of_several_right_reports_is_enough(predict: Predict) -> None:
    values = question_values(predict(reports=["x", "y"], hits=["y:p1*"]))
    assert values["document_recall@1"] == 1


def test_equal_scores_keep_the_order_of_the_hits(predict: Predict) -> None:
    # trec_eval would put the larger name first.
    first = question_values(predict(hits=["right:a*", "right:z"]))
    second = question_values(predict(hits=["right:z*", "right:a"]))
    assert first["mrr@10"] == second["mrr@10"] == 1


def test_nothing_found_is_zero_and_not_left_out(predict: Predict) -> None:
    found, lost = predict("a", hits=["right:p1*"]), predict("b")
    scores = score([found, lost])
    for name in (*RECALLS, "mrr@10", "ndcg@10", "document_recall@1"):
        assert scores[name] == 0.5, name


@pytest.mark.parametrize(
    ("kind", "reports", "answers"),
    [("unanswerable", (), ()), ("comparison", ("a", "b"), ("1", "2"))],
)
def test_unanswerable_questions_and_comparisons_have_no_rank(
    predict: Predict, kind: str, reports: tuple[str, ...], answers: tuple[str, ...]
) -> None:
    values = question_values(predict(kind=kind, reports=reports, answers=answers, hits=["a:p1"]))
    for name in (*RECALLS, "mrr@10", "ndcg@10", "document_recall@1"):
        assert values[name] is None


def test_a_set_of_gold_documents_has_ranks_without_answers(predict: Predict) -> None:
    values = question_values(predict(kind="", answers=(), hits=["right:p1*"], extracts=["x"]))
    assert values["passage_recall@1"] == 1
    assert values["extract_hit@1"] is None
    assert values["extract_chars"] is None


@settings(max_examples=60, deadline=None)
@given(marks=st.lists(st.booleans(), max_size=20), missed=st.integers(0, 3))
def test_metrics_are_bounded_and_recall_grows_with_k(
    predict: Predict, marks: list[bool], missed: int
) -> None:
    hits = [f"right:p{n}{'*' if mark else ''}" for n, mark in enumerate(marks)]
    values = question_values(predict(hits=hits, relevant=[f"m{n}" for n in range(missed)]))
    recalls = [values[name] or 0.0 for name in RECALLS]
    assert recalls == sorted(recalls)
    # By the definitions, without the library.
    first = marks.index(True) + 1 if any(marks) else math.inf
    assert values["mrr@10"] == pytest.approx(1 / first if first <= 10 else 0)
    gain = sum(1 / math.log2(n + 2) for n, mark in enumerate(marks[:10]) if mark)
    best = sum(1 / math.log2(n + 2) for n in range(min(10, sum(marks) + missed)))
    assert values["ndcg@10"] == pytest.approx(gain / best if best else 0)
    assert recalls == [float(first <= k) for k in (1, 5, 10, 20)]
