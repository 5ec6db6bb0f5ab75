"""Runs on disk: read back as they were, or refused in one clear line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import EvaluationError
from qa.evaluation.records import Prediction
from qa.evaluation.records_json import prediction_record
from qa.evaluation.saved_run import read_run

Predict = Callable[..., Prediction]


@pytest.fixture
def questions(predict: Predict) -> list[Prediction]:
    # U+2028 ends a line for str.splitlines, but not in a file of JSON lines.
    return [predict("a", extracts=["one\u2028two*"]), predict("b", hits=["right:p1*"])]


@pytest.fixture
def folder(tmp_path: Path, questions: list[Prediction]) -> Path:
    lines = [json.dumps(prediction_record(one), ensure_ascii=False) for one in questions]
    (tmp_path / "predictions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    metrics = {
        "metrics": {},
        "n": 2,
        "index": "abc",
        "run": {"set": {"name": "dev", "digest": "1"}, "corpus": "def", "trained": {"sets": []}},
    }
    (tmp_path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    return tmp_path


def test_a_run_comes_back_from_its_folder_or_its_metrics(
    folder: Path, questions: list[Prediction]
) -> None:
    run = read_run(folder)
    assert list(run.predictions.values()) == questions
    assert (run.set_name, run.index, run.corpus) == ("dev", "abc", "def")
    assert read_run(folder / "metrics.json") == run


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="nowhere: there is no such folder; name one"):
        read_run(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["metrics.json", "predictions.jsonl"])
def test_a_missing_file_is_an_unfinished_run(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EvaluationError, match=f"there is no {name}, so this is no finished run"):
        read_run(folder)


@pytest.mark.parametrize("name", ["metrics.json", "predictions.jsonl"])
@pytest.mark.parametrize("data", [b"\xff\xfe", b"{", b"[]", b"[" * 100_000])
def test_a_damaged_file_is_named(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(EvaluationError, match=f"{name}(:1)?: is damaged") as error:
        read_run(folder)
    assert "\n" not in str(error.value)


def test_a_file_cut_at_the_end_of_a_line_is_damaged(folder: Path) -> None:
    path = folder / "predictions.jsonl"
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[0], encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"holds 1 predictions, but metrics.json tells of 2"):
        read_run(folder)


def test_a_line_is_named_by_number_and_field(folder: Path) -> None:
    path = folder / "predictions.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"id": "b"', '"id": 2'), encoding="utf-8"
    )
    with pytest.raises(EvaluationError, match=r"jsonl:2: is damaged: id is no string"):
        read_run(folder)


def test_a_question_that_stands_twice_is_damage(folder: Path) -> None:
    path = folder / "predictions.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"id": "b"', '"id": "a"'), encoding="utf-8"
    )
    with pytest.raises(EvaluationError, match=r"jsonl:2: question a stands there twice"):
        read_run(folder)


def test_metrics_of_another_program_are_no_run(folder: Path) -> None:
    (folder / "metrics.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EvaluationError, match="holds no metrics"):
        read_run(folder)
