"""What Telegram refuses in the buttons under a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.telegram_server.checks import check_url
from tests.telegram_server.parameters import Parameters
from tests.telegram_server.refusals import bad

BUTTONS = 100
ROW = 8
DATA_BYTES = 64
KEYBOARD_BYTES = 10_000
"""Of labels, data and addresses; found by trying, since Telegram documents no figure."""

SWITCH_QUERY = 256
COPY_TEXT = 256

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def reply_markup(params: Parameters, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The buttons of a request, or none.

    Raises:
        Refused: the structure, a button, its data or its address is wrong.
    """
    value = params.json("reply_markup", dict)
    if value is None or value == {}:
        return None
    if "inline_keyboard" not in value:
        if inline_only or not any(name in value for name in OTHER_MARKUPS):
            raise bad("object expected as reply markup")
        return None
    check_inline_keyboard(value["inline_keyboard"])
    return {"inline_keyboard": value["inline_keyboard"]} if value["inline_keyboard"] else None


def check_inline_keyboard(rows: Any) -> None:
    """Rows of buttons.

    Raises:
        Refused: as ``reply_markup``.
    """
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse inline keyboard: expected an Array of Arrays")
    for row in rows:
        if not row:
            raise bad("can't parse inline keyboard: a row is empty")
        if len(row) > ROW:
            raise bad(f"can't parse inline keyboard: {len(row)} buttons in a row, of at most {ROW}")
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > BUTTONS:
        raise bad("reply markup is too long")
    if sum(_bytes(button) for row in rows for button in row) > KEYBOARD_BYTES:
        raise bad("REPLY_MARKUP_TOO_LONG")


def _bytes(button: Mapping[str, Any]) -> int:
    return sum(len(value.encode()) for value in button.values() if isinstance(value, str))


def _check_button(button: Any) -> None:
    wrong = "can't parse inline keyboard button"
    if not isinstance(button, Mapping):
        raise bad(f"{wrong}: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad(f"{wrong}: text is empty")
    actions = [name for name in ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad(f"{wrong}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"{wrong}: {' and '.join(actions)} at once")
    value = button[actions[0]]
    match actions[0]:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= DATA_BYTES:
                raise bad("BUTTON_DATA_INVALID")
        case "url":
            check_url(value, "inline keyboard button")
        case "switch_inline_query" | "switch_inline_query_current_chat":
            if not isinstance(value, str) or len(value) > SWITCH_QUERY:
                raise bad(f"{wrong}: {actions[0]} is too long")
        case "copy_text":
            copied = value.get("text") if isinstance(value, Mapping) else None
            if not isinstance(copied, str) or not 1 <= len(copied) <= COPY_TEXT:
                raise bad(f"{wrong}: copy_text must have 1 to {COPY_TEXT} characters")
