"""Two runs side by side, over predictions whose outcome is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EvaluationError
from qa.evaluation.comparison import Change, Comparison, compare, trained_on
from qa.evaluation.metrics import METRICS, score
from qa.evaluation.records import Prediction
from qa.evaluation.saved_run import SavedRun

Predict = Callable[..., Prediction]


def saved(predictions: Sequence[Prediction], name: str = "run", **more: Any) -> SavedRun:
    facts = {"set_name": "set", "corpus": "c", "index": "i", "trained": None, **more}
    return SavedRun(Path(name), {one.question.id: one for one in predictions}, **facts)


def answers(predict: Predict, outcome: str) -> list[Prediction]:
    """One question a character: ``1`` right, ``0`` wrong, ``r`` right and refused."""
    return [
        predict(str(n), extracts=["no" if one == "0" else "yes*"], refused=one == "r")
        for n, one in enumerate(outcome)
    ]


def change(comparison: Comparison, metric: str) -> Change:
    return next(one for one in comparison.changes if one.metric == metric)


def test_wins_ties_and_losses_are_of_the_second_run(predict: Predict) -> None:
    first = saved(answers(predict, "0000001" + "1110"))
    second = saved(answers(predict, "1111110" + "1110"))
    hit = change(compare(first, second), "extract_hit@1")
    assert (hit.first, hit.second) == (4 / 11, 9 / 11)
    assert hit.difference == pytest.approx(5 / 11)
    assert (hit.wins, hit.ties, hit.losses) == (6, 4, 1)
    # Sign test: at most one loss of seven, 1 + 7, and as many on the other side.
    assert hit.p == 16 / 128
    assert hit.better is True


def test_questions_that_changed_sides_are_named_by_metric(predict: Predict) -> None:
    found = compare(saved(answers(predict, "01r1")), saved(answers(predict, "101r")))
    named = {
        metric: [(one.first.question.id, one.gained) for one in moved]
        for metric, moved in found.moved.items()
    }
    assert named == {
        "extract_hit@1": [("0", True), ("1", False)],
        "answered_hit@1": [("0", True), ("1", False), ("2", True), ("3", False)],
    }
    plain = found.as_json()["changed"]["answered_hit@1"]
    assert [one["id"] for one in plain["lost"]] == ["1", "3"]
    assert plain["lost"][1]["second"]["refused"] is True


def test_a_regression_is_significantly_worse_after_correction(predict: Predict) -> None:
    # Ten losses: p = 2 / 1024 for each of three metrics, four with the length, none else differs.
    first, second = saved(answers(predict, "1" * 20)), saved(answers(predict, "0" * 10 + "1" * 10))
    found = compare(first, second, ["extract_hit@1", "passage_recall@1"])
    hit = change(found, "extract_hit@1")
    assert hit.p == 2 / 1024
    assert hit.p_holm == 4 / 1024
    assert [one.metric for one in found.regressions(0.05)] == ["extract_hit@1"]
    assert found.regressions(0.003) == ()
    # The other way round it is a gain.
    assert compare(second, first).regressions(0.05) == ()


def test_correction_is_over_the_metrics_compared(predict: Predict) -> None:
    first, second = saved(answers(predict, "1" * 20)), saved(answers(predict, "0" * 6 + "1" * 14))
    # 2 / 64 alone; times the number of metrics tested it is chance.
    assert compare(first, second, ["extract_hit@1"]).regressions(0.05)
    assert not compare(first, second).regressions(0.05)


def test_longer_extracts_are_worse_but_no_regression(predict: Predict) -> None:
    short = saved([predict(str(n), extracts=["x" * 10]) for n in range(12)])
    long = saved([predict(str(n), extracts=["x" * 30]) for n in range(12)])
    found = compare(short, long)
    length = change(found, "extract_chars")
    assert length.difference == 20
    assert length.better is False
    assert (length.wins, length.ties, length.losses) == (0, 0, 12)
    assert length.significant(0.05)
    assert found.regressions(0.05) == ()


def test_metrics_of_a_whole_set_have_no_wins(predict: Predict) -> None:
    def run(low: float, refused: bool) -> SavedRun:
        unanswerable = {"kind": "unanswerable", "reports": (), "answers": ()}
        return saved(
            [
                *(predict(f"a{n}", confidence=0.9) for n in range(10)),
                predict("b", refused=True),
                *(
                    predict(f"u{n}", confidence=low, refused=refused, **unanswerable)
                    for n in range(10)
                ),
            ]
        )

    found = compare(run(0.95, False), run(0.1, True))
    area = change(found, "refusal_auroc")
    # The tenth, refused, has confidence ½: above none of the unanswerable ones, then above all.
    assert (area.first, area.second) == (0, 1)
    assert area.p is not None
    assert area.p < 0.01
    assert area.wins is area.ties is area.losses is None
    precision = change(found, "refusal_precision")
    assert (precision.first, precision.second) == (0, 10 / 11)
    recall = change(found, "refusal_recall")
    assert (recall.wins, recall.losses, recall.p) == (10, 0, 2 / 1024)


def test_what_does_not_apply_is_not_tested(predict: Predict) -> None:
    found = compare(saved(answers(predict, "01")), saved(answers(predict, "11")))
    complete = change(found, "comparison_complete")
    assert complete.first is complete.difference is complete.p is complete.p_holm is None


def test_only_questions_that_are_the_same_in_both_are_compared(predict: Predict) -> None:
    first, second = answers(predict, "0011"), answers(predict, "1111")
    other = replace(second[1], question=replace(second[1].question, answers=("43",)))
    found = compare(saved(first), saved([second[0], other, second[3]]))
    assert found.questions == 2
    assert change(found, "extract_hit@1").first == 1 / 2
    assert found.warnings == (
        "the runs are over different questions (4 and 3): "
        "only the 2 that are the same in both are compared",
    )


def test_nothing_in_common_is_an_error(predict: Predict) -> None:
    with pytest.raises(EvaluationError, match="no question in common"):
        compare(saved([predict("a")]), saved([predict("b")]))


def test_other_reports_and_models_trained_on_the_set_are_told(predict: Predict) -> None:
    questions = answers(predict, "01")
    trained = {"selector": {"sets": ["cmrc", "set"], "seed": 1}}
    found = compare(saved(questions), saved(questions, "new", corpus="d", trained=trained))
    assert found.warnings == (
        "the runs are over different reports: a difference may be theirs",
        "new: its models were trained on set, its own questions",
    )


def test_a_run_that_tells_that_its_models_saw_its_files_is_told(predict: Predict) -> None:
    # Two files make a set whose name is neither's.
    questions = answers(predict, "01")
    trained = {"sets": ["en", "zh"], "seen": ["en"]}
    found = compare(saved(questions), saved(questions, "new", trained=trained))
    assert found.warnings == ("new: its models were trained on set, its own questions",)
    trained["seen"] = []
    assert compare(saved(questions), saved(questions, "new", trained=trained)).warnings == ()


def test_sets_are_found_wherever_they_stand_and_nothing_else_is(predict: Predict) -> None:
    trained = {"a": {"sets": ["x"], "left_out": "z"}, "sets": {"b": "y"}, "name": "w"}
    assert trained_on(saved([predict()], trained=trained)) == {"x", "y"}
    assert trained_on(saved([predict()])) == frozenset()


@settings(max_examples=40, deadline=None)
@given(outcomes=st.lists(st.sampled_from(["00", "01", "10", "11", "1r", "r1"]), min_size=1))
def test_exchanging_the_runs_exchanges_the_result(predict: Predict, outcomes: list[str]) -> None:
    pair = [answers(predict, "".join(one[side] for one in outcomes)) for side in (0, 1)]
    first, second = map(saved, pair)
    there, back = compare(first, second), compare(second, first)
    assert [one.metric for one in there.changes] == list(METRICS)
    for one, other in zip(there.changes, back.changes, strict=True):
        assert one.first == other.second == score(pair[0])[one.metric]
        assert one.p == other.p
        assert (one.wins, one.ties, one.losses) == (other.losses, other.ties, other.wins)
        assert one.difference is None or one.difference == -(other.difference or 0)
