"""Headings are told from captions, lists and signatures."""

from __future__ import annotations

import pytest

from corpus.cleaning import clean
from corpus.cleaning.headings import is_caption_like, is_marked_caption, number_level
from corpus.raw import Line

PROSE = (
    "去年,全市新建公园12个,改造道路34条,修复湿地5处,群众满意度达到98%,"
    "各项任务按时完成,工作得到了各方面的好评。"
)


def kinds(*texts: str) -> list[tuple[str, int]]:
    lines = [Line(text, number) for number, text in enumerate(texts, 1)]
    return [(line.kind, line.level) for line in clean(lines).lines]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("第一章 总则", 2),
        ("第三部分 保障措施", 2),
        ("一、提高站位,压实责任", 2),
        ("（二）建设绿道", 3),
        ("3.修复湿地", 4),
        ("(4)清理河道", 5),
        ("3.5万名党员", 0),
        ("一是抓学习", 0),
        ("十四五规划", 0),
        ("12月1日", 0),
    ],
)
def test_numbers_tell_the_level(text: str, level: int) -> None:
    assert number_level(text) == level


def test_numbered_lines_are_headings_with_something_below() -> None:
    marked = kinds(
        "一、建设公园", "（一）规划先行", PROSE, "（二）群众参与", PROSE, "二、治理河道", PROSE
    )
    levels = [level for kind, level in marked if kind == "heading"]
    assert levels == [2, 3, 3, 2]


def test_a_table_of_contents_is_text() -> None:
    marked = kinds(PROSE, "一、建设公园", "二、治理河道", "三、改造道路", PROSE)
    assert [kind for kind, _ in marked] == ["text", "text", "text", "heading", "text"]


def test_a_short_line_above_prose_is_a_heading() -> None:
    marked = kinds(PROSE, "“一河”:治理清水河", PROSE, "擦亮生态底色——让公园走近市民", PROSE)
    assert [kind for kind, _ in marked] == ["text", "heading", "text", "heading", "text"]


@pytest.mark.parametrize(
    "text",
    [
        "某山县红色讲解员小分队宣讲红色故事",
        "清河镇党员干部重温入党誓词",
        "在某某会议旧址青年党员聆听微党课《信念》",
        "东山滨河新区",
        "志愿者正在清理河道",
        "清水河湿地公园",
    ],
)
def test_scenes_and_places_are_captions(text: str) -> None:
    assert is_caption_like(text)
    assert [kind for kind, _ in kinds(PROSE, text, "坚持生态优先建设公园城市", PROSE)] == [
        "text",
        "caption",
        "heading",
        "text",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "扛牢主体责任精心谋划实施",
        "突出问题导向有序推进培训宣讲",
        "坚持知行合一用心办好民生实事",
        "创新多种形式营造浓厚氛围",
        "乡村振兴迈出坚实步伐",
        "全市上下深入学习",
        "领导干部带头学",
        "一、东山县党员开展宣讲",
        "学史力行——党员干部参加实践",
    ],
)
def test_what_is_to_be_done_is_a_heading(text: str) -> None:
    assert not is_caption_like(text)


def test_captions_that_say_so() -> None:
    assert is_marked_caption("图为志愿者在清理河道。")
    assert is_marked_caption("图：清水河")
    assert is_marked_caption("清水河夜景 李建国 摄")
    assert is_marked_caption("▲新建成的绿道")
    assert not is_marked_caption("图书馆建成开放")
    assert not is_marked_caption("绿道已经建成。")


def test_a_signature_is_a_note() -> None:
    assert kinds(PROSE, "某市教育局 东山区教育局")[-1] == ("note", 0)
    assert kinds(PROSE, "某市党史学习教育办公室")[-1] == ("note", 0)


def test_lists_stay_text() -> None:
    items = ["建设公园", "治理河道", "改造道路", "修复湿地", "清理垃圾"]
    assert {kind for kind, _ in kinds(PROSE, *items, PROSE)} == {"text"}


def test_no_heading_is_guessed_where_the_reader_knew_them() -> None:
    lines = [
        Line("某市综述", 1, "heading", 1),
        Line("治理", 2, "heading", 2),
        Line(PROSE, 3),
        Line("建设公园城市", 4),
        Line(PROSE, 5),
    ]
    assert [line.kind for line in clean(lines).lines][3] == "text"


def test_a_run_in_heading_stays_in_its_paragraph() -> None:
    text = "强化组织领导。" + PROSE
    assert [line.text for line in clean([Line(text, 1)]).lines] == [text]
