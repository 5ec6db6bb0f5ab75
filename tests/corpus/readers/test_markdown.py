"""Markdown becomes plain lines: its structure is kept, its markup is not."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import MetadataError
from corpus.raw import Line
from corpus.readers.markdown import read_markdown


def lines(text: str) -> tuple[Line, ...]:
    return read_markdown(text, origin="a.md").lines


def texts(text: str) -> list[str]:
    return [line.text for line in lines(text)]


def test_front_matter_is_metadata_and_no_text() -> None:
    content = read_markdown(
        "---\ncity: 江城市\naliases: [江城, 老江城]\ndate: 2021-10-25\nmood: good\n---\n正文。\n",
        origin="a.md",
    )
    assert content.declared
    assert content.front == {
        "city": "江城市",
        "aliases": ["江城", "老江城"],
        "date": datetime.date(2021, 10, 25),
    }
    assert content.lines == (Line("正文。", 7),)


def test_a_date_in_words_stays_a_string_and_a_time_goes() -> None:
    front = read_markdown("---\ndate: 2021年10月\n---\n文", origin="a").front
    assert front["date"] == "2021年10月"
    front = read_markdown("---\ndate: 2021-10-25 08:30:00\n---\n文", origin="a").front
    assert front["date"] == datetime.date(2021, 10, 25)


def test_empty_front_matter_is_still_front_matter() -> None:
    content = read_markdown("---\n---\n文", origin="a")
    assert (content.front, content.declared) == ({}, True)


def test_without_front_matter_nothing_is_declared() -> None:
    assert not read_markdown("正文", origin="a").declared
    assert not read_markdown("---\n\n正文\n", origin="a").declared  # a thematic break


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\ncity: [江城\n---\n文", r"a\.md, line \d+: the front matter is no valid YAML"),
        ("---\n- 江城\n---\n文", r"a\.md, line 2: the front matter is no list of names"),
        ("---\ncity: 江城\n文", r"a\.md, line 1: the front matter has no end; close it with ---"),
        ("---\ndate: 2021-02-30\n---\n文", r"a\.md, line 1: the front matter cannot be read: day"),
        ("---\ncity: !!python/name:os.system\n---\n", r"a\.md, line 2: .*could not determine"),
        ("---\ncity: " + "[" * 600 + "\n---\n", r"a\.md, line 1: "),
        ("---\ncity: 江\x01城\n---\n文", r"a\.md, line 1: "),
    ],
)
def test_front_matter_that_cannot_be_used_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(MetadataError, match=message) as caught:
        read_markdown(text, origin="a.md")
    assert "\n" not in str(caught.value)


def test_the_line_of_a_mistake_is_named() -> None:
    with pytest.raises(MetadataError, match=r"a\.md, line 4"):
        read_markdown("---\ncity: 江城\ntitle: 好\ndate: a: b\n---\n文", origin="a.md")


def test_headings_of_both_kinds_have_their_level() -> None:
    assert lines("# 标题\n\n甲\n===\n\n乙\n---\n\n### 丙 ###\n") == (
        Line("标题", 1, "heading", 1),
        Line("甲", 3, "heading", 1),
        Line("乙", 6, "heading", 2),
        Line("丙", 9, "heading", 3),
    )


def test_a_paragraph_is_one_line_and_a_hard_break_parts_it() -> None:
    assert texts("全市新建\n公园35个，\nGDP\ngrew\n\n甲\\\n乙") == [
        "全市新建公园35个，GDP grew",
        "甲",
        "乙",
    ]


def test_each_list_item_is_a_line_and_keeps_its_number() -> None:
    assert texts("- 甲\n  - 乙\n\n3. 丙\n4. 丁\n   续\n\n   另段\n") == [
        "甲",
        "乙",
        "3. 丙",
        "4. 丁续",
        "另段",
    ]


def test_each_table_row_is_a_line() -> None:
    table = "| 区 | 个数 |\n|---|--:|\n| **江北** | 120 |\n|  |  |\n| 江南 | 3\\|5 |\n"
    assert texts(table) == ["区 | 个数", "江北 | 120", "江南 | 3|5"]


def test_inline_markup_goes_and_its_text_stays() -> None:
    source = (
        "**重**点*工*作`455`个，~~旧~~[链接](http://a.example '题')，"
        "<b>粗</b><!-- 注 -->&amp;\\*<http://b.example>"
    )
    assert texts(source) == ["重点工作455个，旧链接，粗&*http://b.example"]


def test_a_picture_gives_a_caption() -> None:
    assert lines("文字 ![公园 *一角*](a.jpg) 继续") == (
        Line("文字 继续", 1),
        Line("公园 一角", 1, "caption"),
    )
    assert lines("![](a.jpg)") == ()


def test_quotes_code_and_embedded_html_keep_their_words() -> None:
    assert texts("> 引\n> 文\n\n```\n  代码 1\n\n代码 2\n```\n\n    缩进\n") == [
        "引文",
        "  代码 1",
        "代码 2",
        "缩进",
    ]
    assert texts("<div>\n甲<br>乙 &lt;\n<script>\nx\n</script>\n</div>\n\n<!-- 注\n释 -->\n") == [
        "甲",
        "乙 <",
    ]


def test_lines_are_numbered_as_in_the_file() -> None:
    numbers = [
        line.number for line in lines("---\ncity: 江城\n---\n\n# 题\n\n段\n\n```\n码\n```\n")
    ]
    assert numbers == [5, 7, 10]


@given(st.text(st.sampled_from("城市1#*_-|>`[]()!<&\\\n \t~")))
def test_any_markdown_is_read_and_no_han_or_figure_is_invented(text: str) -> None:
    got = "".join(texts(text))
    for character in "城市":
        assert got.count(character) <= text.count(character)


@given(st.lists(st.text(st.sampled_from("城市建设公园12，。"), min_size=1), min_size=1))
def test_paragraphs_without_markup_come_back_as_they_are(paragraphs: list[str]) -> None:
    # A figure with a full stop would be a list marker; these have none.
    assert texts("\n\n".join(paragraphs)) == paragraphs
