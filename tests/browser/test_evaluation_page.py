"""The page of an evaluation in a real browser: self-contained, filterable, safe, readable."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.preloaded import commands

ROOT = Path(__file__).parents[2]

Open = Callable[..., Any]

REPORT = """2024年绥化市公共交通综述

来源：绥化日报　2024-02-18

一、线路

2024年，绥化市新辟公交线路11条，新建候车亭264座，更换电动公交车130辆。
"""

# The misses of the small set, in its order.
SMALL = ["t003", "t004", "t005", "t006", "t008", "t009"]


def shown(page: Any) -> list[str]:
    """Ids of the questions in the rows that are not hidden, from top to bottom."""
    links = page.locator("#miss-table tbody tr:visible th a")
    return [str(text) for text in links.all_text_contents()]


def open_details(page: Any) -> None:
    """Show whatever can be shown, in a window high enough for all rows to be laid out."""
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 9000})
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


def count_is(page: Any, text: str) -> None:
    """Wait until the count says so: typing is answered after a moment."""
    page.wait_for_function(
        "text => document.getElementById('count').textContent === text", arg=text
    )


def test_it_opens_from_disk_without_complaint_or_request(open_page: Open, small_page: Path) -> None:
    opened = open_page(small_page)
    assert opened.complaints == []
    assert opened.requests == [small_page.as_uri()]
    assert opened.page.locator("h1").inner_text().endswith("&amp;")
    assert shown(opened.page) == SMALL
    assert opened.page.locator("#count").inner_text() == "6 of 6 shown"


def test_a_filter_narrows_the_table_to_its_value(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page
    for field, value, ids in (
        ("step", "not_retrieved", ["t004", "t008"]),
        ("step", "not_selected", ["t003", "t009"]),
        ("step", "refused", ["t005"]),
        ("step", "answered", ["t006"]),
        ("language", "de", ["t004"]),
        ("language", "zh-Hans", ["t003", "t006", "t008", "t009"]),
        ("kind", "comparison", ["t008"]),
        # The comparison has two right reports, the unanswerable question none.
        ("reports", "shantou", ["t008"]),
        ("reports", "zhuhai", ["t003", "t004", "t005", "t008", "t009"]),
        ("reports", "", ["t006"]),
    ):
        select = page.locator(f"#filter-{field}")
        select.select_option(f"={value}")
        assert shown(page) == ids, (field, value)
        assert page.locator("#count").inner_text() == f"{len(ids)} of 6 shown"
        # The option said how many there would be.
        assert select.locator("option:checked").inner_text().endswith(f"({len(ids)})")
        select.select_option("")


def test_text_narrows_by_every_word_in_question_gold_and_extracts(
    open_page: Open, small_page: Path
) -> None:
    page = open_page(small_page).page
    page.fill("#filter-text", "GRÜNWEG")
    count_is(page, "1 of 6 shown")
    assert shown(page) == ["t004"]
    # The German row has the dike in its extract only; so does the Chinese paraphrase.
    page.fill("#filter-text", "海堤加固 18.6公里")
    count_is(page, "2 of 6 shown")
    assert shown(page) == ["t003", "t004"]
    # Full-width digits are typed in Chinese input methods.
    page.fill("#filter-text", "５１２公顷")
    count_is(page, "3 of 6 shown")
    assert shown(page) == ["t003", "t006", "t008"]
    # A name of a signal is in every row, but is not read as its text.
    page.fill("#filter-text", "coverage")
    count_is(page, "0 of 6 shown")
    assert page.locator("#none").is_visible()


def test_filters_combine_and_one_button_clears_them(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page
    page.select_option("#filter-step", "=not_selected")
    page.select_option("#filter-kind", "=name")
    page.select_option("#filter-order", "most")
    assert shown(page) == ["t009"]
    page.click("#filter-clear")
    assert shown(page) == SMALL
    assert page.locator("#count").inner_text() == "6 of 6 shown"
    assert page.evaluate("document.activeElement.id") == "filter-text"


def test_rows_are_ordered_by_confidence(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page
    page.select_option("#filter-order", "most")
    # Confidences .71, .62, .58, .44, .33, .21.
    assert shown(page) == ["t008", "t003", "t006", "t004", "t009", "t005"]
    page.select_option("#filter-order", "least")
    assert shown(page) == ["t005", "t009", "t004", "t006", "t003", "t008"]


def test_a_row_opens_its_signals_with_the_keyboard(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page
    row = page.locator("#q3")
    assert not row.locator("pre").first.is_visible()
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    extracts, passages = row.locator("pre").all_inner_texts()
    assert row.locator("pre").first.is_visible()
    # The right extract was second, the right passage fourth with a score of 1.5 - 4/20.
    assert re.search(r"first +right, 2\n", extracts)
    assert re.search(r"(?m)^coverage +0\.5 +0\.5$", extracts)
    assert re.search(r"(?m)^score +1\.45 +1\.3$", passages)


def test_a_comparison_says_which_half_is_missing(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page
    halves = page.locator("#q8 td").first.locator("li").all_text_contents()
    assert [re.sub(r"\s+", " ", half) for half in halves] == [
        "zhuhai 18.6公里",
        "shantou 9.3公里 missing",
    ]


def test_markup_in_questions_reports_and_names_stays_text(
    open_page: Open, small_page: Path
) -> None:
    opened = open_page(small_page)
    page = opened.page
    hostile = (
        '<script>document.title="owned"</script><img src=x onerror="document.title=1">"\'&amp;'
    )
    assert page.title() == f"greenways {hostile} · evaluation"
    assert page.locator("#q9 th .text").text_content() == f"哪里有{hostile}？"
    assert page.locator("#q9 li .text").text_content() == f"据{hostile}报道，绿道已建成。"
    assert hostile in page.locator("#run").inner_text()
    # One script of ours, no image; a link that would run something is none.
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    assert page.locator("#q9 td a").count() == 0
    assert page.locator("#q3 td a").first.get_attribute("href") == (
        "https://reports.example/zhuhai.html#zhuhai-0000002a_s1"
    )
    assert opened.complaints == []


def test_no_script_but_the_page_s_own_runs(open_page: Open, small_page: Path) -> None:
    opened = open_page(small_page)
    opened.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'injected'";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "https://reports.example/pixel.png";
          document.body.append(image);
        }"""
    )
    opened.page.wait_for_timeout(100)
    assert opened.page.title() != "injected"
    assert len(opened.complaints) >= 2
    assert all("Content Security Policy" in complaint for complaint in opened.complaints)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing_to_mend(
    open_page: Open, small_page: Path, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(small_page, width=width, scheme=scheme).page
    open_details(page)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_page_never_scrolls_sideways(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page
    open_details(page)
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 9000})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_dark_system_gets_a_dark_page(open_page: Open, small_page: Path) -> None:
    page = open_page(small_page).page

    def brightness(what: str) -> float:
        colour = page.evaluate(f"getComputedStyle(document.body)['{what}']")
        return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3

    assert brightness("color") < 60 < 200 < brightness("backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert brightness("backgroundColor") < 60 < 200 < brightness("color")


def test_without_scripts_everything_is_there_but_the_filters(
    open_page: Open, small_page: Path
) -> None:
    page = open_page(small_page, scripts=False).page
    assert not page.locator("#filters").is_visible()
    assert shown(page) == SMALL
    assert page.locator("svg.plot").count() == 4


def test_three_thousand_misses_are_filtered_at_once(open_page: Open, large_page: Path) -> None:
    opened = open_page(large_page)
    page = opened.page
    assert page.locator("#count").inner_text() == "3000 of 3000 shown"
    started = time.perf_counter()
    # Every other one of the misses has no passage that answers.
    page.select_option("#filter-step", "=not_retrieved")
    assert page.locator("#count").inner_text() == "1500 of 3000 shown"
    # Question 1200 is even; 1201 is the only row with its name.
    page.fill("#filter-text", "第1201条")
    count_is(page, "1 of 3000 shown")
    assert shown(page) == ["t1201"]
    page.click("#filter-clear")
    count_is(page, "3000 of 3000 shown")
    # Less than a second when nothing else runs: rows far from the window are not laid out.
    assert time.perf_counter() - started < 20
    assert opened.complaints == []


def test_an_extract_leads_to_its_sentence_in_the_page_of_its_report(
    open_page: Open, tmp_path: Path
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "suihua.txt").write_text(REPORT, encoding="utf-8")
    # The report does not say so: a miss, for whatever is shown.
    question = {"question": "绥化市新建了多少座候车亭？", "report": "suihua", "answer": "999座"}
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(question), encoding="utf-8")
    out = tmp_path / "out"
    done = commands.run(
        ["eval", str(questions), "--corpus", str(reports), "--out", str(out)],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CITYQA_")},
            "CITYQA_CACHE": str(tmp_path / "cache"),
            "CITYQA_STATE": str(tmp_path / "state"),
        },
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    page = open_page(out / "report.html").page
    shown_first = page.locator("#q1 li").first
    text = shown_first.locator(".text").text_content()
    assert "264座" in text
    shown_first.locator("a").click()
    page.wait_for_url(re.compile(r"/pages/.*#"))
    assert text in page.locator(":target").inner_text()
