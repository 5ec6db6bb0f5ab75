"""The page of a report: what it shows, where its anchors are, what it says to machines."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import json
import re
from collections.abc import Callable

from lxml import html

from corpus.citations import STYLES, cite
from corpus.compose import Composed
from corpus.library import SHIPPED, read_library
from corpus.pages import render_page
from corpus.report import Source

LINK = "https://reports.example/binjiang.html"


def parsed(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def text_of(tree: html.HtmlElement, path: str) -> str:
    return " ".join(tree.xpath(path)[0].text_content().split())


def meta(tree: html.HtmlElement, name: str) -> list[str]:
    return [str(v) for v in tree.xpath(f"//meta[@name='{name}' or @property='{name}']/@content")]


def test_every_passage_and_sentence_is_there_verbatim_under_its_id() -> None:
    for report in read_library([SHIPPED]).reports:
        tree = parsed(render_page(report))
        spans = {span.get("id"): span.text_content() for span in tree.xpath("//article//span[@id]")}
        expected = {
            f"{passage.id}_s{number + 1}": report.slice(span)
            for passage, number, span in report.sentences()
        }
        assert spans == expected
        kinds = [(p.get("id"), p.get("class")) for p in tree.xpath("//article//p[@id]")]
        assert kinds == [(passage.id, passage.kind) for passage in report.passages]
        headings = [heading.text_content() for heading in tree.xpath("//article//h2")]
        assert headings == [section.heading for section in report.sections if section.heading]


def test_paragraphs_that_are_one_passage_are_shown_as_paragraphs(binjiang: Composed) -> None:
    report = binjiang.report
    (joined,) = (p for p in report.passages if "\n" in report.slice(p.span))
    page = render_page(report)
    (shown,) = parsed(page).xpath(f"//p[@id='{joined.id}']")
    assert shown.text_content() == "更换路灯三百盏。新灯比旧灯省电四成。"
    assert len(shown.xpath("./br")) == 1
    # Sentences of one paragraph have nothing between them.
    assert re.search(r"驿站7座。</span><span id=\"[^\"]+_s2\">驿站夜间开放", page)


def test_blanks_between_sentences_stay(compose_lines: Callable[..., Composed]) -> None:
    made = compose_lines("The bridge is long. It took 3 years.", language="en")
    (shown,) = parsed(render_page(made.report)).xpath("//article//p")
    assert shown.text_content() == "The bridge is long. It took 3 years."


def test_contents_lead_to_every_heading(binjiang: Composed) -> None:
    tree = parsed(render_page(binjiang.report))
    for links in tree.xpath("//nav//ol"):
        assert [a.text_content() for a in links.xpath(".//a")] == ["一、绿化", "二、照明"]
        for link in links.xpath(".//a"):
            (section,) = tree.xpath(f"//section[@id='{link.get('href')[1:]}']")
            assert section.xpath("./h2")[0].text_content() == link.text_content()
    assert len(tree.xpath("//nav")) == 1


def test_one_heading_makes_no_contents(compose_lines: Callable[..., Composed]) -> None:
    made = compose_lines("# 题目", "开头一句。", "一、绿化", "栽树三百株。")
    assert not parsed(render_page(made.report)).xpath("//nav")


def test_old_ids_stand_before_what_took_their_place(binjiang: Composed) -> None:
    passage = binjiang.report.passages[1]
    moved = {
        "binjiang-00000001": passage.id,
        "binjiang-00000001_s2": f"{passage.id}_s2",
        # The sentence it led to is no more: to its passage.
        "binjiang-00000002_s9": f"{passage.id}_s9",
        "other-00000003": "other-00000004",
        # Is a passage of its own by now.
        binjiang.report.passages[2].id: passage.id,
    }
    tree = parsed(render_page(binjiang.report, moved=moved))
    assert not tree.xpath("//*[starts-with(@id, 'other-')]")
    for old, new in (
        ("binjiang-00000001", passage.id),
        ("binjiang-00000002_s9", passage.id),
        ("binjiang-00000001_s2", f"{passage.id}_s2"),
    ):
        (element,) = tree.xpath(f"//*[@id='{old}']")
        assert element.text_content() == ""
        assert element.getparent().getnext().get("id") == new
    assert len(tree.xpath(f"//*[@id='{binjiang.report.passages[2].id}']")) == 1


def test_ids_are_unique_and_internal_links_lead_somewhere(binjiang: Composed) -> None:
    tree = parsed(render_page(binjiang.report, trace=binjiang.trace, home="index.html"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = [href for href in tree.xpath("//a/@href") if href.startswith("#")]
    assert links
    assert {href[1:] for href in links} <= set(ids)


def test_what_is_known_of_a_report_is_shown(binjiang: Composed) -> None:
    tree = parsed(render_page(binjiang.report))
    assert text_of(tree, "//h1") == "滨江区步道建设综述"
    facts = text_of(tree, "//dl[@class='facts']")
    for value in ("滨江日报", "2023-04-05", "https://news.example/a?b=1&c=2"):
        assert value in facts
    assert "原文 Original text" in text_of(tree, "//*[@class='city']")
    assert tree.get("lang") == "zh-Hans"


def test_interface_words_are_in_the_script_of_the_report(
    compose_lines: Callable[..., Composed],
) -> None:
    made = compose_lines("# 濱江區步道綜述", "全區新建濱江步道，沿線設驛站。")
    assert made.report.language == "zh-Hant"
    tree = parsed(render_page(made.report))
    assert text_of(tree, "//details[@class='cite']//button[1]") == "複製 Copy"
    assert tree.xpath("//summary/span")[0].get("lang") == "zh-Hant"


def test_citations_are_those_of_the_command_line(binjiang: Composed) -> None:
    tree = parsed(render_page(binjiang.report, citation_link=LINK))
    for style in STYLES:
        (shown,) = tree.xpath(f"//pre[@id='cite-{style}']")
        assert shown.text_content() == cite(binjiang.report, style, link=LINK)
        (button,) = tree.xpath(f"//button[@data-copy='cite-{style}']")
        # Without the script there is nothing that it could do.
        assert "hidden" in button.attrib


def test_an_original_is_a_report_to_machines(binjiang: Composed) -> None:
    tree = parsed(render_page(binjiang.report, citation_link=LINK))
    (block,) = tree.xpath("//script[@type='application/ld+json']")
    value = json.loads(block.text_content())
    assert value["@type"] == "Report"
    assert value["name"] == "滨江区步道建设综述"
    assert value["datePublished"] == "2023-04-05"
    assert value["publisher"] == {"@type": "Organization", "name": "滨江日报"}
    assert value["url"] == LINK
    assert value["sameAs"] == "https://news.example/a?b=1&c=2"
    assert value["about"]["name"] == "杭州市滨江区"
    assert "author" not in value
    assert meta(tree, "citation_title") == ["滨江区步道建设综述"]
    assert meta(tree, "citation_publication_date") == ["2023/04/05"]
    assert meta(tree, "citation_publisher") == ["滨江日报"]
    assert meta(tree, "og:title") == ["滨江区步道建设综述"]
    assert meta(tree, "og:url") == [LINK]
    assert meta(tree, "description") == [
        "全区新建滨江步道9公里，沿线设驿站7座。驿站夜间开放，配有热水与充电处。"
    ]
    assert tree.xpath("//link[@rel='canonical']/@href") == [LINK]


def test_a_digest_is_based_on_its_original(binjiang: Composed) -> None:
    digest = dataclasses.replace(
        binjiang.report, kind="digest", source_title="步道九公里", authors=("丁一", "王二")
    )
    tree = parsed(render_page(digest))
    (block,) = tree.xpath("//script[@type='application/ld+json']")
    value = json.loads(block.text_content())
    assert value["@type"] == "CreativeWork"
    assert "datePublished" not in value
    source = value["isBasedOn"]
    assert (source["@type"], source["name"]) == ("Report", "步道九公里")
    assert source["datePublished"] == "2023-04-05"
    assert [author["name"] for author in source["author"]] == ["丁一", "王二"]
    assert source["url"] == "https://news.example/a?b=1&c=2"
    assert meta(tree, "citation_author") == ["丁一", "王二"]
    # Nobody knows where this page lies.
    assert not tree.xpath("//link[@rel='canonical']")
    assert not meta(tree, "og:url")
    assert "摘编 Digest" in text_of(tree, "//*[@class='city']")


def test_the_policy_names_the_style_and_the_script_by_digest(binjiang: Composed) -> None:
    tree = parsed(render_page(binjiang.report))
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def digest(path: str) -> str:
        (element,) = tree.xpath(path)
        content = element.text_content().encode()
        return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "style-src": digest("//style"),
        "script-src": digest("//script[not(@type)]"),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_a_report_of_which_little_is_known_has_a_page(binjiang: Composed) -> None:
    bare = dataclasses.replace(
        binjiang.report, city="", publisher=None, date=None, url=None, sections=(), passages=()
    )
    tree = parsed(render_page(bare, trace=()))
    assert text_of(tree, "//dl[@class='facts']") == "类别 Kind原文 Original text"
    assert "无需清理" in text_of(tree, "//details[@id='changes']")
    assert meta(tree, "citation_publication_date") == []


def test_dates_before_the_year_1000_are_written_in_four_digits(binjiang: Composed) -> None:
    old = dataclasses.replace(binjiang.report, date=datetime.date(987, 6, 5))
    assert meta(parsed(render_page(old)), "citation_publication_date") == ["0987/06/05"]


def test_other_places_where_a_report_was_published_are_named(binjiang: Composed) -> None:
    there = Source("bj2", "江边晚报", datetime.date(2023, 4, 6), "https://evening.example/1", "x")
    bare = Source("bj3", None, None, "javascript:alert(1)", "y")
    report = dataclasses.replace(binjiang.report, mirrors=(there, bare))
    tree = parsed(render_page(report))
    first, second = tree.xpath("//ul[@class='mirrors']/li")
    assert "江边晚报 · 2023-04-06" in " ".join(first.text_content().split())
    assert first.xpath("a/@href") == ["https://evening.example/1"]
    # It says no publisher, and its address opens nothing.
    assert second.text_content().strip() == "bj3"
    assert second.xpath("a") == []
    assert parsed(render_page(binjiang.report)).xpath("//ul[@class='mirrors']") == []


def test_a_page_leads_to_the_page_to_ask_on_where_there_is_one(binjiang: Composed) -> None:
    page = render_page(binjiang.report, home="index.html", ask="/")
    assert len(parsed(page).xpath("//header/a[@href='/'] | //footer/a[@href='/']")) == 2
    assert parsed(render_page(binjiang.report, home="index.html")).xpath("//a[@href='/']") == []
