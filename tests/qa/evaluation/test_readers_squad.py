"""Questions from files in SQuAD's format, each paragraph a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import EvaluationError, UsageError
from qa.evaluation.readers import read_questions
from qa.evaluation.records import UNANSWERABLE, QuestionSet

FIRST = "怀化市新修公路桥梁27座。\n其中跨越沅江的大桥3座。"
SECOND = "沿江栽种香樟树1.8万株。"


def entry(id_: str, question: Any, *answers: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "question": question,
        "answers": [{"text": answer, "answer_start": 0} for answer in answers],
        **more,
    }


def squad(*paragraphs: tuple[Any, list[Any]]) -> dict[str, Any]:
    """Each paragraph in an article of its own."""
    return {
        "version": "v2.0",
        "data": [
            {"title": "t", "paragraphs": [{"context": context, "qas": entries}]}
            for context, entries in paragraphs
        ],
    }


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def call(value: Any, others: Any = None, indent: int | None = None) -> QuestionSet:
        path, second = tmp_path / "bridges.json", tmp_path / "other.json"
        path.write_text(json.dumps(value, indent=indent), encoding="utf-8")
        if others is None:
            return read_questions(path)
        second.write_text(json.dumps(others), encoding="utf-8")
        return read_questions(path, second)

    return call


def test_each_paragraph_is_a_report_and_the_gold_of_its_questions(read: Any) -> None:
    found = read(
        squad(
            (FIRST, [entry("a", "新修桥梁多少座？", "27座", "27", "27座")]),
            (SECOND, [entry("b", "栽种香樟树多少株？", "1.8万株")]),
        )
    )
    assert found.reports is not None
    assert [report.id for report in found.reports] == ["p00001", "p00002"]
    assert [report.text for report in found.reports] == [FIRST, SECOND]
    assert {report.city for report in found.reports} == {""}
    first, second = found.questions
    assert (first.reports, first.answers) == (("p00001",), ("27座", "27"))
    assert (second.reports, second.answers) == (("p00002",), ("1.8万株",))
    assert (first.language, first.kind, first.line, second.line) == ("zh-Hans", "", 1, 2)


@pytest.mark.parametrize("indent", [None, 2])
def test_one_line_or_many_are_the_same(read: Any, indent: int | None) -> None:
    found = read(squad((FIRST, [entry("a", "新修桥梁多少座？", "27座")])), indent=indent)
    assert [one.id for one in found.questions] == ["a"]


def test_an_impossible_question_is_unanswerable(read: Any) -> None:
    impossible = entry("a", "谁是市长？", is_impossible=True, plausible_answers=[{"text": "27座"}])
    found = read(squad((FIRST, [impossible, entry("b", "多少座？", "27座", is_impossible=False)])))
    first, second = found.questions
    assert (first.kind, first.reports, first.answers) == (UNANSWERABLE, (), ())
    assert second.answerable


def test_entries_that_are_no_questions_are_named_by_number(read: Any) -> None:
    found = read(
        squad(
            (FIRST, ["text", entry("a", None, "27座"), entry("b", "多少座？")]),
            ("  ", [entry("c", "多少座？", "27座")]),
            (
                SECOND,
                [
                    entry("d", "多少株？", answers=[{"start": 1}]),
                    entry("e", "多少株？", "1.8万株", is_impossible="no"),
                    entry("f", "多少株？", "1.8万株"),
                    entry("f", "多少株树？", "1.8万株"),
                ],
            ),
        )
    )
    assert {one.line: one.reason for one in found.malformed} == {
        1: "is no JSON object",
        2: "has no question",
        3: "has no answer",
        4: "is in a paragraph without text",
        5: "has an answer without text",
        6: "its is_impossible is neither true nor false",
        8: "has the id f, as 7 has",
    }
    (question,) = found.questions
    # A paragraph without text is no report, and takes no number.
    assert question.reports == ("p00002",)


def test_the_questions_of_another_file_are_joined_on_their_ids(read: Any) -> None:
    chinese = squad(
        (FIRST, [entry("a", "新修桥梁多少座？", "27座"), entry("x", "大桥多少座？", "3座")]),
        (SECOND, [entry("b", "栽种香樟树多少株？", "1.8万株")]),
    )
    english = squad(
        ("Camphor trees", [entry("b", "How many camphor trees were planted?", "18,000")]),
        ("Bridges", [entry("a", "How many bridges were built?", "27")]),
    )
    found = read(chinese, english)
    assert [(one.id, one.text, one.language) for one in found.questions] == [
        ("a", "How many bridges were built?", "en"),
        ("b", "How many camphor trees were planted?", "en"),
    ]
    assert [one.answers for one in found.questions] == [("27座",), ("1.8万株",)]
    (malformed,) = found.malformed
    assert (malformed.line, malformed.reason) == (2, "has the id x, which no entry of other has")
    assert found.name == "bridges+other"
    assert found.digest not in (read(chinese).digest, read(english).digest)


def test_a_set_that_is_nearly_all_in_one_language_is_all_in_it(read: Any) -> None:
    english = [entry(str(n), f"How many bridges are in the area {n}?", "27座") for n in range(19)]
    odd = entry("odd", "Who was das Kind der Familie?", "27座")
    assert {one.language for one in read(squad((FIRST, [*english, odd]))).questions} == {"en"}
    mixed = read(squad((FIRST, [*english[:5], odd]))).questions
    assert [one.language for one in mixed] == ["en"] * 5 + ["de"]


def test_what_is_no_set_of_that_format_is_one_line(read: Any, tmp_path: Path) -> None:
    good = squad((FIRST, [entry("a", "多少座？", "27座")]))
    for broken in ({"data": []}, {"data": [1, {"paragraphs": 5}]}, squad((FIRST, []))):
        with pytest.raises(EvaluationError, match="no question can be read"):
            read(broken)
    with pytest.raises(EvaluationError, match=r"other\.json: is not of SQuAD's format"):
        read(good, {"question": "多少座？"})
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"question": "桥？", "report": "a", "answer": "b"}', encoding="utf-8")
    with pytest.raises(UsageError, match="--questions goes with a file in SQuAD's format only"):
        read_questions(lines, tmp_path / "bridges.json")
