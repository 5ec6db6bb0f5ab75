"""The page to ask on in a real browser: from a question to the sentence it is answered by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from embeddings.builtin import BuiltinEmbedder
from tests.qa.web.serving import ABSENT, ANSWER, QUESTION, Site, serving, settings_in

Open = Callable[..., Any]

SIZES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of the shipped reports."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    # The index of the end-to-end tests: whoever comes first builds it, the others wait.
    settings = settings_in(tmp_path_factory.mktemp("asked"), None, cache=base / "shipped" / "cache")
    with serving(settings, BuiltinEmbedder()) as started:
        yield started


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Open]:
    """Open a page of the server; what it complains of or asks of others is a failure at the end."""
    contexts, complaints = [], []

    def call(path: str = "/", *, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site.address, "data:"))
                else complaints.append(request.url)
            ),
        )
        page.goto(site.address + path)
        return page

    yield call
    for context in contexts:
        context.close()
    assert complaints == []


def submit(page: Any, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("#results h2")


def violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def in_view(page: Any, locator: Any) -> bool:
    box = locator.bounding_box()
    height = page.viewport_size["height"]
    return bool(box and box["y"] >= 0 and box["y"] + box["height"] <= height)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_from_a_question_a_citation_leads_to_the_marked_sentence(
    visit: Open, width: int, scheme: str
) -> None:
    page = visit("/?lang=en", width=width, scheme=scheme)
    assert violations(page) == []
    submit(page, QUESTION)
    assert parse_qs(urlsplit(page.url).query) == {"q": [QUESTION], "lang": ["en"]}
    first = page.locator("article").first
    assert ANSWER in first.locator("blockquote").inner_text()
    # Whatever can be shown is shown, for what is hidden is not looked at.
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    first.get_by_role("link", name="Read it in the report").click()
    page.wait_for_url("**/wuhan.html#*")
    sentence = page.locator(":target")
    assert ANSWER in sentence.inner_text()
    page.wait_for_function(
        "() => { const box = document.querySelector(':target').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    assert in_view(page, sentence)
    background = "node => getComputedStyle(node).backgroundColor"
    assert sentence.evaluate(background) != page.locator("body").evaluate(background)
    assert sentence.evaluate(background) != "rgba(0, 0, 0, 0)"
    assert violations(page) == []


def test_all_of_it_works_without_scripts(visit: Open, site: Site) -> None:
    page = visit("/?lang=en", java_script_enabled=False)
    submit(page, QUESTION)
    first = page.locator("article").first
    first.get_by_text("Why this one?").click()
    assert first.locator("table").first.is_visible()
    first.get_by_text("Cite", exact=True).click()
    assert "@techreport" in first.locator("dl.cite").inner_text()
    assert first.get_by_role("button", name="Copy").count() == 0
    first.get_by_role("button", name="Helpful").click()
    page.wait_for_selector("[role=status]")
    assert page.locator("[role=status]").inner_text() == "Thank you. It is noted."
    assert ANSWER in page.locator("article").first.inner_text()


def test_all_of_it_works_with_the_keyboard_alone(visit: Open) -> None:
    page = visit("/?lang=en")

    def focused() -> str:
        return str(
            page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")
        )

    def tab_to(text: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if focused() == text:
                return
        raise AssertionError(f"{text} is not reached")

    tab_to("q")
    page.keyboard.insert_text(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("article")
    page.keyboard.press("Tab")
    assert focused() == "Skip to the answer"
    # What has the focus is seen to have it.
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    tab_to("Why this one?")
    page.keyboard.press("Enter")
    assert page.locator("article table").first.is_visible()
    page.keyboard.press("Enter")
    tab_to("Helpful")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    tab_to("Read it in the report")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wuhan.html#*")


def test_a_city_can_be_chosen_and_stays_chosen(visit: Open) -> None:
    page = visit("/?lang=zh-Hans")
    page.get_by_text("只查这些城市").click()
    page.get_by_label("娄底市").check()
    page.get_by_label("你的问题").fill("新增了多少个学位？")
    page.get_by_role("button", name="提问").click()
    page.wait_for_selector("article")
    assert page.get_by_label("娄底市").is_checked()
    assert {"娄底市"} == set(page.locator(".source > span:first-child").all_inner_texts())
    page.get_by_role("link", name="繁體中文").click()
    page.wait_for_selector("html[lang=zh-Hant]")
    assert page.get_by_label("娄底市").is_checked()


def test_a_year_and_a_publisher_can_be_chosen_and_stay_chosen(visit: Open) -> None:
    page = visit("/?lang=zh-Hant", width=360)
    page.get_by_text("只查某些年份或發布單位").click()
    page.get_by_label("2022").check()
    page.get_by_label("發布單位，寫一部分也可以").fill("地方志")
    page.get_by_label("你的問題").fill(QUESTION)
    page.get_by_role("button", name="提問").click()
    page.wait_for_selector("article")
    assert page.get_by_label("2022").is_checked()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.get_by_label("2022").is_checked()
    fields = page.get_by_label("Publisher, or part of its name")
    assert [field.input_value() for field in fields.all()] == ["地方志", ""]


def test_a_citation_is_copied_where_scripts_run(visit: Open) -> None:
    page = visit("/?lang=en", permissions=["clipboard-read", "clipboard-write"])
    submit(page, QUESTION)
    first = page.locator("article").first
    first.get_by_text("Cite", exact=True).click()
    first.get_by_role("button", name="Copy").first.click()
    first.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == first.locator("dl.cite code").first.inner_text()


@pytest.mark.parametrize(("width", "scheme"), SIZES[1:3])
def test_a_refusal_is_read_as_one(visit: Open, width: int, scheme: str) -> None:
    page = visit("/?lang=en", width=width, scheme=scheme)
    submit(page, ABSENT)
    assert page.locator("#results h2").inner_text() == "No report covers 广州."
    assert violations(page) == []
    page.get_by_role("button", name="No, a report tells").click()
    page.wait_for_selector("[role=status]")
    assert violations(page) == []


def test_a_page_that_is_not_there_says_so(visit: Open) -> None:
    page = visit("/?lang=en")
    answer = page.request.get(page.url.partition("?")[0] + "nothing?lang=en")
    assert answer.status == 404
    page.set_content(answer.text())
    assert page.locator("h1").inner_text() == "There is no such page here."
