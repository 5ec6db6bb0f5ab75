"""Links lead to the sentence that an extract begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

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


def test_an_original_is_linked_at_the_extract(make_report: MakeReport, tmp_path: Path) -> None:
    links = PageLinks(tmp_path)
    report = make_report(TEXT, url="https://news.example/1#main")
    span = report.passages[0].sentences[1]
    assert report.kind == "original"
    assert links.source(report, span) == (
        "https://news.example/1#main:~:text=" + quote("其中四个在东城")
    )
    assert links.source(make_report(TEXT), span) is None


def test_a_digest_is_not_on_the_page_that_it_is_of(make_report: MakeReport, tmp_path: Path) -> None:
    report = make_report(TEXT, url="https://news.example/1", kind="digest")
    span = report.passages[0].sentences[1]
    assert report.kind == "digest"
    assert PageLinks(tmp_path).source(report, span) == "https://news.example/1"


def test_only_pages_of_the_web_have_text_fragments(make_report: MakeReport, tmp_path: Path) -> None:
    report = replace(make_report(TEXT), url="ftp://news.example/1")
    span = report.passages[0].sentences[1]
    assert PageLinks(tmp_path).source(report, span) == "ftp://news.example/1"
