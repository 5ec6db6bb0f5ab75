"""On the page and in the interface, questions are kept to cities, years and publishers, also where
there are many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html as parsing

from corpus.compose import compose
from corpus.raw import Line, RawReport
from corpus.report import Report
from embeddings.build import build_index
from embeddings.embedder import Embedder
from qa.web.narrowing import MOST, Narrowing
from tests.qa.web.conftest import Serve
from tests.qa.web.serving import QUESTION, Site, serving, settings_in

NONE_FITS = "No report fits these years and publishers."
NAMES = [f"{first}{second}市" for first in "甲乙丙丁戊己庚" for second in "东南西北中山水河湖"]
"""63 cities."""


def shown(site: Site, status: int = 200, **query: Any) -> Any:
    answer = site.get("/", params={"q": QUESTION, "lang": "en", **query})
    assert answer.status_code == status, answer.text
    return parsing.fromstring(answer.text)


def checked(page: Any, name: str) -> list[str]:
    return [box.get("value") for box in page.cssselect(f"input[name={name}]:checked")]


def typed(page: Any, name: str) -> list[str]:
    return [field.get("value") for field in page.cssselect(f"input[type=text][name={name}]")]


def offered(page: Any, name: str) -> list[str]:
    (field, *_) = page.cssselect(f"input[name={name}]")
    return [option.get("value") for option in page.cssselect(f"#{field.get('list')} option")]


def test_a_year_and_a_publisher_narrow_the_search_and_stay_in_the_form(site: Site) -> None:
    page = shown(site, year=["２０２２", "2022"], publisher="地方志")
    publishers = {one.text for one in page.cssselect(".source > span[lang]:nth-of-type(2)")}
    assert publishers == {"武汉市地方志编纂委员会办公室"}
    assert checked(page, "year") == ["2022"]
    # One more publisher can be named.
    assert typed(page, "publisher") == ["地方志", ""]
    assert [box.get("value") for box in page.cssselect("input[name=year]")] == ["2022", "2021"]
    assert "张掖日报" in offered(page, "publisher")


def test_nothing_is_narrowed_where_nothing_is_chosen(site: Site) -> None:
    page = shown(site, year="", publisher=" ", city="")
    assert checked(page, "year") == checked(page, "city") == []
    assert typed(page, "publisher") == [""]
    assert not page.cssselect("form.ask details[open]")
    assert page.cssselect("article")


def test_addresses_of_other_languages_and_the_way_back_from_a_rating_keep_all(
    serve: Serve,
) -> None:
    kept = {"city": ["武汉"], "year": ["2021", "2022"], "publisher": ["地方志", "武汉市"]}
    with serve() as site:
        page = shown(site, **kept)
        for link in page.cssselect("header nav a"):
            query = parse_qs(urlsplit(link.get("href")).query)
            assert query == {"q": [QUESTION], "lang": [link.get("lang")], **kept}
        fields = {one.get("name"): one.get("value") for one in page.cssselect("#rate input")}
        back = site.post("/feedback", data={**fields, "rating": "helpful.1"})
        assert back.status_code == 303
        query = parse_qs(urlsplit(back.headers["Location"]).query)
        assert query == {"q": [QUESTION], "lang": ["en"], "rated": ["helpful.1"], **kept}


@pytest.mark.parametrize(
    "query",
    [
        {"year": "1999"},
        {"year": "next"},
        {"year": "<b>"},
        {"publisher": "Nobody"},
        {"year": "2022", "publisher": "娄底日报"},
        {"year": "2022", "city": "娄底"},
    ],
)
def test_the_page_says_where_no_report_fits(site: Site, query: dict[str, str]) -> None:
    page = shown(site, 404, **query)
    assert page.cssselect("p.told")[0].text.startswith(NONE_FITS)
    assert not page.cssselect("article")


def test_an_address_with_too_much_is_cut_and_not_a_fault(site: Site) -> None:
    given = Narrowing(publishers=tuple(chr(0x4E00 + n) * 200 for n in range(MOST + 5)))
    page = shown(site, 404, publisher=list(given.publishers))
    assert typed(page, "publisher") == [name[:100] for name in given.publishers[:MOST]] + [""]


# The JSON interface


def test_years_and_publishers_are_as_asked_in_the_interface(site: Site) -> None:
    body = {"question": QUESTION, "years": [2022], "publishers": ["Nobody", "地方志"]}
    problem = site.post("/v1/ask", json=body)
    assert problem.status_code == 404
    assert "no report was published by Nobody" in problem.json()["detail"]
    given = site.post("/v1/ask", json={**body, "publishers": ["地方志"], "top": 5}).json()
    assert {one["report"] for one in given["extracts"] + given["nearest"]} == {"wuhan"}
    assert site.post("/v1/ask", json={"question": QUESTION, "years": [1999]}).status_code == 404


@pytest.mark.parametrize("years", ["2021", [1899], [2101], ["2021"], [True], [2021.5], [2021] * 21])
def test_what_is_no_list_of_years_is_not_as_described(site: Site, years: object) -> None:
    answer = site.post("/v1/ask", json={"question": QUESTION, "years": years})
    assert answer.status_code == 422
    assert "years" in answer.json()["detail"]


# Many cities


def report_of(number: int, city: str) -> Report:
    lines = (Line(f"全市新建公园{number + 10}个。", 1),)
    front: dict[str, object] = {"city": city, "title": f"{city}综述"}
    raw = RawReport(
        f"r{number}.md", f"r{number}", "markdown", "utf-8", "0" * 64, lines, front, True
    )
    return compose(raw).report


@pytest.fixture(scope="module")
def many(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of the reports of 63 cities."""
    folder = tmp_path_factory.mktemp("many")
    reports = [report_of(number, city) for number, city in enumerate(NAMES)]
    build_index(reports, embedder, folder / "index")
    with serving(settings_in(folder, folder / "index"), embedder) as started:
        yield started


def test_names_of_many_cities_are_typed_and_offered(many: Site) -> None:
    page = shown(many, city=["丙河市", "甲东市"])
    assert typed(page, "city") == ["丙河市", "甲东市", ""]
    assert offered(page, "city") == NAMES
    assert not page.cssselect("input[type=checkbox]")
    # Neither years nor publishers: nothing to choose.
    assert not page.cssselect("input[name=year], input[name=publisher]")
    assert {one.text for one in page.cssselect(".source > span:first-child")} <= {
        "丙河市",
        "甲东市",
    }


def test_of_many_cities_two_dozen_are_named(many: Site) -> None:
    page = shown(many, q="广州有多少条地铁？")
    (line,) = (p for p in page.cssselect("#results p") if "cover:" in (p.text or ""))
    assert line.text_content() == f"The reports cover: {'、'.join(NAMES[:24])}, and 39 more"
    asked = {"question": QUESTION, "cities": ["Atlantis"]}
    detail = many.post("/v1/ask", json=asked).json()["detail"]
    assert detail.endswith(f"the reports cover {'、'.join(NAMES[:24])} and 39 more")
