"""Links lead to the sentence that an extract begins with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.anchors import page_name, sentence_anchor
from corpus.report import Report, Span
from qa.links import PageLinks

MakeReport = Callable[..., Report]
TEXT = "全市新建了十二个公园。其中四个在东城。绿道修了三条。"


def test_an_anchor_names_the_sentence_in_which_a_span_begins(make_report: MakeReport) -> None:
    report = make_report(TEXT)
    passage = report.passages[0]
    numbers = [
        sentence_anchor(passage, Span(start, passage.span.end))
        for start in range(passage.span.start, passage.span.end)
    ]
    assert numbers[0] == f"{passage.id}_s1"
    expected = [
        f"{passage.id}_s{number}"
        for number, span in enumerate(passage.sentences, start=1)
        for _ in range(*span)
    ]
    assert numbers == expected


def test_a_span_before_or_across_sentences_leads_to_where_it_begins(
    make_report: MakeReport,
) -> None:
    passage = make_report(TEXT).passages[0]
    second, third = passage.sentences[1:]
    assert sentence_anchor(passage, Span(0, 1)) == f"{passage.id}_s1"
    assert sentence_anchor(passage, Span(second.start, third.end)) == f"{passage.id}_s2"


def test_pages_lie_under_a_public_address_or_in_a_folder(
    make_report: MakeReport, tmp_path: Path
) -> None:
    report = make_report(TEXT, stem="park", url="https://news.example/1")
    passage = report.passages[0]
    span = passage.sentences[1]
    place = f"park.html#{passage.id}_s2"
    assert page_name(report) == "park.html"
    assert (
        PageLinks("https://a.example/x").page(report, passage, span)
        == f"https://a.example/x/{place}"
    )
    assert (
        PageLinks("https://a.example/").page(report, passage, span) == f"https://a.example/{place}"
    )
    folder = tmp_path / "数据 1"
    assert PageLinks(folder).page(report, passage, span) == f"{folder.as_uri()}/{place}"


def test_the_original_is_linked_where_its_address_is_known(
    make_report: MakeReport, tmp_path: Path
) -> None:
    links = PageLinks(tmp_path)
    known = make_report(TEXT, url="https://news.example/1")
    assert links.source(known, Span(0, 1)) == "https://news.example/1"
    assert links.source(make_report(TEXT), Span(0, 1)) is None
