"""`cityqa feedback`: export, purge, stats, over a store as the bot would fill it."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.evaluation.readers import read_questions
from qa.feedback.hashing import chat_hash
from qa.feedback.records import ShownAnswer, ShownExtract, Versions
from qa.feedback.store import FILE, FeedbackStore

Run = Callable[..., Any]

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
# What some readers take for line ends, and a terminal for the begin of an escape sequence.
ODD = "\u2028\x85\x9b\x1b[2J"


def answer(key: str, question: str, age: int, **fields: Any) -> ShownAnswer:
    extract = ShownExtract(1, "huaihua", "huaihua-1", 0, 9, f"{key}：桥梁27座。", 1.0, {})
    return ShownAnswer(
        key=key,
        time=NOW - age * DAY,
        channel="telegram",
        chat=chat_hash("key", 1),
        question=question,
        language="zh-Hans",
        refused=fields.pop("refused", False),
        reason="",
        confidence=0.5,
        latency_ms=10.0 * age,
        versions=Versions("0.1.0", "ab", "builtin", "3"),
        extracts=(extract,),
    )


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The file of a store with four answers, 1, 2, 40 and 50 days old."""
    path = tmp_path / "state" / FILE
    with FeedbackStore(path) as store:
        for shown, rating, rank in (
            (answer("old", "很早的问题？", 50), "helpful", 1),
            (answer("wrong", "错的问题？", 40), "wrong_source", 1),
            (answer("refused", "没有的问题？", 2, refused=True), "helpful", None),
            (answer("new", f"怀化新修了{ODD}多少座桥？", 1), "helpful", 1),
        ):
            id_ = store.record_answer(shown)
            kind: Any = rating
            assert store.rate(id_, chat_hash("key", 2), kind, rank=rank, time=shown.time)
    return path


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


def answers(path: Path) -> int:
    with FeedbackStore(path) as store:
        return store.count()


def test_what_helped_is_exported_in_order_and_the_evaluation_reads_it(
    alone: Run, filled: Path, tmp_path: Path
) -> None:
    done = alone("feedback", "export")
    assert (done.code, done.err) == (0, "")
    assert [record["answer"] for record in objects(done.out)] == [
        ["old：桥梁27座。"],
        [],
        ["new：桥梁27座。"],
    ]
    assert objects(done.out)[-1]["question"] == f"怀化新修了{ODD}多少座桥？"
    # A terminal is given escape sequences as JSON escapes.
    assert not set("\x85\x9b\x1b") & set(done.out)
    file = tmp_path / "home" / "questions.jsonl"
    told = alone("feedback", "export", "--rating", "any", "--out", file.name)
    assert (told.code, told.out, told.err) == (0, "4 questions in questions.jsonl\n", "")
    assert alone("feedback", "export", "--rating", "any", "--out", file.name).out == told.out
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4
    found = read_questions(file)
    assert [question.text for question in found.questions] == [
        record["question"] for record in objects(done.out)
    ]
    assert [one.reason for one in found.malformed] == ["is still to be judged"]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_an_export_can_be_of_one_kind_and_from_a_date_on(alone: Run, filled: Path) -> None:
    (record,) = objects(alone("feedback", "export", "--rating", "wrong_source").out)
    assert (record["question"], record["judge"]) == ("错的问题？", True)
    since = (NOW - 10 * DAY).date().isoformat()
    recent = objects(alone("feedback", "export", "--since", since).out)
    assert [record["kind"] for record in recent] == ["unanswerable", "feedback"]


def test_an_export_of_nothing_says_so_and_makes_no_store(alone: Run, tmp_path: Path) -> None:
    for command in (("export",), ("export", "--rating", "any", "--since", "2024-01-31")):
        done = alone("feedback", *command)
        assert (done.code, done.out) == (0, "")
        (line,) = done.err.splitlines()
        assert line == f"cityqa: warning: {tmp_path / 'state' / FILE}: no such ratings are kept"
    assert not (tmp_path / "state").exists()


def test_old_answers_are_purged_after_a_question_that_a_flag_answers(
    alone: Run, filled: Path
) -> None:
    refused = alone("feedback", "purge", "--days", "30", stdin=b"n\n")
    assert (refused.code, answers(filled)) == (130, 4)
    assert "Delete 2 answers" in refused.out + refused.err
    # Nobody there to ask.
    assert alone("feedback", "purge", "--all").code == 130
    assert answers(filled) == 4
    agreed = alone("feedback", "purge", "--days", "30", stdin=b"y\n")
    assert (agreed.code, answers(filled)) == (0, 2)
    assert agreed.out.endswith("2 answers deleted\n")
    done = alone("feedback", "purge", "--all", "--yes")
    assert (done.code, done.out, done.err) == (0, "2 answers deleted\n", "")
    assert answers(filled) == 0
    again = alone("feedback", "purge", "--all")
    assert (again.code, again.out) == (0, "0 answers deleted\n")


def test_statistics_are_counted(alone: Run, filled: Path) -> None:
    told = json.loads(alone("feedback", "stats", "--json").out)
    # Latencies 10, 20, 400, 500: the second and the fourth of four.
    assert told == {
        "questions": 4,
        "refusals": 1,
        "helpful": 3,
        "wrong_source": 1,
        "not_an_answer": 0,
        "latency_p50_ms": 20.0,
        "latency_p95_ms": 500.0,
    }
    done = alone("feedback", "stats", "--since", (NOW - 10 * DAY).isoformat())
    assert [line.split() for line in done.out.splitlines()] == [
        ["questions", "2"],
        ["refusals", "1"],
        ["helpful", "2"],
        ["wrong_source", "0"],
        ["not_an_answer", "0"],
        ["latency_p50_ms", "10.0"],
        ["latency_p95_ms", "20.0"],
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "--rating", "great"),
        ("export", "--since", "yesterday"),
        ("export", "--out", ""),
        ("export", "--out", os.sep),
        ("purge",),
        ("purge", "--days", "0"),
        ("purge", "--days", "1", "--all"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_line(alone: Run, arguments: tuple[str, ...]) -> None:
    done = alone("feedback", *arguments)
    assert done.code == 2
    assert done.error


def test_a_store_or_file_that_cannot_be_used_is_one_line(
    alone: Run, filled: Path, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "nowhere" / "questions.jsonl")
    done = alone("feedback", "export", "--out", nowhere)
    assert done.code == 1
    assert done.error.startswith(f"cityqa: {nowhere}: cannot be written (")
    filled.write_bytes(b"no store" * 1000)
    for command in (("export",), ("purge", "--all", "--yes"), ("stats",)):
        done = alone("feedback", *command)
        assert done.code == 1
        assert done.error.startswith(f"cityqa: {filled}: the feedback store is damaged")


def test_the_list_of_commands_loads_little_of_this_one(alone: Run) -> None:
    done = alone("--help", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.code == 0
    assert "  feedback  Export, count and delete feedback on answers." in done.out
    imported = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}
    # Which this command imports, and no other.
    assert "qa.feedback.ratings" in imported
    assert not {"sqlite3", "numpy", "pydantic", "qa.feedback.store"} & imported
