"""Buttons and their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Action, CallbackData, data
from bot.cleaning import clean, is_invisible
from bot.limits import BUTTON_TEXT, BUTTONS, KEYBOARD_BYTES
from bot.splitting import label
from qa.feedback.ratings import Rating

Row = list[InlineKeyboardButton]

RATING_LETTERS: Mapping[Rating, str] = {"helpful": "h", "wrong_source": "w", "not_an_answer": "n"}
"""How buttons of ``Action.RATE`` name a rating."""

_T = TypeVar("_T")


def press(text: str, action: Action, *fields: str | int) -> InlineKeyboardButton:
    """A button that does something in the chat.

    Raises:
        ValueError: as ``bot.callback_data.data``.
    """
    return InlineKeyboardButton(_shown(text), callback_data=data(action, *fields))


def lead(text: str, url: str) -> InlineKeyboardButton:
    """A button that leads to an address; ``bot.addresses.is_web`` tells whether it may."""
    return InlineKeyboardButton(_shown(text), url=url)


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Row]:
    """Rows of up to ``width`` buttons."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def keyboard(*rows: Iterable[InlineKeyboardButton]) -> InlineKeyboardMarkup | None:
    """The rows that are not empty, or none where all are; no more than Telegram takes."""
    kept: list[Row] = []
    count = size = 0
    for row in map(list, rows):
        count += len(row)
        size += sum(map(weight, row))
        if count > BUTTONS or size > KEYBOARD_BYTES:
            break
        if row:
            kept.append(row)
    return InlineKeyboardMarkup(kept) if kept else None


def weight(button: InlineKeyboardButton) -> int:
    """Bytes of UTF-8 that a button adds to its keyboard."""
    target = button.callback_data if isinstance(button.callback_data, str) else button.url
    return len(button.text.encode()) + len((target or "").encode())


def clamp(page: int, pages: int) -> int:
    """The page nearest to the one asked for, from 0."""
    return max(0, min(page, pages - 1))


def page_of(items: Sequence[_T], page: int, size: int) -> tuple[Sequence[_T], int, int]:
    """The items of a page, its number from 0 as clamped, and how many pages there are."""
    pages = max(1, -(-len(items) // size))
    page = clamp(page, pages)
    return items[page * size : (page + 1) * size], page, pages


def pager(action: Action, page: int, pages: int, *fields: str) -> Row:
    """Previous, where one is, next; no buttons where there is one page.

    Args:
        action: whose last field is the page.
        page: from 0.
        pages: how many there are.
        fields: of the action, before the page.
    """
    if pages < 2:
        return []
    row = []
    if page > 0:
        row.append(press("◀", action, *fields, page - 1))
    row.append(press(f"{page + 1} / {pages}", Action.NOTHING))
    if page < pages - 1:
        row.append(press("▶", action, *fields, page + 1))
    return row


def actions(buttons: Iterable[InlineKeyboardButton]) -> set[Action]:
    """What some buttons do; those that lead to an address do nothing."""
    carried = (button.callback_data for button in buttons)
    parsed = (CallbackData.parse(one) for one in carried if isinstance(one, str))
    return {one.action for one in parsed if one is not None}


def _shown(text: str) -> str:
    text = label(clean(text), BUTTON_TEXT)
    return "…" if is_invisible(text) else text
