"""What cleaning changed, on the page: escaped, marked, and bounded."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from corpus.cleaning import Change
from corpus.cleaning.rules import RULES
from corpus.compose import Composed
from corpus.differences import as_it_is, as_it_was, changed_places
from corpus.pages import render_page
from corpus.pages.changes import MOST_CHARS, MOST_ROWS, changes_of
from corpus.pages.plain_rules import PLAIN


def rows(page: str) -> list[list[str]]:
    table = html.document_fromstring(page).xpath("//details[@id='changes']//tbody/tr")
    return [[cell.text_content() for cell in row.xpath("./td")] for row in table]


def test_a_mended_figure_is_shown_raw_and_cleaned(binjiang: Composed) -> None:
    page = render_page(binjiang.report, trace=binjiang.trace)
    tree = html.document_fromstring(page)
    (row,) = (row for row in rows(page) if row[1] == "broken-decimal")
    # Line 5 of the file, ten characters around.
    assert row == [
        "5",
        "broken-decimal",
        "栽种香樟树1。8万株，新建街头花园…",
        "栽种香樟树1.8万株，新建街头花园…",
    ]
    assert "。" in [element.text for element in tree.xpath("//del")]
    assert "." in [element.text for element in tree.xpath("//ins")]


def test_a_page_without_a_trace_says_nothing_of_cleaning(binjiang: Composed) -> None:
    assert not html.document_fromstring(render_page(binjiang.report)).xpath(
        "//details[@id='changes']"
    )


def test_a_removed_line_is_told_as_removed() -> None:
    changes = changes_of([Change("page-line", 3, "<b>扫码</b>", None)])
    (row,) = changes.rows
    assert row.removed
    assert as_it_was(row.place) == "<b>扫码</b>"


def test_thousands_of_changes_and_long_lines_stay_small_and_quick(binjiang: Composed) -> None:
    # Repeated characters are what comparing texts is slowest at.
    trace = [Change("odd-blank", number, "甲 " * 900, "甲" * 900) for number in range(5000)]
    trace += [Change("page-line", 0, "长" * 1_000_000, None)]
    start = time.perf_counter()
    changes = changes_of(trace)
    assert time.perf_counter() - start < 5
    assert changes.total == 5001
    assert changes.by_rule == (("odd-blank", 5000), ("page-line", 1))
    assert len(changes.rows) == MOST_ROWS
    assert all(len(piece.text) <= MOST_CHARS + 3 for row in changes.rows for piece in row.place)
    page = render_page(binjiang.report, trace=trace)
    assert len(page) < 500_000
    assert f"+ {changes.left_out}" in page


def test_every_rule_is_explained_in_plain_words() -> None:
    assert [rule.name for rule in RULES] == list(PLAIN)


def test_places_are_told_with_the_text_around_them() -> None:
    before = "〇一二三四五六七八九" * 3 + "错" + "〇一二三四五六七八九" * 3
    after = before.replace("错", "对")
    (place,) = changed_places(before, after)
    assert as_it_was(place) == "…〇一二三四五六七八九错〇一二三四五六七八九…"
    assert as_it_is(place) == "…〇一二三四五六七八九对〇一二三四五六七八九…"
    # Twenty characters apart: one place; one more: two.
    assert len(list(changed_places("甲" + "同" * 20 + "乙", "丙" + "同" * 20 + "丁"))) == 1
    assert len(list(changed_places("甲" + "同" * 21 + "乙", "丙" + "同" * 21 + "丁"))) == 2
    assert list(changed_places("同", "同")) == []


@settings(deadline=None, max_examples=150)
@given(st.text("甲乙丙。 ", max_size=60), st.text("甲乙丙。 ", max_size=60))
def test_places_hold_pieces_of_both_texts(before: str, after: str) -> None:
    places = list(changed_places(before, after))
    assert bool(places) == (before != after)
    for place in places:
        was, now = as_it_was(place).strip("…"), as_it_is(place).strip("…")
        assert was in before
        assert now in after
    if len(places) == 1:
        # The place with its context, put in the place of what it was, makes the new text.
        assert any(
            before[:start] + now + before[start + len(was) :] == after
            for start in range(len(before) + 1)
            if before.startswith(was, start)
        )


def test_the_fewest_characters_are_told_as_changed() -> None:
    # 学(xue)习 to 学习: the five characters of the gloss, and no others.
    (place,) = changed_places("学(xué)习(xí)好", "学习好")
    assert [piece.text for piece in place if piece.kind == "gone"] == ["(xué)", "(xí)"]
    assert not any(piece.kind == "new" for piece in place)
    # kitten to sitting: three letters changed or added (Levenshtein); as gone and new, 2 and 3.
    (place,) = changed_places("kitten", "sitting")
    assert sum(len(piece.text) for piece in place if piece.kind == "gone") == 2
    assert sum(len(piece.text) for piece in place if piece.kind == "new") == 3
