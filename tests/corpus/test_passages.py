"""Text, sections and passages: exact spans, ids made from content, parts of an even size."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.passages import (
    LONG,
    LONGEST_ID,
    LONGEST_REPORT_ID,
    SHORT,
    report_id,
    split_passages,
)
from corpus.raw import Line
from corpus.report import Passage, PassageKind, Span
from corpus.sections import Layout, lay_out

KINDS = ("text", "heading", "caption", "note")


def made(texts: Sequence[str | Line], report: str = "city") -> tuple[Layout, tuple[Passage, ...]]:
    lines = [t if isinstance(t, Line) else Line(t, n) for n, t in enumerate(texts, 1)]
    layout = lay_out(lines)
    return layout, split_passages(report, layout.text, layout.paragraphs)


def paragraph(number: int) -> str:
    """A paragraph above the size of those that are joined."""
    return f"第{number}段。" + f"全市新建公园{number}个,改造道路若干条,修复湿地数处。" * 7


def texts(layout: Layout, passages: Sequence[Passage]) -> list[str]:
    return [layout.text[p.span.start : p.span.end] for p in passages]


def test_sections_cover_the_text_and_the_title_heads_none() -> None:
    layout, passages = made(
        [
            Line("某市综述", 1, "heading", 1),
            "发布于某日。",
            Line("一、公园", 3, "heading", 2),
            paragraph(1),
            Line("二、河道", 5, "heading", 2),
            Line("（一）治理", 6, "heading", 3),
            paragraph(2),
        ]
    )
    assert [s.heading for s in layout.sections] == ["", "一、公园", "二、河道", "（一）治理"]
    assert layout.sections[0].span.start == 0
    assert layout.sections[-1].span.end == len(layout.text)
    for before, after in zip(layout.sections, layout.sections[1:], strict=False):
        assert before.span.end == after.span.start
        assert layout.text[after.span.start :].startswith(after.heading)
    assert [p.section for p in passages] == ["", "一、公园", "（一）治理"]


def test_headings_are_in_the_text_but_no_passages() -> None:
    layout, passages = made([Line("一、公园", 1, "heading", 2), paragraph(1)])
    assert layout.text.startswith("一、公园\n")
    assert texts(layout, passages) == [paragraph(1)]


def test_short_neighbours_of_one_section_are_joined() -> None:
    layout, passages = made(["建成公园。", "建成绿道。", Line("二、河", 3, "heading", 2), "河清。"])
    assert texts(layout, passages) == ["建成公园。\n建成绿道。", "河清。"]
    assert len(passages[0].sentences) == 2
    layout, passages = made(["建成公园若干座。" * 10] * 2)
    assert len(passages[0].sentences) == 10
    assert len(passages) == 2
    assert len(texts(layout, passages)[0]) * 2 > SHORT


@pytest.mark.parametrize("kind", ["note", "caption"])
def test_notes_and_captions_stand_alone(kind: PassageKind) -> None:
    lines: list[str | Line] = [
        "建成公园。",
        Line("来源:某报", 2, kind),
        Line("王芳 摄", 3, kind),
        "绿道。",
    ]
    layout, passages = made(lines)
    assert texts(layout, passages) == ["建成公园。", "来源:某报", "王芳 摄", "绿道。"]
    assert [p.kind for p in passages] == ["text", kind, kind, "text"]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_even_parts() -> None:
    sentence = "全市新建公园十二个,改造道路三十四条,群众满意。"
    text = sentence * 40
    layout, passages = made([text])
    parts = texts(layout, passages)
    assert "".join(parts) == text
    assert len(parts) == -(-len(text) // LONG)
    assert max(map(len, parts)) - min(map(len, parts)) <= len(sentence)
    assert all(part.endswith("。") for part in parts)


def test_an_id_is_made_from_content_whatever_the_script_and_the_blanks() -> None:
    _, simple = made(["改造老旧小区 455个。"])
    _, traditional = made(["改造老舊小區455個。"])
    assert simple[0].id == traditional[0].id
    assert re.fullmatch(r"city-[0-9a-f]{8}", simple[0].id)


def test_repeated_passages_have_suffixed_ids() -> None:
    _, passages = made([paragraph(1)] * 3)
    first = passages[0].id
    assert [p.id for p in passages] == [first, f"{first}-2", f"{first}-3"]


def test_ids_fit_however_often_a_passage_repeats() -> None:
    _, passages = made([paragraph(1)] * 120, "x" * LONGEST_REPORT_ID)
    ids = [p.id for p in passages]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= LONGEST_ID


@given(st.integers(0, 6))
def test_an_inserted_paragraph_moves_no_id(place: int) -> None:
    paragraphs = [paragraph(n) for n in range(6)]
    _, before = made(paragraphs)
    _, after = made([*paragraphs[:place], paragraph(99), *paragraphs[place:]])
    ids = [p.id for p in after]
    assert [i for i in ids if i in {p.id for p in before}] == [p.id for p in before]
    assert len(ids) == len(before) + 1


line_like = st.builds(
    Line,
    text=st.text(alphabet="学习公园12.5,;。！？“”()\"' ab", min_size=1, max_size=300)
    .map(str.strip)
    .filter(bool),
    number=st.just(1),
    kind=st.sampled_from(KINDS),
    level=st.just(2),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(line_like, max_size=12))
def test_spans_are_valid_ordered_and_inside_their_passage(lines: list[Line]) -> None:
    layout, passages = made(lines)
    assert layout.text == "\n".join(line.text for line in lines)
    covered: list[Span] = []
    for passage in passages:
        assert passage.sentences
        assert passage.span == Span(passage.sentences[0].start, passage.sentences[-1].end)
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,44}", passage.id)
        covered += passage.sentences
    at = 0
    for span in covered:
        assert at <= span.start < span.end <= len(layout.text)
        at = span.end
    assert len({p.id for p in passages}) == len(passages)
    kept = "".join(layout.text[s.start : s.end] for s in covered)
    wanted = "".join(line.text for line in lines if line.kind != "heading")
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", wanted)
    assert "".join(layout.text[s.span.start : s.span.end] for s in layout.sections) == layout.text


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("wuhan", "wuhan"),
        ("Wuhan 2021", "wuhan-2021"),
        ("report.final_v2", "report-final_v2"),
        ("--x--", "x"),
    ],
)
def test_report_ids_keep_ascii_names(stem: str, name: str) -> None:
    assert report_id(stem) == name


def test_other_stems_get_a_stable_digest() -> None:
    assert re.fullmatch(r"r-[0-9a-f]{8}", report_id("武汉报告"))
    assert report_id("武汉报告") == report_id("武汉报告")
    assert report_id("武汉报告") != report_id("济南报告")
    assert re.fullmatch(r"r-[0-9a-f]{8}", report_id(""))
    assert report_id("a" * 40) != report_id("a" * 41)


@given(st.text())
def test_every_stem_gives_a_valid_id(stem: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,32}", report_id(stem))
