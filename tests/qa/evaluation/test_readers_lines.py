"""Questions from JSONL and CSV files, and what is told of lines that are none."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EvaluationError, UsageError
from qa.evaluation.readers import read_questions
from qa.evaluation.records import UNANSWERABLE, EvalQuestion, QuestionSet

BRIDGES = {
    "id": "q1",
    "question": "怀化新修了多少座桥？",
    "lang": "zh-Hans",
    "report": ["huaihua"],
    "answer": ["27座", "27"],
    "kind": "number",
}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Read a set from lines, each a text, bytes, or a value to write as JSON."""

    def call(*lines: Any, name: str = "own.jsonl") -> QuestionSet:
        parts = [
            line
            if isinstance(line, bytes)
            else (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)).encode()
            for line in lines
        ]
        path = tmp_path / name
        path.write_bytes(b"\n".join(parts))
        return read_questions(path)

    return call


def reasons(found: QuestionSet) -> dict[int, str]:
    return {one.line: one.reason for one in found.malformed}


def test_every_field_of_a_line_is_taken(read: Any) -> None:
    found = read(BRIDGES)
    assert found.questions == (
        EvalQuestion(
            "q1", "怀化新修了多少座桥？", "zh-Hans", "number", ("huaihua",), ("27座", "27")
        ),
    )
    assert (found.name, found.malformed, found.reports) == ("own", (), None)
    assert (
        found.digest == hashlib.sha256(json.dumps(BRIDGES, ensure_ascii=False).encode()).hexdigest()
    )


def test_single_strings_are_lists_of_one_and_what_is_missing_is_found(read: Any) -> None:
    found = read({"question": "How many bridges?", "report": "huaihua", "answer": "27座"})
    (question,) = found.questions
    assert (question.id, question.language, question.kind) == ("1", "en", "")
    assert (question.reports, question.answers) == (("huaihua",), ("27座",))


def test_an_empty_list_of_reports_is_unanswerable(read: Any) -> None:
    bare = {"question": "谁是市长？", "report": [], "answer": []}
    found = read({**bare, "id": 7}, {"question": "谁是市长？", "kind": UNANSWERABLE})
    assert [one.id for one in found.questions] == ["7", "2"]
    assert {one.kind for one in found.questions} == {UNANSWERABLE}
    assert not any(one.answerable for one in found.questions)


def test_answers_given_twice_count_once_but_not_in_a_comparison(read: Any) -> None:
    twice = {**BRIDGES, "answer": ["27座", "27座"]}
    both = {**BRIDGES, "id": "q2", "kind": "comparison", "report": ["a", "b"], "answer": ["5", "5"]}
    first, second = read(twice, both).questions
    assert first.answers == ("27座",)
    assert second.answers == ("5", "5")


def test_malformed_lines_are_named_by_number_and_reason(read: Any) -> None:
    comparison = {**BRIDGES, "kind": "comparison"}
    found = read(
        BRIDGES,
        '{"question": "half a li',
        "",
        ["a", "list"],
        {"report": "huaihua", "answer": "27座"},
        {**BRIDGES, "id": "a", "question": 5},
        {**BRIDGES, "id": "b", "question": " ？ "},
        {**BRIDGES, "id": "c", "report": {"huaihua": 1}},
        {**BRIDGES, "id": "d", "answer": ["27座", 27]},
        {**BRIDGES, "id": "e", "answer": []},
        {**BRIDGES, "id": "f", "report": []},
        {"id": "g", "question": "怀化新修了多少座桥？"},
        {**BRIDGES, "id": "h", "kind": UNANSWERABLE},
        {**comparison, "id": "i", "report": ["a", "b"], "answer": ["1", "2", "3"]},
        {**comparison, "id": "j", "report": ["a"], "answer": ["1"]},
        {**BRIDGES, "id": 1.5},
        {**BRIDGES, "id": True},
        BRIDGES,
        {**BRIDGES, "id": "k", "lang": 3},
        {**BRIDGES, "id": "l", "answer": ["(shí)"]},
        b'{"question": "\xff"}',
        {**BRIDGES, "id": "m", "question": "桥" * 100_000},
        "[" * 100_000,
        {**BRIDGES, "id": "last"},
    )
    assert [one.id for one in found.questions] == ["q1", "last"]
    assert [one.line for one in found.questions] == [1, 24]
    told = reasons(found)
    assert sorted(told) == [2, *range(4, 24)]
    expected = {
        2: "is not JSON (Unterminated string",
        4: "is no JSON object",
        5: "has no question",
        6: "its question is no string",
        7: "the question is empty",
        8: "its report is neither a string nor a list of strings",
        9: "its answer is neither a string nor a list of strings",
        10: "has a report, but no answer",
        11: "has answers, but no report",
        12: "names no report",
        13: "is unanswerable, but has a report",
        14: "is a comparison of 2 reports with 3 answers",
        15: "is a comparison of one report",
        16: "its id is neither a string nor a whole number",
        17: "its id is neither a string nor a whole number",
        18: "has the id q1, as 1 has",
        19: "its lang is no string",
        20: "has an answer with nothing to look for in it",
        21: "is not UTF-8",
        22: "the question has 100,000 characters",
        23: "is not JSON",
    }
    for line, reason in expected.items():
        assert told[line].startswith(reason), (line, told[line])


def test_a_huge_line_is_one_short_reason(read: Any) -> None:
    found = read(BRIDGES, {**BRIDGES, "id": "x", "question": "桥" * 400_000})
    assert reasons(found)[2].endswith("at most 1,048,576 are read")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"Just some words.\nAnd more of them.\n", "holds no questions of a known kind"),
        (b"[1, 2, 3]", "holds no questions of a known kind"),
        (b'{"version": "1.1"}', "holds no questions of a known kind"),
        (b"\x00\x01\x02\x03" * 50, "is a binary file, not text"),
        (b'{"data": [{"paragraphs": [', "is damaged JSON (Expecting value at line 1)"),
        (b'{"question": 1}\n{"question": 2}\n', "no question can be read; 1: its question"),
        ('{"question": "怀化？"}\n'.encode("utf-16"), "is JSON in utf-16, not in UTF-8"),
        ('{"question": "怀化新修桥"}'.encode("gb18030"), "is damaged JSON (not UTF-8 at byte 14)"),
    ],
)
def test_a_file_without_questions_is_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "own"
    path.write_bytes(content)
    with pytest.raises(EvaluationError) as raised:
        read_questions(path)
    assert str(raised.value).startswith(f"{path}: {told}")


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file of questions"):
        read_questions(tmp_path / "none.jsonl")


def table(*rows: list[str], delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


HEADER = ["id", "question", "lang", "report", "answer", "kind"]
ROW = ["q1", "怀化新修了多少座桥？", "zh-Hans", "huaihua", "27座|27", "number"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_reads_as_the_lines_do(read: Any, delimiter: str, encoding: str) -> None:
    content = table(HEADER, ROW, delimiter=delimiter).encode(encoding)
    assert read(content, name="own.csv").questions == read(BRIDGES).questions


def test_the_kind_is_told_by_the_content_and_not_by_the_name(read: Any) -> None:
    assert (
        read(table(HEADER, ROW), name="a.jsonl").questions == read(BRIDGES, name="b.csv").questions
    )


def test_rows_are_numbered_by_the_line_on_which_they_begin(read: Any) -> None:
    found = read(
        table(
            ["Question", " REPORT ", "answer"],
            ["怀化新修了\n多少座桥？", "huaihua", "27座"],
            ["", "huaihua", "27座"],
            ["怀化有多少座桥？", "", ""],
            ["怀化有多少座大桥？", "huaihua", "3座", "more"],
            ["怀化有多少座大桥？", "huaihua"],
        )
        + '怀化,huaihua,"not closed',
        name="own.csv",
    )
    assert [(one.id, one.kind, one.line) for one in found.questions] == [
        ("2", "", 2),
        ("5", UNANSWERABLE, 5),
    ]
    assert found.questions[0].text == "怀化新修了\n多少座桥？"
    told = reasons(found)
    assert sorted(told) == [4, 6, 7, 8]
    assert told[4] == "has no question"
    assert told[6] == "has 4 cells under 3 names of columns"
    assert told[7] == "has a report, but no answer"
    assert told[8].startswith("is no row of a table")


words = st.text("桥路27座ab ", min_size=1, max_size=6).map(lambda text: f"怀{text.strip()}化")


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=6, unique_by=lambda r: r[0]))
def test_what_is_written_is_read_in_any_of_both_forms(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("sets")
    lines = [
        json.dumps({"question": question, "report": [report], "answer": [answer]})
        for question, report, answer in rows
    ]
    (folder / "lines").write_text("\n".join(lines), encoding="utf-8")
    content = table(["question", "report", "answer"], *map(list, rows))
    (folder / "table").write_text(content, encoding="utf-8", newline="")
    one, other = read_questions(folder / "lines"), read_questions(folder / "table")
    assert [(q.text, q.reports[0], q.answers[0]) for q in one.questions] == rows
    assert [(q.text, q.reports, q.answers) for q in other.questions] == [
        (q.text, q.reports, q.answers) for q in one.questions
    ]
