"""A site as a whole: its index, its page on cleaning, and that every link leads somewhere."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from lxml import etree, html

from corpus.compose import Composed
from corpus.errors import CorpusError
from corpus.library import SHIPPED, Library, read_library
from corpus.pages.site import Site, site_files
from corpus.report import Report

RAW = Path(__file__).parents[4] / "shared" / "reports"


def built(library: Library, base: str | None = None) -> dict[str, bytes]:
    traces = {entry.report.id: entry.trace for entry in library.entries}
    return dict(site_files(Site(library.reports, traces, {}, base)))


@pytest.fixture(scope="module")
def shipped() -> Library:
    return read_library([SHIPPED])


def dead_links(pages: dict[str, bytes], base: str) -> list[str]:
    """Links that lead nowhere: to a page or a place on a page that is not there."""
    trees = {
        name: html.document_fromstring(content)
        for name, content in pages.items()
        if name.endswith(".html")
    }
    dead = []
    for name, tree in trees.items():
        for href in tree.xpath("//a/@href | //link[@rel='canonical']/@href"):
            address, place = urldefrag(href.removeprefix(f"{base}/"))
            if "://" in address:
                continue
            target = trees.get(address or name)
            if target is None or (place and not target.xpath("//*[@id=$id]", id=place)):
                dead.append(f"{name}: {href}")
    return dead


@pytest.mark.parametrize("base", [None, "https://reports.example/cities"])
def test_every_link_leads_somewhere(shipped: Library, base: str | None) -> None:
    pages = built(shipped, base)
    assert dead_links(pages, base or "") == []
    links = html.document_fromstring(pages["index.html"]).xpath("//main//a/@href")
    assert links == ["jinan.html", "wuhan.html", "dongxihu.html", "loudi.html", "zhangye.html"]


def test_every_link_of_the_raw_reports_leads_somewhere() -> None:
    if not RAW.is_dir():
        pytest.skip(f"the raw reports are not there: {RAW}")
    pages = built(read_library([RAW]))
    assert dead_links(pages, "") == []
    assert "清理记录" in pages["wuhan.html"].decode()
    assert "清理記錄" in pages["loudi.html"].decode()


def test_cities_stand_in_the_order_of_their_codes_with_what_is_known(shipped: Library) -> None:
    tree = html.document_fromstring(built(shipped)["index.html"])
    headings = [" ".join(h.text_content().split()) for h in tree.xpath("//h2")]
    # 370100, 420100, 420112, 431300, 620700 of GB/T 2260.
    assert headings == [
        "济南市 Jinan 山东省",
        "武汉市 Wuhan 湖北省",
        "武汉市东西湖区 Dongxihu 湖北省",
        "娄底市 Loudi 湖南省",
        "张掖市 Zhangye 甘肃省",
    ]
    (wuhan,) = tree.xpath("//li[a/@href='wuhan.html']")
    facts = " ".join(wuhan.text_content().split())
    assert "2022-10-27" in facts
    assert "武汉市地方志编纂委员会办公室" in facts
    assert "摘编 Digest" in facts
    (report,) = (r for r in shipped.reports if r.id == "wuhan")
    assert f"{len(report.passages)} 段" in facts


def test_reports_of_one_city_are_newest_first_and_those_without_one_last(
    binjiang: Composed,
) -> None:
    def named(name: str, **changed: object) -> Report:
        return dataclasses.replace(binjiang.report, id=name, title=name, **changed)

    reports = [
        named("nowhere", city=""),
        named("utopia", city="乌有市"),
        named("old", date=datetime.date(2001, 1, 1)),
        named("undated", date=None),
        named("new"),
    ]
    tree = html.document_fromstring(dict(site_files(Site(reports, {})))["index.html"])
    titles = [a.text_content() for a in tree.xpath("//ul//a")]
    assert titles == ["new", "old", "undated", "utopia", "nowhere"]
    assert "其他" in tree.xpath("//h2")[-1].text_content()


def test_the_page_on_cleaning_counts_changes_and_reports(
    compose_lines: Callable[..., Composed],
) -> None:
    one = compose_lines("栽树1。8万株，修路2。5公里。", "建桥3。5座。", stem="one")
    other = compose_lines("架灯4。5万盏。", stem="other")
    traces = {made.report.id: made.trace for made in (one, other)}
    assert [change.rule for change in one.trace] == ["broken-decimal", "broken-decimal"]
    pages = dict(site_files(Site([one.report, other.report], traces)))
    tree = html.document_fromstring(pages["cleaning.html"])
    (row,) = tree.xpath("//tr[@id='rule-broken-decimal']")
    assert [cell.text_content() for cell in row.xpath("./td")[1:]] == ["3", "2"]
    assert "3 changes in 2 reports" in tree.text_content()
    assert dead_links(pages, "") == []


def test_a_public_address_is_on_every_page_and_in_the_sitemap(shipped: Library) -> None:
    base = "https://reports.example/cities"
    pages = built(shipped, f"{base}/")
    assert pages["robots.txt"] == f"Sitemap: {base}/sitemap.xml\n".encode()
    tree = etree.fromstring(pages["sitemap.xml"])
    addresses = tree.xpath("//*[local-name()='loc']/text()")
    expected = {f"{base}/{name}" for name in pages if name.endswith(".html")} - {f"{base}/404.html"}
    assert set(addresses) == expected
    wuhan = html.document_fromstring(pages["wuhan.html"])
    assert wuhan.xpath("//link[@rel='canonical']/@href") == [f"{base}/wuhan.html"]
    assert wuhan.xpath("//pre[@id='cite-link']")[0].text_content() == f"{base}/wuhan.html"
    # Shown at any depth, so its link is whole.
    assert f"{base}/index.html" in html.document_fromstring(pages["404.html"]).xpath(
        "//main//@href"
    )
    # Where that is not known, none is better than one that holds at one depth only.
    unknown = built(shipped)
    assert not html.document_fromstring(unknown["404.html"]).xpath("//main//@href")
    assert {"robots.txt", "sitemap.xml"}.isdisjoint(unknown)


def test_equal_reports_make_equal_bytes(shipped: Library) -> None:
    assert built(shipped) == built(read_library([SHIPPED]))


def test_a_report_named_like_a_page_of_the_site_has_another_page(binjiang: Composed) -> None:
    reports = [dataclasses.replace(binjiang.report, id=n) for n in ("index", "cleaning", "404")]
    pages = dict(site_files(Site(reports, {})))
    assert {"report-index.html", "report-cleaning.html", "report-404.html"} < set(pages)
    assert dead_links(pages, "") == []
    clash = [*reports, dataclasses.replace(binjiang.report, id="report-index")]
    with pytest.raises(CorpusError) as caught:
        dict(site_files(Site(clash, {})))
    assert "index and report-index would both be report-index.html" in str(caught.value)
