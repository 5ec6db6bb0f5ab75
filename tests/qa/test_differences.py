"""Changes are shown with a little text around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.differences import CONTEXT, LONGEST
from qa.cli.differences import changed_parts

LEFT = "甲" * (CONTEXT + 5)
RIGHT = "乙" * (CONTEXT + 5)


def test_a_change_is_shown_with_its_surroundings() -> None:
    shown = list(changed_parts(f"{LEFT}1。1万{RIGHT}", f"{LEFT}1.1万{RIGHT}"))
    before = f"…{'甲' * (CONTEXT - 1)}1。1万{'乙' * (CONTEXT - 2)}…"
    assert shown == [(before, before.replace("。", "."))]


def test_changes_far_apart_are_shown_apart() -> None:
    middle = "丙" * (3 * CONTEXT)
    assert len(list(changed_parts(f"?{middle}?", middle))) == 2
    assert len(list(changed_parts(f"?{middle[:CONTEXT]}?", middle[:CONTEXT]))) == 1


def test_equal_texts_have_no_changes() -> None:
    assert list(changed_parts(LEFT, LEFT)) == []


def test_a_very_long_text_is_shown_whole() -> None:
    text = "丁" * (LONGEST + 1)
    assert list(changed_parts(text, "")) == [(text, "")]


@given(st.text("ab1。.", max_size=60), st.text("ab1。.", max_size=60))
def test_what_is_shown_stands_in_the_texts(before: str, after: str) -> None:
    for old, new in changed_parts(before, after):
        assert old.strip("…") in before
        assert new.strip("…") in after
