"""Lines of one paragraph become one text without a blank too many or too few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.joining import display_width, join_lines


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["全市新建", "公园。"], "全市新建公园。"),
        (["the old", "town"], "the old town"),
        (["人均", "GDP", "超过"], "人均GDP超过"),
        (["他说：“", "好。”", "然后走了"], "他说：“好。”然后走了"),
        (["he said “yes”", "and left"], "he said “yes” and left"),
        (["2020-", "2021"], "2020-2021"),
        (["words -", "and more"], "words - and more"),
        (["hyphen\u00ad", "ation"], "hyphenation"),
        (["  a ", "", " b  "], "a b"),
        ([], ""),
    ],
)
def test_a_blank_parts_words_but_not_han(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


def test_two_figures_never_become_one() -> None:
    assert join_lines(["12", "34"]) == "12 34"


@given(st.lists(st.text(st.sampled_from("城市建设ab 12，。“”-\u3000"))))
def test_joining_changes_nothing_but_blanks(lines: list[str]) -> None:
    assert "".join(join_lines(lines).split()) == "".join("".join(lines).split())


def test_a_han_character_is_two_columns_wide() -> None:
    assert display_width("城市ab") == 2 * 2 + 2
    assert display_width("e\u0301") == 1
