"""Keyboards hold no more than Telegram takes."""

from __future__ import annotations

from bot.callback_data import Action
from bot.keyboards import clamp, in_rows, keyboard, lead, page_of, pager, press
from bot.limits import KEYBOARD_BYTES
from tests.bot.sendable import check_keyboard


def test_a_label_is_one_line_and_never_empty() -> None:
    assert press("a\n\tb\x00", Action.NOTHING).text == "a b"
    assert press("\u200b", Action.NOTHING).text == "…"
    assert lead("长" * 65, "https://example.org").text == "长" * 63 + "…"


def test_rows_beyond_the_limits_are_left_out() -> None:
    row = [press("x", Action.NOTHING)] * 8
    made = keyboard([], *[row] * 20)
    check_keyboard(made)
    # 12 rows of 8 are 96 buttons; a 13th would make them 104.
    assert made is not None
    assert len(made.inline_keyboard) == 12
    heavy = [lead("x", "https://example.org/" + "y" * 1979)]  # 2,000 bytes with its label
    made = keyboard(*[heavy] * 9)
    assert made is not None
    assert len(made.inline_keyboard) == KEYBOARD_BYTES // 2000 == 4
    assert keyboard([], []) is None


def test_pages_are_clamped() -> None:
    assert [clamp(page, 3) for page in (-1, 0, 2, 3, 10**20)] == [0, 0, 2, 2, 2]
    assert clamp(5, 0) == 0
    assert page_of("abcde", 9, 2) == ("e", 2, 3)
    assert page_of("", 9, 2) == ("", 0, 1)


def test_a_pager_shows_where_one_is_and_what_there_is_beside_it() -> None:
    def texts(page: int, pages: int) -> list[str]:
        return [button.text for button in pager(Action.REPORTS, page, pages)]

    assert texts(0, 1) == []
    assert texts(0, 3) == ["1 / 3", "▶"]
    assert texts(1, 3) == ["◀", "2 / 3", "▶"]
    assert texts(2, 3) == ["◀", "3 / 3"]
    before, _, behind = pager(Action.CONTENTS, 1, 3, "wuhan")
    assert (before.callback_data, behind.callback_data) == ("t:wuhan:0", "t:wuhan:2")


def test_buttons_are_laid_out_in_rows() -> None:
    buttons = [press(str(number), Action.NOTHING) for number in range(5)]
    assert [len(row) for row in in_rows(buttons, 2)] == [2, 2, 1]
    assert in_rows([], 2) == []
