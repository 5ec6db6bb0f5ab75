"""Text directives lead to the quotation and to nothing else, as a browser reads them."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from corpus.report import Report, Span
from qa.text_fragments import SHORT, text_directive, with_directive

_SYNTAX = re.compile(
    r"text=(?:(?P<prefix>[^-,&]+)-,)?(?P<start>[^-,&]+)(?:,(?P<end>[^-,&]+))?(?:,-(?P<suffix>[^-,&]+))?"
)


def _parts(directive: str) -> dict[str, str]:
    matched = _SYNTAX.fullmatch(directive)
    assert matched is not None, directive
    return {name: unquote(part) for name, part in matched.groupdict().items() if part}


def _pattern(piece: str) -> str:
    # A line is a paragraph of the page, and no part of a directive goes beyond one.
    return r"[^\S\n]+".join(map(re.escape, piece.split()))


def _found(text: str, directive: str) -> list[Span]:
    """Where a browser that reads on finds the directive: each place, the first one first."""
    parts = _parts(directive)
    start = _pattern(parts["start"])
    behind = rf"(?=\s*{_pattern(parts['suffix'])})" if "suffix" in parts else ""
    before = rf"{_pattern(parts['prefix'])}\s*" if "prefix" in parts else ""
    spans = []
    for match in re.finditer(rf"(?=({before})({start}){behind})", text, re.IGNORECASE):
        begin, finish = match.span(2)
        if "end" in parts:
            last = re.compile(_pattern(parts["end"]), re.IGNORECASE).search(text, finish)
            if last is None:
                continue
            finish = last.end()
        spans.append(Span(begin, finish))
    return spans


def _bare(text: str, span: Span) -> Span:
    """The span without what is no letter or digit at its ends."""
    inside = [i for i in range(*span) if text[i].isalnum()]
    return Span(inside[0], inside[-1] + 1)


_WORDS = st.sampled_from(
    """全市 公园 二十 个 ， 。 、 的 3.5 12,000 湖 湖泊 “ ” - & % A公司 Lake the and parks ? ( ) /
    100% · é ÷ İ""".split()
).flatmap(lambda word: st.sampled_from([word, word + " ", word + "\n"]))
_TEXTS = st.lists(_WORDS, min_size=1, max_size=60).map("".join)


@given(_TEXTS, st.data())
@example("湖的湖的湖", None)
def test_a_directive_is_found_once_and_is_the_quotation(
    text: str, data: st.DataObject | None
) -> None:
    if data is None:
        span = Span(0, len(text))
    else:
        start = data.draw(st.integers(0, len(text) - 1))
        span = Span(start, data.draw(st.integers(start + 1, len(text))))
    assume(any(char.isalnum() for char in text[span.start : span.end]))
    directive = text_directive(text, span)
    if directive is not None:
        assert _found(text, directive) == [_bare(text, span)]


def test_each_sentence_of_the_shipped_reports_is_found(shipped_reports: tuple[Report, ...]) -> None:
    for report in shipped_reports:
        for _, _, span in report.sentences():
            directive = text_directive(report.text, span)
            assert directive is not None, report.slice(span)
            assert _found(report.text, directive) == [_bare(report.text, span)]
            assert len(directive) < 700


TEXT = "全市新建了十二个公园。\n其中四个在东城，其余在西城。\n区里说：全市新建了十二个公园。"


def _of(text: str, quotation: str, occurrence: int = 0) -> Span:
    starts = [match.start() for match in re.finditer(re.escape(quotation), text)]
    return Span(starts[occurrence], starts[occurrence] + len(quotation))


def test_a_short_quotation_is_given_in_full() -> None:
    directive = text_directive(TEXT, _of(TEXT, "其中四个在东城，其余在西城。"))
    assert directive is not None
    assert _parts(directive) == {"start": "其中四个在东城，其余在西城"}
    assert directive.isascii()


def test_a_quotation_that_stands_twice_has_what_stands_around_it() -> None:
    text = "全市新建了十二个公园，都不收费。\n区里说：全市新建了十二个公园。"
    first = text_directive(text, _of(text, "全市新建了十二个公园"))
    second = text_directive(text, _of(text, "全市新建了十二个公园", 1))
    assert first is not None
    assert second is not None
    assert set(_parts(first)) == {"start", "suffix"}
    assert set(_parts(second)) == {"start", "prefix"}
    assert _parts(second)["prefix"].endswith("区里说：")
    # Nothing in its paragraph tells it from the other, and no context goes beyond that.
    assert text_directive(TEXT, _of(TEXT, "全市新建了十二个公园。")) is None


def test_a_long_quotation_is_given_by_its_ends() -> None:
    text = (
        "前言。全市去年在东城新建公园，"
        + "又修了很多条绿道，" * 8
        + "绿地面积达到三百四十公顷。后记。"
    )
    span = Span(3, len(text) - 3)
    assert span.end - span.start > SHORT
    directive = text_directive(text, span)
    assert directive is not None
    assert _parts(directive) == {
        "start": "全市去年在东城新建公园",
        "end": "绿地面积达到三百四十公顷",
    }


def test_no_piece_of_a_long_quotation_goes_across_paragraphs() -> None:
    text = "全市新建公园十二处\n其中四处在东城\n绿道三条在西城一带的湖边"
    directive = text_directive(text, Span(0, len(text)))
    assert directive is not None
    assert _parts(directive)["start"] in text.split("\n")[0]
    assert text.split("\n")[2].endswith(_parts(directive)["end"])


@pytest.mark.parametrize("text", ["。。。", "-", "\n"])
def test_a_quotation_without_words_has_no_directive(text: str) -> None:
    assert text_directive(text, Span(0, len(text))) is None


def test_what_cannot_be_told_from_its_double_has_no_directive() -> None:
    line = "公园十二处。"
    assert text_directive(line * 200, Span(600, 606)) is None


def test_signs_of_the_syntax_are_encoded() -> None:
    directive = text_directive("R&D, one-stop 100% (2/3)", Span(0, 24))
    assert directive == "text=R%26D%2C%20one%2Dstop%20100%25%20%282%2F3"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/1", "https://a.example/1#:~:text=x"),
        ("https://a.example/1?b=c", "https://a.example/1?b=c#:~:text=x"),
        ("https://a.example/1#part", "https://a.example/1#part:~:text=x"),
        ("https://a.example/1#", "https://a.example/1#:~:text=x"),
        ("https://a.example/1#:~:text=old", "https://a.example/1#:~:text=x"),
        ("https://a.example/1#part:~:text=old", "https://a.example/1#part:~:text=x"),
    ],
)
def test_an_address_keeps_its_fragment(url: str, expected: str) -> None:
    assert with_directive(url, "text=x") == expected
