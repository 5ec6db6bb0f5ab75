"""A passage is shown whole, between its neighbours, with the way to both and to the report."""

from __future__ import annotations

import pytest
from telegram import MessageEntity

from bot.cleaning import clean
from bot.view import ViewContext
from bot.views.passage import passage_view
from corpus.library import SHIPPED, read_library
from corpus.report import Span
from tests.bot.sendable import check_view, labels, pieces, targets
from tests.bot.views.samples import ENGLISH, NAMELESS, WITH_PAGES, report

# Long enough not to be joined with their neighbours.
BRIDGES = "全市新建桥梁十二座，其中跨江大桥两座，都在当年建成通车，另有一座正在勘察设计之中。"
SCHOOLS = "全市新建学校三所，改建学校五所，新增学位四千个，城区入学紧张的情况因此得到缓解。"
TREES = "全市植树两万亩，森林覆盖率提高一个百分点，新建公园七处，城区人均绿地增加半平方米。"
REPORT = report("## 交通", BRIDGES, "## 教育", SCHOOLS, "## 绿化", TREES)
FIRST, MIDDLE, LAST = REPORT.passages


def test_the_passage_stands_between_its_neighbours_under_its_heading() -> None:
    message = check_view(passage_view(REPORT, MIDDLE.id, ENGLISH))
    assert message.text.split("\n") == [
        "教育",
        BRIDGES,
        SCHOOLS,
        TREES,
        "",
        "保山市 · 《保山市年度综述》 · original · 保山日报 · undated · 教育",
    ]
    assert pieces(message, MessageEntity.BLOCKQUOTE) == [SCHOOLS]
    assert pieces(message, MessageEntity.ITALIC) == [BRIDGES, TREES]
    assert pieces(message, MessageEntity.BOLD) == ["教育"]


def test_long_neighbours_are_cut_towards_the_passage() -> None:
    before, behind = "前一段说了许多话。" * 40, "后一段也说了许多。" * 40
    made = report("## 甲", before, "## 乙", SCHOOLS, "## 丙", behind)
    middle = next(one for one in made.passages if SCHOOLS in made.slice(one.span))
    tail, head = pieces(check_view(passage_view(made, middle.id, ENGLISH)), MessageEntity.ITALIC)
    # 120 units hold 13 sentences of 9, and the dots.
    assert tail == "…" + "前一段说了许多话。" * 13
    assert head == "后一段也说了许多。" * 13 + "…"


def test_buttons_lead_to_the_neighbours_the_report_and_the_share_sheet() -> None:
    view = passage_view(REPORT, MIDDLE.id, ENGLISH)
    assert labels(view) == [
        ["◀", "2 / 3", "▶"],
        ["Contents", "Whole report", "As a file"],
        ["Share"],
    ]
    found = targets(view)
    assert (found["◀"], found["▶"]) == (f"p:{FIRST.id}", f"p:{LAST.id}")
    assert (found["Contents"], found["Whole report"]) == ("t:baoshan:0", "w:baoshan:0")
    assert found["As a file"] == "d:baoshan"
    assert found["Share"].endswith(f"start%3D{MIDDLE.id}")


def test_the_first_and_the_last_passage_have_one_neighbour() -> None:
    assert labels(passage_view(REPORT, FIRST.id, ENGLISH))[0] == ["1 / 3", "▶"]
    assert labels(passage_view(REPORT, LAST.id, ENGLISH))[0] == ["◀", "3 / 3"]


def test_pages_have_buttons_where_there_are_such() -> None:
    made = report(BRIDGES, url="https://news.example.org/a")
    (only,) = made.passages
    view = passage_view(made, only.id, WITH_PAGES)
    assert labels(view)[-1] == ["Report page", "Original page", "Share"]
    assert targets(view)["Original page"].startswith("https://news.example.org/a")
    assert labels(passage_view(made, only.id, ViewContext("en", NAMELESS)))[-1] == ["Original page"]


def test_the_mark_is_bold_where_it_lies_in_the_passage() -> None:
    start = REPORT.text.index("跨江大桥")
    view = passage_view(REPORT, FIRST.id, ENGLISH, mark=Span(start, start + 4))
    assert pieces(check_view(view), MessageEntity.BOLD) == ["交通", "跨江大桥"]
    # A mark that reaches beyond the passage is bold up to its end, one outside it nowhere.
    whole = passage_view(REPORT, FIRST.id, ENGLISH, mark=Span(0, len(REPORT.text)))
    assert pieces(check_view(whole), MessageEntity.BOLD)[1] == BRIDGES
    other = passage_view(REPORT, FIRST.id, ENGLISH, mark=LAST.span)
    assert pieces(check_view(other), MessageEntity.BOLD) == ["交通"]


def test_a_passage_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="baoshan-00000000"):
        passage_view(REPORT, "baoshan-00000000", ENGLISH)


def test_every_passage_of_the_shipped_reports_is_one_message_and_verbatim() -> None:
    for made in read_library([SHIPPED]).reports:
        for passage in made.passages:
            message = check_view(passage_view(made, passage.id, WITH_PAGES))
            quoted = "".join(pieces(message, MessageEntity.BLOCKQUOTE))
            assert quoted == clean(made.slice(passage.span))
