"""Example questions are answered by the reports that they are shown for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.library import read_library
from corpus.report import Report
from qa.engine import Answerer
from qa.examples import MOST_ASKED, examples_of, written_examples
from qa.language import Interface, detect_language, interface_language

MakeReport = Callable[..., Report]
MakeAnswerer = Callable[[Sequence[Report]], Answerer]

pytestmark = pytest.mark.xdist_group("shipped")

LANGUAGES: tuple[Interface, ...] = ("zh_Hans", "zh_Hant", "en")


LAKES = """---
city: 襄阳市
title: 襄阳市湖泊保护
---

# 襄阳市湖泊保护

## 目录

略。

## 一、湖泊治理

襄阳市为湖泊治理清淤二十公里，湖泊治理投入三亿元。

## 二、公园建设

襄阳市公园建设加快，公园建设新开工九处，其中城区公园五处。
"""


class Counting(Answerer):
    """Keeps what it was asked."""

    def __init__(self, answerer: Answerer) -> None:
        self.__dict__.update(answerer.__dict__)
        self.asked: list[str] = []

    def ask(self, text: str, **options: object) -> object:  # type: ignore[override]
        self.asked.append(text)
        return super().ask(text, **options)  # type: ignore[arg-type]


def test_each_shipped_report_has_questions_in_each_language(
    shipped_reports: tuple[Report, ...],
) -> None:
    written = written_examples()
    assert set(written) == {report.id for report in shipped_reports}
    for report, by_language in written.items():
        assert set(by_language) == set(LANGUAGES), report
        for language, questions in by_language.items():
            assert len(set(questions)) >= 2, (report, language)
            found = {interface_language(detect_language(question)) for question in questions}
            assert found == {language}, (report, language)


def test_each_written_question_is_answered_from_its_report(answerer: Answerer) -> None:
    wrong = []
    for report, by_language in written_examples().items():
        for questions in by_language.values():
            for question in questions:
                answer = answerer.ask(question, top=1)
                cited = [extract.citation.report for extract in answer.extracts]
                if cited != [report]:
                    wrong.append((question, cited))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_of_different_cities(answerer: Answerer, language: Interface) -> None:
    examples = examples_of(answerer).questions(language, count=5)
    cities = {answerer.ask(question).extracts[0].citation.city for question in examples}
    assert len(examples) == 5
    assert cities == set(answerer.cities)


def test_examples_of_some_cities_are_of_these_alone(answerer: Answerer) -> None:
    examples = examples_of(answerer).questions("zh_Hans", count=4, cities=("济南市", "娄底市"))
    cities = [answerer.ask(question).extracts[0].citation.city for question in examples]
    assert cities == ["济南市", "娄底市", "济南市", "娄底市"]


def test_what_was_found_is_not_asked_again(answerer: Answerer) -> None:
    counting = Counting(answerer)
    examples = examples_of(counting)
    assert counting.asked == []
    first = examples.questions("en")
    assert tuple(counting.asked) == first
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: examples.questions("en"), range(8)))
    assert again == [first] * 8
    assert tuple(counting.asked) == first


def test_other_reports_are_asked_by_their_headings_and_titles(
    tmp_path: Path, make_answerer: MakeAnswerer
) -> None:
    (tmp_path / "lakes.md").write_text(LAKES, "utf-8")
    (report,) = read_library([tmp_path]).reports
    answerer = make_answerer([report])
    examples = examples_of(answerer)
    found = {language: examples.questions(language, count=20) for language in LANGUAGES}
    for questions in found.values():
        for question in questions:
            answer = answerer.ask(question)
            assert not answer.refused
            assert answer.extracts[0].citation.report == report.id
            assert "一、" not in question
            assert "目录" not in question
    assert any("湖泊治理" in question for question in found["zh_Hans"])
    assert any("襄陽市" in question for question in found["zh_Hant"])
    assert any("Xiangyang" in question for question in found["en"])


def test_a_call_asks_a_bounded_number_of_questions(
    make_report: MakeReport, make_answerer: MakeAnswerer
) -> None:
    reports = [
        replace(make_report(f"天气第{n}天很好。", stem=f"r{n}", title=f"abc {n}"), city="")
        for n in range(MOST_ASKED + 10)
    ]
    counting = Counting(make_answerer(reports))
    examples_of(counting).questions("zh_Hans", count=1000)
    assert len(counting.asked) == MOST_ASKED


def test_no_examples_are_no_error(answerer: Answerer) -> None:
    assert examples_of(answerer).questions("en", count=0) == ()
    assert examples_of(answerer).questions("en", cities=("月球",)) == ()
