"""Reports made by hand, as reading a file would make them, with what cleaning changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from corpus.compose import Composed, compose
from corpus.raw import Line, RawReport

Make = Callable[..., Composed]

TEXT = (
    "# 滨江区步道建设综述",
    "来源：滨江日报　2023-04-05",
    "全区新建滨江步道9公里，沿线设驿站7座。驿站夜间开放，配有热水与充电处。",
    "一、绿化",
    "栽种香樟树1。8万株，新建街头花园52个。",
    "图为驿站一角。",
    "二、照明",
    "更换路灯三百盏。",
    "新灯比旧灯省电四成。",
)


def make(*lines: str, stem: str = "binjiang", **front: Any) -> Composed:
    """A report of some lines; one that begins with ``#`` is its title."""
    made = tuple(
        Line(text[2:], number, "heading", 1) if text.startswith("# ") else Line(text, number)
        for number, text in enumerate(lines or TEXT, start=1)
    )
    front = {"city": "杭州市滨江区", "url": "https://news.example/a?b=1&c=2", **front}
    raw = RawReport(f"{stem}.txt", stem, "text", "utf-8", "0" * 64, made, front, declared=True)
    return compose(raw)


@pytest.fixture(scope="session")
def compose_lines() -> Make:
    return make


@pytest.fixture(scope="session")
def binjiang() -> Composed:
    return make()


@pytest.fixture(scope="session")
def hostile() -> Composed:
    """A report in which everything that may hold text holds what would run."""
    attack = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    ending = "</script></style></title><!--"
    made = make(
        f"# 题{attack}{ending}",
        f"全区新建步道9公里{attack}，驿站七座。{ending}『\"'&amp;』栽树三百株。",
        f"一、绿化{attack}",
        f"javascript:alert(1) 一句话{ending}到此为止。",
        city=f"城{attack}",
        publisher=f"社{attack}",
        authors=[f"甲{attack}", ending],
        source_title=f"原{attack}{ending}",
        aliases=[attack, ending],
    )
    report = dataclasses.replace(made.report, url="javascript:alert(1)", language='zh"><script>')
    return Composed(report, made.trace)
