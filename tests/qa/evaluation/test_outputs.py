"""The files of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import StorageError
from corpus.report import Report
from qa.evaluation.evaluation import Evaluation, evaluate
from qa.evaluation.outputs import qrels_lines, run_lines, write_outputs
from qa.evaluation.records import Malformed, Prediction
from qa.evaluation.records_json import prediction_from_record

Predict = Callable[..., Prediction]

RUN = {
    "set": {"name": "own", "digest": "d"},
    "versions": {"cityqa": "1"},
    "model": {"name": "builtin"},
    "parameters": {"top": 3},
    "seed": 1,
}
FILES = {
    *("metrics.json", "predictions.jsonl", "latency.json"),
    *("run.trec", "qrels.trec", "report.html"),
}


def score(predictions: list[Prediction]) -> Evaluation:
    return evaluate(
        predictions, index="i", run=RUN, malformed=[Malformed(3, "is no JSON object")], resamples=20
    )


@pytest.fixture
def predictions(predict: Predict) -> list[Prediction]:
    return [
        predict("b q", hits=["right:r-1*", "right:r-2"], extracts=["42 座*"]),
        predict("a", hits=["wrong:w-1"], relevant=["r-9"], extracts=["x", "42*"]),
    ]


def test_scores_of_a_run_of_trec_only_fall(predict: Predict) -> None:
    made = predict("q", hits=["a:a-1", "a:a-2", "a:a-3", "a:a-4", "a:a-5"])
    scores = [0.5, 0.5, 0.9, 0.4999995, -1.0]
    hits = tuple(replace(hit, score=s) for hit, s in zip(made.hits, scores, strict=True))
    rows = [line.split() for line in run_lines([replace(made, hits=hits)])]
    assert [row[0:4] for row in rows] == [
        ["q", "Q0", f"a-{rank}", str(rank)] for rank in range(1, 6)
    ]
    # Each a millionth below the one before it, where it is not below by itself.
    assert [row[4] for row in rows] == ["0.500000", "0.499999", "0.499998", "0.499997", "-1.000000"]
    assert {row[5] for row in rows} == {"cityqa"}


def test_qrels_hold_every_relevant_passage_found_or_not(predictions: list[Prediction]) -> None:
    assert list(qrels_lines(predictions)) == ["b%20q 0 r-1 1", "a 0 r-9 1"]


def test_an_id_with_blanks_is_one_column(predict: Predict) -> None:
    for id_, written in (("a b", "a%20b"), ("a\tb", "a%09b"), ("a%20b", "a%2520b"), ("桥", "桥")):
        (line,) = run_lines([predict(id_, hits=["a:a-1"])])
        assert line.split(" ")[0] == written
        assert len(line.split()) == 6


def test_predictions_are_written_in_the_order_of_the_questions_and_read_back(
    predictions: list[Prediction], tmp_path: Path
) -> None:
    write_outputs(tmp_path, score(predictions), predictions, {}, pages=False)
    assert {path.name for path in tmp_path.iterdir()} == FILES
    lines = (tmp_path / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [prediction_from_record(json.loads(line)) for line in lines] == predictions
    assert "latency" not in lines[0]


def test_the_metrics_are_what_is_printed_but_for_latency_and_with_what_was_run(
    predictions: list[Prediction], tmp_path: Path
) -> None:
    evaluation = score(predictions)
    write_outputs(tmp_path, evaluation, predictions, {}, pages=False)
    written = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    printed = json.loads(json.dumps(evaluation.as_json()))
    latency = printed.pop("latency_ms")
    assert written == {**printed, "run": RUN}
    assert written["malformed"] == [{"line": 3, "reason": "is no JSON object"}]
    kept = json.loads((tmp_path / "latency.json").read_text(encoding="utf-8"))
    assert {name: kept[name] for name in ("p50", "p95")} == latency
    assert list(kept["questions"]) == ["b q", "a"]


def test_only_the_latency_differs_between_two_runs(
    predictions: list[Prediction], tmp_path: Path
) -> None:
    slower = [replace(one, latency_ms=one.latency_ms + 5) for one in predictions]
    write_outputs(tmp_path / "one", score(predictions), predictions, {}, pages=False)
    write_outputs(tmp_path / "two", score(slower), slower, {}, pages=False)
    for name in FILES - {"latency.json", "report.html"}:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one" / "latency.json").read_bytes() != (
        tmp_path / "two" / "latency.json"
    ).read_bytes()


def test_the_pages_of_the_reports_shown_are_beside_the_results(
    predict: Predict, make_report: Callable[..., Report], tmp_path: Path
) -> None:
    reports = {name: make_report("桥梁42座。", stem=name) for name in ("right", "wrong", "never")}
    made = [predict("a", hits=[], extracts=["桥梁42座。*"])]
    for _ in range(2):
        write_outputs(tmp_path, score(made), made, reports, pages=True)
        pages = {path.name for path in (tmp_path / "pages").glob("*.html")}
        assert pages == {"right.html"}
    # Those of an earlier run do not stay.
    other = [predict("a", hits=[], extracts=["桥梁42座。"])]
    write_outputs(tmp_path, score(other), other, reports, pages=True)
    assert {path.name for path in (tmp_path / "pages").glob("*.html")} == {"wrong.html"}


def test_a_lone_surrogate_of_a_question_is_written_as_an_escape(
    predict: Predict, tmp_path: Path
) -> None:
    made = [predict("a\ud800", hits=["a:a-1"])]
    write_outputs(tmp_path, score(made), made, {}, pages=False)
    line = (tmp_path / "predictions.jsonl").read_text(encoding="utf-8")
    assert json.loads(line)["id"] == "a\ud800"


def test_what_cannot_be_written_is_one_line_and_leaves_nothing_half_written(
    predictions: list[Prediction], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="the results cannot be written"):
        write_outputs(tmp_path / "file", score(predictions), predictions, {}, pages=False)
    out = tmp_path / "out"
    write_outputs(out, score(predictions), predictions, {}, pages=False)
    (out / "qrels.trec").unlink()
    (out / "qrels.trec").mkdir()
    before = (out / "run.trec").read_bytes()
    with pytest.raises(StorageError, match="the results cannot be written"):
        write_outputs(out, score(predictions), predictions, {}, pages=False)
    assert {path.name for path in out.iterdir()} == FILES
    assert (out / "run.trec").read_bytes() == before
