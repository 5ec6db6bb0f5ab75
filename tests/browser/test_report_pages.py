"""Report pages in a real browser: the linked sentence is in view and marked, nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from corpus.citations import cite
from corpus.cleaning import Change
from corpus.library import SHIPPED, read_library
from corpus.pages.site import Site, site_files
from corpus.pages.site_folder import write_site
from corpus.report import Report

Open = Callable[..., Any]

ATTACK = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
OLD = "wuhan-0ld00001"

VIEWS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


@dataclass(frozen=True, slots=True)
class Anchored:
    """A place on a page, as a browser opens it."""

    path: Path
    anchor: str

    def as_uri(self) -> str:
        return f"{self.path.as_uri()}#{self.anchor}"


@pytest.fixture(scope="module")
def wuhan() -> Report:
    return next(r for r in read_library([SHIPPED]).reports if r.id == "wuhan")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, wuhan: Report) -> Path:
    """The shipped reports with old ids and changes, and one that holds markup everywhere."""
    folder = tmp_path_factory.mktemp("site") / "site"
    reports = read_library([SHIPPED]).reports
    hostile = replace(
        wuhan,
        id="hostile",
        title=f"{ATTACK}</script></title>",
        city=ATTACK,
        publisher=ATTACK,
        authors=(ATTACK, "</script><!--"),
        url="javascript:document.title='owned'",
        text=wuhan.text.replace("武汉市领导", ATTACK[:5]),
    )
    passage = wuhan.passages[9]
    moved = {OLD: passage.id, f"{OLD}_s2": f"{passage.id}_s2", f"{OLD}b": passage.id}
    traces = {
        "wuhan": (Change("odd-blank", 3, "甲 乙", "甲乙"), Change("page-line", 9, "扫码", None)),
        "hostile": (Change("odd-blank", 3, ATTACK, f"{ATTACK}!"), Change(ATTACK, 4, ATTACK, None)),
    }
    write_site(site_files(Site([*reports, hostile], traces, moved)), folder)
    return folder


def marked(page: Any, selector: str) -> bool:
    """Whether an element is painted with the colour of marks, wholly within the window."""
    return bool(
        page.evaluate(
            """selector => {
              const element = document.querySelector(selector);
              const box = element.getBoundingClientRect();
              const probe = document.createElement('i');
              document.body.append(probe);
              probe.style.backgroundColor = 'var(--mark)';
              const mark = getComputedStyle(probe).backgroundColor;
              probe.remove();
              return box.top >= 0 && box.bottom <= innerHeight && box.height > 0
                && getComputedStyle(element).backgroundColor === mark;
            }""",
            selector,
        )
    )


def backgrounds(page: Any) -> int:
    """How many passages and sentences are painted at all."""
    return int(
        page.evaluate(
            """[...document.querySelectorAll('article p, article span')].filter(element =>
                 getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)').length"""
        )
    )


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_a_link_opens_with_the_sentence_in_view_and_marked(
    open_page: Open, site: Path, wuhan: Report, width: int, scheme: str
) -> None:
    path = site / "wuhan.html"
    first, middle, last = wuhan.passages[0], wuhan.passages[9], wuhan.passages[-1]
    anchor = f"{last.id}_s{len(last.sentences)}"
    opened = open_page(Anchored(path, anchor), width=width, scheme=scheme)
    page = opened.page
    for passage in (last, first, middle):
        anchor = f"{passage.id}_s{len(passage.sentences)}"
        page.goto(f"{path.as_uri()}#{anchor}")
        assert page.locator(f"#{anchor}").inner_text() == wuhan.slice(passage.sentences[-1])
        assert marked(page, f"#{anchor}")
        assert backgrounds(page) == 1
    page.goto(f"{path.as_uri()}#{middle.id}")
    assert marked(page, f"#{middle.id}")
    assert backgrounds(page) == 1
    assert opened.complaints == []
    assert opened.requests == [path.as_uri()]


def test_a_link_does_without_scripts(open_page: Open, site: Path, wuhan: Report) -> None:
    passage = wuhan.passages[-1]
    page = open_page(
        Anchored(site / "wuhan.html", f"{passage.id}_s1"), width=360, scripts=False
    ).page
    box = page.locator(f"#{passage.id}_s1").bounding_box()
    assert 0 <= box["y"] <= box["y"] + box["height"] <= 900
    page.locator(".cite summary").click()
    assert page.locator("#cite-apa").inner_text() == cite(wuhan, "apa", link=None)
    # There is no button that does nothing.
    assert page.locator("button:visible").count() == 0


def test_an_old_link_leads_to_what_took_its_place(
    open_page: Open, site: Path, wuhan: Report
) -> None:
    path, passage = site / "wuhan.html", wuhan.passages[9]
    page = open_page(Anchored(path, f"{OLD}b_s7")).page
    assert backgrounds(page) == 0
    for old, new in (
        (OLD, passage.id),
        (f"{OLD}b", passage.id),
        (f"{OLD}_s2", f"{passage.id}_s2"),
    ):
        page.goto(f"{path.as_uri()}#{old}")
        assert marked(page, f"#{new}"), old
        assert backgrounds(page) == 1


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_to_mend_and_nothing_scrolls_sideways(
    open_page: Open, site: Path, wuhan: Report, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(
        Anchored(site / "wuhan.html", f"{wuhan.passages[9].id}_s2"), width=width, scheme=scheme
    ).page
    # The other pages are made of the same parts; each is seen in one view.
    others = dict(
        zip(VIEWS, ("index.html", "cleaning.html", "404.html", "jinan.html"), strict=True)
    )
    for name in ("", others[width, scheme]):
        if name:
            page.goto((site / name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        results = Axe().run(page)
        assert results.violations_count == 0, (name, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_button_copies_a_citation(browser: Any, site: Path, wuhan: Report) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((site / "wuhan.html").as_uri())
    button = page.locator("button[data-copy=cite-bibtex]")
    assert not button.is_visible()
    page.locator(".cite summary").click()
    button.click()
    page.wait_for_function("document.querySelector('.cite .status').textContent !== ''")
    assert page.locator(".cite .status").inner_text() == "已复制 Copied"
    assert page.evaluate("navigator.clipboard.readText()") == cite(wuhan, "bibtex", link=None)
    context.close()


def test_contents_are_folded_on_a_phone_and_stand_beside_the_text_on_a_desk(
    open_page: Open, site: Path
) -> None:
    phone = open_page(site / "wuhan.html", width=360).page
    heading = phone.locator("nav a:visible", has_text="一、")
    assert heading.count() == 0
    phone.locator("nav summary").click()
    assert heading.count() == 1
    desk = open_page(site / "wuhan.html", width=1280).page
    assert not desk.locator("nav summary").is_visible()
    desk.locator("nav a:visible").last.click()
    assert desk.locator(".contents .wide").bounding_box()["y"] >= 0
    assert desk.locator("section:target h2").bounding_box()["y"] < 450


def test_print_has_the_text_alone(open_page: Open, site: Path) -> None:
    page = open_page(site / "wuhan.html", scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    for selector in ("nav", "header.site", "footer.site", "details", ".skip", "button"):
        assert page.locator(f"{selector}:visible").count() == 0, selector
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator(".original").inner_text().startswith("https://dfz.wuhan.gov.cn/")


def test_nothing_of_a_hostile_report_runs(open_page: Open, site: Path) -> None:
    opened = open_page(site / "index.html")
    page, addresses = opened.page, [(site / "index.html").as_uri()]
    assert ATTACK in page.locator("h2").last.inner_text()
    for name in ("cleaning.html", "hostile.html"):
        addresses.append((site / name).as_uri())
        page.goto(addresses[-1])
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert page.title() != "owned"
        assert page.locator("img").count() == 0
    assert opened.complaints == []
    assert opened.requests == addresses
    assert ATTACK in page.locator("h1").inner_text()
    assert ATTACK in page.locator("#changes tr").last.inner_text()
    assert page.locator("a.original").count() == 0
