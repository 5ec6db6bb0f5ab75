"""The scores of a run by group, and the bars that they must reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from corpus.errors import UsageError
from qa.evaluation.bars import check_groups, missed_bars, parse_bar
from qa.evaluation.evaluation import MOST_REPORTS, Evaluation, evaluate, groups_of, latency
from qa.evaluation.records import UNANSWERABLE, Prediction

Predict = Callable[..., Prediction]


def score(predictions: Sequence[Prediction]) -> Evaluation:
    return evaluate(predictions, index="i", run={}, resamples=20)


def test_groups_hold_the_questions_of_their_language_kind_and_reports(predict: Predict) -> None:
    predictions = [
        predict("a", extracts=["42*"]),
        predict("b", extracts=["x"], language="en", kind=""),
        predict("c", extracts=["42*"], language="en", reports=("right", "other")),
        predict("d", kind=UNANSWERABLE, reports=(), answers=(), refused=True),
    ]
    scores = score(predictions)
    assert scores.n == 4
    assert scores.sizes == {
        "by_language": {"en": 2, "zh-Hans": 2},
        "by_kind": {"number": 2, "other": 1, "unanswerable": 1},
        # A question of two reports counts for both.
        "by_report": {"none": 1, "other": 1, "right": 3},
    }
    assert scores.by_language["en"]["extract_hit@1"] == 0.5
    assert scores.by_kind["other"]["extract_hit@1"] == 0
    assert scores.by_report["right"]["extract_hit@1"] == pytest.approx(2 / 3)
    assert scores.matrix["en"]["right"]["extract_hit@1"] == 0.5
    assert set(scores.matrix["zh-Hans"]) == {"right", "none"}
    assert groups_of([one.question for one in predictions]) == {
        name: list(sizes) for name, sizes in scores.sizes.items()
    }


def test_reports_are_scored_apart_only_while_they_are_few(predict: Predict) -> None:
    few = [predict(f"q{n}", reports=(f"p{n}",)) for n in range(MOST_REPORTS)]
    assert len(score(few).by_report) == MOST_REPORTS
    many = score([*few, predict("more", reports=("more",))])
    assert many.as_json()["by_report"] is None
    assert many.as_json()["matrix"] is None
    assert (
        groups_of([one.question for one in [*few, predict("m", reports=("more",))]])["by_report"]
        == []
    )


def test_latency_is_the_median_and_the_95th_percentile(predict: Predict) -> None:
    predictions = [replace(predict(str(n)), latency_ms=float(n)) for n in (4, 1, 3, 2, 0)]
    # Linear between neighbours: at .95 × 4 = 3.8, of 0, 1, 2, 3, 4.
    assert latency(predictions) == {"p50": 2.0, "p95": 3.8}
    assert latency([]) == {"p50": None, "p95": None}


def test_a_bar_names_a_metric_of_all_or_of_a_group() -> None:
    assert parse_bar("mrr@10=.5").path == ("mrr@10",)
    assert parse_bar("by_kind.why/how.mrr@10=1").path == ("by_kind", "why/how", "mrr@10")
    assert parse_bar("by_kind.a=b.mrr@10=1").path == ("by_kind", "a=b", "mrr@10")
    assert parse_bar("matrix.en.wuhan.mrr@10=-1e-3").path == ("matrix", "en", "wuhan", "mrr@10")
    assert parse_bar("matrix.en.wuhan.mrr@10=-1e-3").least == -0.001


@pytest.mark.parametrize(
    "text",
    [
        *("", "=", "mrr@10", "mrr@10=", "=1", "mrr@10=much", "mrr@10=nan", "mrr@10=inf"),
        *("by_kind=1", "by_kind.mrr@10=1", "by_kind..mrr@10=1", "matrix.en.mrr@10=1"),
        *("kind.name.mrr@10=1", "by_kind.name.mrr=1"),
    ],
)
def test_what_is_no_bar_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError):
        parse_bar(text)


def test_a_group_that_is_not_there_is_named_with_those_that_are() -> None:
    groups = {"by_language": ["en", "zh-Hans"], "by_kind": ["name"], "by_report": []}
    check_groups([parse_bar("by_language.en.mrr@10=1"), parse_bar("mrr@10=1")], groups)
    with pytest.raises(UsageError, match="there is no 'fr' in by_language; there are en, zh-Hans"):
        check_groups([parse_bar("by_language.fr.mrr@10=1")], groups)
    with pytest.raises(UsageError, match="there is no 'a' in by_report; there are none"):
        check_groups([parse_bar("by_report.a.mrr@10=1")], groups)


def test_a_bar_is_reached_by_what_equals_it_and_missed_by_what_does_not_apply(
    predict: Predict,
) -> None:
    scores = score([predict("a", extracts=["42*"]), predict("b", extracts=["x"])]).as_json()

    def missed(*bars: str) -> list[str]:
        return list(missed_bars([parse_bar(bar) for bar in bars], scores))

    assert missed("extract_hit@1=0.5", "by_kind.number.extract_hit@1=0.5") == []
    assert missed("extract_hit@1=0.51", "matrix.fr.right.extract_hit@1=0") == [
        "extract_hit@1 is 0.5000, below its bar of 0.51",
        "matrix.fr.right.extract_hit@1 does not apply here, so it misses its bar of 0",
    ]
    assert len(missed("refusal_auroc=0")) == 1
