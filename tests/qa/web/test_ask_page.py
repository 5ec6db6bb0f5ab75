"""The page to ask on, as a browser without scripts gets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html as parsing

from qa.web.rendering import digest
from tests.qa.web.serving import ABSENT, ANSWER, QUESTION, Site

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def page(site: Site, path: str = "/", **options: Any) -> Any:
    answer = site.get(path, **options)
    assert answer.status_code == 200, answer.text
    return parsing.fromstring(answer.text)


def asked(site: Site, question: str = QUESTION, **more: Any) -> Any:
    return page(site, params={"q": question, "lang": "en", **more})


def text(found: Any) -> str:
    return " ".join(found.text_content().split())


def test_an_answer_shows_extracts_with_marks_sources_and_links(site: Site) -> None:
    found = asked(site)
    first = found.cssselect("article")[0]
    quote = first.cssselect("blockquote")[0]
    assert ANSWER in quote.text_content()
    assert quote.get("lang") == "zh-Hans"
    # 老旧小区 and 改造 stand side by side in the report, so they are marked as one.
    assert "老旧小区改造" in [mark.text for mark in quote.cssselect("mark")]
    source = text(first.cssselect(".source")[0])
    assert source.startswith("武汉市 · 《2021年武汉市党史学习教育情况综述（摘编）》 · digest of")
    assert "2022-10-27" in source
    link, original = (a.get("href") for a in first.cssselect(".links a"))
    assert re.fullmatch(r"/wuhan\.html#wuhan-[0-9a-f]{8}_s\d+", link)
    assert original.startswith("https://dfz.wuhan.gov.cn/")


def test_a_link_leads_to_a_page_where_the_sentence_has_that_name(site: Site) -> None:
    link = asked(site).cssselect(".links a")[0].get("href")
    path, _, anchor = link.partition("#")
    (sentence,) = page(site, path).cssselect(f"#{anchor}")
    assert ANSWER in sentence.text_content()
    assert site.get(f"/reports{path}").text == site.get(path).text


def test_the_question_is_in_the_address_and_again_in_the_form(site: Site) -> None:
    found = asked(site, city=["武汉", "武汉市"])
    form = found.cssselect("form.ask")[0]
    assert form.get("method") == "get"
    assert form.cssselect("#q")[0].get("value") == QUESTION
    assert [box.get("value") for box in form.cssselect("input:checked")] == ["武汉市"]
    assert form.cssselect("input[name=lang]")[0].get("value") == "en"
    assert form.cssselect("label[for=q]")


def test_a_city_narrows_the_search(site: Site) -> None:
    cities = {text(s) for s in asked(site, "改造了什么？", city="娄底").cssselect(".source > span")}
    assert "娄底市" in cities
    assert "武汉市" not in cities


def test_the_ranking_and_citations_are_there_on_demand(site: Site) -> None:
    first = asked(site).cssselect("article")[0]
    cite, why = first.cssselect("details")
    assert cite.get("open") is why.get("open") is None
    assert [text(dt) for dt in cite.cssselect("dt")] == ["GB/T 7714", "APA", "BibTeX", "Link"]
    assert cite.cssselect("code")[3].text.startswith(f"{site.address}/wuhan.html#")
    passage, extract = why.cssselect("table")
    rows = {text(tr.cssselect("th")[0]) for tr in passage.cssselect("tbody tr")}
    assert {"fused", "dense", "sentence", "lexical"} <= rows
    added = [text(td) for td in extract.cssselect("tbody td:last-child")]
    assert all(re.fullmatch(r"[+-]\d+\.\d{3}", value) for value in added)
    # Largest first.
    sizes = [abs(float(value)) for value in added]
    assert sizes == sorted(sizes, reverse=True)


def test_a_refusal_says_so_and_offers_the_nearest_as_unconfirmed(site: Site) -> None:
    results = asked(site, ABSENT).cssselect("#results")[0]
    assert text(results.cssselect("h2")[0]) == "No report covers 广州."
    assert "Nearest passages, unconfirmed:" in text(results)
    assert "武汉市" in text(results.cssselect("p > span[lang=zh]")[0])
    # An extract of a refusal is no answer to be rated; the refusal is.
    assert [b.get("value") for b in results.cssselect("button[name=rating]")] == [
        "helpful",
        "not_an_answer",
    ]


def test_typing_errors_that_were_mended_are_told(site: Site) -> None:
    results = asked(site, "武汉改早了多少个老旧小区？").cssselect("#results")[0]
    assert "Read as: 武汉改造了多少个老旧小区" in text(results)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK;q=0.8, en;q=0.7", "zh-Hant"),
        ("de-DE, en;q=0.5", "en"),
        ("fr", "en"),
        ("en;q=0, zh", "zh-Hans"),
        ("q=;;;,,zh-Hant-TW;q=nonsense", "en"),
        ("", "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_wants(
    site: Site, header: str, lang: str
) -> None:
    answer = site.get("/", headers={"Accept-Language": header})
    assert parsing.fromstring(answer.text).get("lang") == lang
    assert answer.headers["Content-Language"] == lang
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_address_goes_before_the_browser_and_every_page_leads_to_the_others(
    site: Site,
) -> None:
    for spelt, lang in (("zh_Hans", "zh-Hans"), ("zh-CN", "zh-Hans"), ("ZH-TW", "zh-Hant")):
        found = page(site, params={"lang": spelt}, headers={"Accept-Language": "en"})
        assert found.get("lang") == lang
    found = page(site, params={"q": QUESTION, "lang": "zh-Hant"}, headers={"Accept-Language": "en"})
    assert found.get("lang") == "zh-Hant"
    links = found.cssselect("header nav a")
    assert [a.get("lang") for a in links] == ["zh-Hans", "zh-Hant", "en"]
    for link in links:
        other = page(site, link.get("href"))
        assert other.get("lang") == link.get("lang")
        assert other.cssselect("#q")[0].get("value") == QUESTION


def test_whoever_asks_nothing_gets_questions_that_are_answered(site: Site) -> None:
    found = page(site, params={"lang": "zh-Hans"})
    examples = found.cssselect("section ul a")
    assert len(examples) == 4
    answer = page(site, examples[0].get("href"))
    assert answer.cssselect("#q")[0].get("value") == examples[0].text
    assert not answer.cssselect("button[value=helpful]")


def test_markup_in_a_question_stays_text(site: Site) -> None:
    for field in ({"q": HOSTILE}, {"q": f"武汉{HOSTILE}"}, {"q": "武汉", "city": HOSTILE}):
        answer = site.get("/", params=field)
        assert "<script>alert" not in answer.text
        assert not parsing.fromstring(answer.text).cssselect("img, script[src], [onerror]")


def test_a_question_that_cannot_be_asked_is_told_so(site: Site) -> None:
    long = site.get("/", params={"q": "问" * 2001, "lang": "en"})
    assert long.status_code == 422
    assert "has 2,001 characters, and I read up to 2,000" in long.text
    strange = site.get("/", params={"q": QUESTION, "city": "亚特兰蒂斯", "lang": "en"})
    assert strange.status_code == 404
    assert "No report covers 亚特兰蒂斯." in strange.text
    # Nothing but marks is no question.
    assert not page(site, params={"q": "？！"}).cssselect("article")


def test_half_a_character_or_a_control_character_in_an_address_is_no_fault(site: Site) -> None:
    for query in (
        "q=%ED%A0%80&city=%00",
        "q=%00%1b%9d",
        "q=%ff%fe&lang=%00",
        "q=a&rated=%ED%A0%80",
    ):
        assert site.get(f"/?{query}").status_code in (200, 404)


def test_a_page_may_do_nothing_but_what_its_template_does(site: Site) -> None:
    answer = site.get("/", params={"q": QUESTION})
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert policy["style-src"] == digest(style)
    assert policy["script-src"] == digest(script)
    assert " style=" not in answer.text
    for path in ("/", "/wuhan.html", "/v1/reports", "/nothing", "/healthz"):
        headers = site.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_a_host_that_is_none_is_not_repeated(site: Site) -> None:
    for host in ("evil.example/<b>", "[", "a b", "x" * 300):
        answer = site.get("/", params={"q": QUESTION}, headers={"Host": host})
        assert answer.status_code in (200, 400)
        assert "evil.example" not in answer.text
