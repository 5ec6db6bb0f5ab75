"""Of hundreds of cities a refusal names two dozen, and says how many more there are."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from qa.cli.rendering import AnswerConsole, print_answer
from qa.coverage import NAMED, coverage, first_named
from qa.engine import Answerer
from qa.language import Interface

CITIES = tuple(f"城{number:03}" for number in range(300))


@pytest.mark.parametrize(("count", "more"), [(0, 0), (NAMED, 0), (NAMED + 1, 1), (300, 276)])
def test_no_more_than_two_dozen_are_named_and_the_others_counted(count: int, more: int) -> None:
    names, others = first_named(CITIES[:count])
    assert tuple(names) == CITIES[: min(count, 24)]
    assert others == more


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "The reports cover: 甲、乙, and 1,276 more"),
        ("zh_Hans", "报告涉及的城市：甲、乙，另有 1,276 个"),
        ("zh_Hant", "報告涉及的城市：甲、乙，另有 1,276 個"),
    ],
)
def test_it_is_said_in_every_language_that_there_are_more(language: Interface, line: str) -> None:
    assert coverage(language, "甲、乙", 1276) == line
    few = coverage(language, "甲、乙", 0)
    assert few.endswith("甲、乙")
    assert line.startswith(few)


def test_the_terminal_names_two_dozen_and_json_keeps_what_it_has(answerer: Answerer) -> None:
    refused = answerer.ask("广州有多少条地铁？")
    assert refused.refused
    many = replace(refused, cities=CITIES)
    out = io.StringIO()
    print_answer(AnswerConsole(file=out, width=1000), many)
    assert f"报告涉及的城市：{'、'.join(CITIES[:24])}，另有 276 个\n" in out.getvalue()
    assert many.as_json() == refused.as_json()
