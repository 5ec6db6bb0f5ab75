"""Whatever a report holds stays text, on every page of a site."""

from __future__ import annotations

import dataclasses
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from corpus.cleaning import Change
from corpus.compose import Composed, compose
from corpus.pages.site import Site, site_files
from corpus.raw import Line, RawReport
from corpus.report import Report

# What the templates themselves use; nothing else may appear, whatever the report.
ELEMENTS = set(
    "html head meta title link style script body a header footer nav main article section details "
    "summary div p span h1 h2 dl dt dd ol ul li pre button table thead tbody tr th td del ins em "
    "time br code".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name property rel href type id class aria-label role hidden "
    "data-copy data-done datetime tabindex scope".split()
)
FRAGMENTS = (
    *("<script>alert(1)</script>", "</script>", "</style>", "</title>", "<!--", "-->", "]]>"),
    *('"', "'", "&", "&lt;", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "\\u003c"),
    *("{{ 7 * 7 }}", "{% raw %}", "\u2028", "\ud800", "\x00", "句。", "一、", "\u202e", "％"),
)


def check(pages: dict[str, bytes]) -> None:
    for name, content in pages.items():
        if not name.endswith(".html"):
            continue
        tree = html.document_fromstring(content)
        for element in tree.iter():
            # The doctype's neighbours: no comment and no instruction is written by a template.
            assert isinstance(element, html.HtmlElement), (name, etree.tostring(element))
            assert element.tag in ELEMENTS, (name, element.tag)
            assert set(element.attrib) <= ATTRIBUTES, (name, element.tag, element.attrib)
        for href in tree.xpath("//@href"):
            assert re.match(r"https?://|data:image/svg\+xml,|#|[a-z0-9_-]+\.html", href), href
        scripts = tree.xpath("//script")
        kinds = [script.get("type") for script in scripts]
        assert kinds in (["application/ld+json", None], []), kinds
        for script in scripts:
            if script.get("type"):
                json.loads(script.text)
        assert len(tree.xpath("//style")) == 1
        assert len(tree.xpath("//title")) == 1


def of_one(report: Report, trace: tuple[Change, ...], moved: dict[str, str]) -> dict[str, bytes]:
    site = Site([report], {report.id: trace}, moved, "https://reports.example")
    return dict(site_files(site))


def test_markup_stays_text_wherever_it_stands(hostile: Composed) -> None:
    report = hostile.report
    attack = "<script>document.title='owned'</script>"
    trace = (
        Change("odd-blank", 1, f"{attack} 甲", f"{attack}甲"),
        Change("page-line", 2, attack, None),
        Change(attack, 3, "乙", "丙"),
    )
    moved = {f'old"><script>{attack}': report.passages[0].id}
    pages = of_one(report, trace, moved)
    check(pages)
    tree = html.document_fromstring(pages["binjiang.html"])
    assert tree.xpath("//h1")[0].text_content() == report.title
    assert attack in tree.xpath("//article")[0].text_content()
    # An address that would run something is no link.
    assert "javascript:" not in " ".join(tree.xpath("//@href"))
    home = html.document_fromstring(pages["index.html"])
    assert attack in home.xpath("//h2")[0].text_content()
    assert home.xpath("//ul//a")[0].text_content() == report.title


_TEXT = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=4).map("".join)


@settings(deadline=None, max_examples=60)
@given(_TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT)
def test_any_text_stays_text(
    title: str, city: str, publisher: str, url: str, language: str, body: str
) -> None:
    # No reader gives half a character; whoever makes a report by hand might.
    lines = (Line("滨江区步道九公里。", 1), Line("驿站七座。" + body.replace("\ud800", "无"), 2))
    raw = RawReport("binjiang.txt", "binjiang", "text", "utf-8", "0" * 64, lines)
    made = compose(raw, identify=lambda *_: None)
    report = dataclasses.replace(
        made.report,
        title=title,
        city=city,
        aliases=(city,),
        publisher=publisher,
        source_title=title,
        authors=(publisher, title),
        url=url,
        language=language,
    )
    trace = (*made.trace, Change("odd-blank", 1, body, title))
    check(of_one(report, trace, {title: report.passages[0].id}))
