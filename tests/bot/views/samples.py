"""Answers and reports as views get them, with whatever a test is about."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import replace
from typing import Any

from bot.deep_links import BotLinks
from bot.view import ViewContext
from corpus.compose import compose
from corpus.raw import Line, RawReport
from corpus.report import Report, Span
from qa.answer import Answer, Citation, Extract, Hit

BARE = BotLinks("cityqa_bot", None)
SERVED = BotLinks("cityqa_bot", "https://reports.example.org")
NAMELESS = BotLinks("", None)

ENGLISH = ViewContext("en", BARE)
WITH_PAGES = ViewContext("en", SERVED)

CITATION = Citation(
    report="baoshan",
    kind="digest",
    city="保山市",
    title="保山市年度综述",
    publisher="保山日报",
    date=datetime.date(2023, 4, 5),
    section="交通",
    passage="baoshan-0a1b2c3d",
    span=Span(0, 9),
    link="https://t.me/cityqa_bot?start=baoshan-0a1b2c3d",
    source_link="https://news.example.org/baoshan",
)
_HIT = Hit(0, CITATION.passage, "baoshan", "text", 0, 0, 0, 0, 0, 0, 0)


def extract(text: str = "全市新建桥梁12座。", rank: int = 1, **cited: Any) -> Extract:
    """An extract; keywords are fields of its citation."""
    return Extract(rank, text, replace(CITATION, **cited), 1.0, _HIT)


def answer(*extracts: Extract, refused: bool = False, **fields: Any) -> Answer:
    """An answer of extracts, or a refusal with these as the nearest passages."""
    made = Answer(
        question="保山新建了多少座桥？",
        read_as="",
        language="zh-Hans",
        interface="en",
        refused=refused,
        reason="no_support" if refused else "",
        confidence=0.9,
        threshold=0.5,
        extracts=() if refused else extracts,
        nearest=extracts if refused else (),
        ranked=extracts,
        absent=(),
        words=("新建", "桥梁"),
        cities=("保山市", "昭通市"),
        hits=(),
        timings={},
    )
    return replace(made, **fields)


def report(*lines: str, stem: str = "baoshan", **front: Any) -> Report:
    """A report of some paragraphs; those that begin with ``#`` are headings."""
    made = tuple(
        Line(text.lstrip("# "), number, "heading", 2)
        if text.startswith("#")
        else Line(text, number)
        for number, text in enumerate(lines, 1)
    )
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    front = {"city": "保山市", "title": "保山市年度综述", "publisher": "保山日报", **front}
    raw = RawReport(f"{stem}.md", stem, "markdown", "utf-8", digest, made, front, True)
    return compose(raw).report
