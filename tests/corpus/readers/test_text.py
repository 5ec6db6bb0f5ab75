"""A plain text gives one line for each of its lines, unless these were cut from paragraphs."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers import read_bytes, read_file
from corpus.readers.text import is_hard_wrapped, read_text, split_lines

SHARED = Path(__file__).parents[4] / "shared" / "reports"

PARAGRAPHS = [
    "全市今年新建口袋公园三十五个，改造老旧小区四百多个，加装电梯一百二十八部，新增停车位三千四百个，"
    "惠及居民十二万户，群众满意度比去年提高了五个百分点，位居全省前列。",
    "在江北区，社区工作者挨家挨户听取意见，把居民最关心的下水道、路灯和充电桩列入清单，逐项落实，"
    "逐项回访，件件有回音；老人们说，家门口的变化看得见、摸得着。",
    "下一步，各区将继续推进养老服务中心建设，力争到明年底实现街道全覆盖，并同步完善托育、助餐、"
    "文化活动等设施，让更多家庭就近享受到便利。",
]
ENGLISH = (
    "The city renewed more than four hundred old neighbourhoods this year. New lifts, street lamps "
    "and drains came first, because residents had asked for them. Next year the districts build "
    "centres where the elderly can eat, read and meet."
)


def wrapped(text: str, characters: int) -> list[str]:
    """Cut after so many Han characters; a line may not begin with a mark (kinsoku)."""
    lines, start = [], 0
    while start < len(text):
        end = start + characters
        while start < end < len(text) and text[end] in "，。、；：”）":
            end -= 1
        lines.append(text[start:end])
        start = end
    return lines


def test_every_line_that_is_not_blank_is_kept_as_it_stands() -> None:
    content = read_text("　　第一行 \n\n\t\n 第二行\n")
    assert [(line.number, line.text) for line in content.lines] == [
        (1, "　　第一行 "),
        (4, " 第二行"),
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\u2029", "\f", "\v", "\x85"])
def test_lines_end_in_any_way(end: str) -> None:
    assert split_lines(f"甲{end}乙{end}{end}丙") == ["甲", "乙", "", "丙"]


@pytest.mark.parametrize("width", [24, 30, 38])
def test_hard_wrapped_paragraphs_are_whole_again(width: int) -> None:
    text = "\n\n".join("\n".join(wrapped(p, width)) for p in PARAGRAPHS * 2)
    assert [line.text for line in read_text(text).lines] == PARAGRAPHS * 2


def test_indents_part_wrapped_paragraphs_as_blank_lines_do() -> None:
    text = "\n".join("\n".join(wrapped(f"　　{p}", 30)) for p in PARAGRAPHS)
    assert [line.text for line in read_text(text).lines] == PARAGRAPHS


@pytest.mark.parametrize("width", [60, 72])
def test_wrapped_english_is_joined_with_blanks(width: int) -> None:
    text = "\n\n".join(["\n".join(textwrap.wrap(ENGLISH, width))] * 3)
    assert [line.text for line in read_text(text).lines] == [ENGLISH] * 3


def test_a_joined_paragraph_has_the_number_of_its_first_line() -> None:
    first = wrapped(PARAGRAPHS[0], 30)
    text = "\n".join([*first, "", *wrapped(PARAGRAPHS[1], 30), "", *wrapped(PARAGRAPHS[2], 30)])
    assert [line.number for line in read_text(text).lines][:2] == [1, len(first) + 2]


@pytest.mark.parametrize(
    "lines",
    [
        PARAGRAPHS,  # one a line, about equally long
        [p for paragraph in PARAGRAPHS for p in (paragraph, "小标题")],
        ["白日照山川，", "江水入海流。", "登高望远处，", "更上一层楼。"] * 3,
        ["2021-10-01  江北区  三十五个公园  完成  一百二十八部电梯"] * 9,
        [f"{n}．全市某项工作取得明显成效情况通报材料汇编目录索引" for n in range(1, 9)],
        [],
        ["一行"],
    ],
    ids=["paragraphs", "with headings", "verse", "table", "list", "nothing", "one line"],
)
def test_what_is_not_wrapped_is_never_joined(lines: list[str]) -> None:
    assert not is_hard_wrapped(lines)


@given(st.lists(st.text(st.sampled_from("城市建设，。a 1"), min_size=1, max_size=90), max_size=12))
def test_no_character_is_lost_whether_joined_or_not(lines: list[str]) -> None:
    joined = "".join(line.text for line in read_text("\n".join(lines)).lines)
    assert "".join(joined.split()) == "".join("".join(lines).split())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the raw reports are not beside this checkout")
@pytest.mark.parametrize("name", ["dongxihu", "jinan", "loudi", "wuhan", "zhangye"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_crawled_report_is_read_line_by_line(name: str, encoding: str) -> None:
    source = (SHARED / f"{name}.txt").read_text(encoding="utf-8")
    raw = read_bytes(source.encode(encoding), origin=name, stem=name, media="text")
    assert raw.encoding == encoding
    expected = [(n, t) for n, t in enumerate(source.split("\n"), 1) if t.strip()]
    assert [(line.number, line.text) for line in raw.lines] == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the raw reports are not beside this checkout")
def test_a_crawled_report_comes_from_its_file() -> None:
    raw = read_file(SHARED / "wuhan.txt")
    assert (raw.stem, raw.media, raw.encoding) == ("wuhan", "text", "utf-8")
    assert dict(raw.front) == {}
