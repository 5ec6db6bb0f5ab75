"""Mends what a poorer server than Telegram's leaves out of an update or spells otherwise, where
it does no harm.

PTB cannot make its objects without the fields that the Bot API promises. Emulators leave some of
them out, or give a number as a text, and what a user wrote is there all the same.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import time
from typing import Any

_MESSAGES = (
    "message",
    "edited_message",
    "reply_to_message",
    "pinned_message",
)

_DIGITS = 19
"""Of an id at most: it has 64 bits."""

_MILLISECONDS = 10**11
"""Times above it are none in seconds: that would be the year 5138."""

# Statuses of members whose rights PTB wants to know one by one, and the nearest one without.
_SIMPLE = {"administrator": "member", "restricted": "member", "creator": "member"}


def filled(raw: dict[str, Any]) -> dict[str, Any]:
    """A copy of an update's JSON, with neutral values where promised fields are missing, and with
    numbers, texts, times and buttons as the Bot API spells them."""
    return {name: _field(name, value) for name, value in raw.items()}


def whole_number(value: Any) -> Any:
    """A number that stands in a text; all else as it is."""
    if isinstance(value, str) and len(value) <= _DIGITS + 1:
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit():
            return int(value)
    return value


def _field(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if name in _MESSAGES:
        return _message(value)
    if name == "callback_query":
        query = _asked({"chat_instance": "", **value})
        under = query.get("message")
        # No message has this id: the one under the button cannot be edited or replied to.
        if isinstance(under, dict):
            query["message"] = _message({"message_id": 0, **under})
        return query
    if name == "inline_query":
        return _asked({"query": "", "offset": "", **value})
    if name == "my_chat_member":
        return _change(value)
    return value


def _asked(query: dict[str, Any]) -> dict[str, Any]:
    """A query; its id is a text."""
    if isinstance(query.get("id"), int):
        query["id"] = str(query["id"])
    if "from" in query:
        query["from"] = _user(query["from"])
    return query


def _message(value: dict[str, Any]) -> dict[str, Any]:
    message = {"date": int(time.time()), **value}
    for part, one in message.items():
        if part in ("from", "left_chat_member"):
            message[part] = _user(one)
        elif part in ("chat", "sender_chat"):
            message[part] = _chat(one)
        elif part in ("entities", "caption_entities"):
            message[part] = _entities(one)
        elif part in ("date", "edit_date"):
            message[part] = _time(one)
        elif part in ("message_id", "message_thread_id"):
            message[part] = whole_number(one)
        elif part == "reply_markup":
            message[part] = _buttons(one)
        else:
            message[part] = _field(part, one)
    return message


def _change(value: dict[str, Any]) -> dict[str, Any]:
    change = {"date": int(time.time()), **value}
    change["date"] = _time(change["date"])
    for part, one in change.items():
        if part == "from":
            change[part] = _user(one)
        elif part == "chat":
            change[part] = _chat(one)
        elif part in ("old_chat_member", "new_chat_member"):
            change[part] = _member(one)
    return change


def _member(value: Any) -> Any:
    """Whether the bot is in a chat is all that is asked of a member."""
    if not isinstance(value, dict):
        return value
    status = value.get("status")
    if status == "restricted" and value.get("is_member") is False:
        status = "left"
    user = value.get("user")
    member: dict[str, Any] = {
        "status": _SIMPLE.get(str(status), status),
        "user": _user(user if isinstance(user, dict) else {"id": 0, "is_bot": True}),
    }
    if status == "kicked":
        member["until_date"] = 0
    return member


def _user(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    user = {"is_bot": False, "first_name": "", **value}
    return user | {"id": whole_number(user["id"])} if "id" in user else user


def _chat(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    number = whole_number(value.get("id"))
    private = isinstance(number, int) and number > 0
    chat = {"type": "private" if private else "group", **value}
    return chat | {"id": number} if "id" in chat else chat


def _time(value: Any) -> Any:
    """Seconds since 1970, of milliseconds or of a text too; now where it is neither."""
    value = whole_number(value)
    if isinstance(value, str):
        with contextlib.suppress(ValueError, OverflowError):
            at = datetime.datetime.fromisoformat(value)
            at = at if at.tzinfo is not None else at.replace(tzinfo=datetime.UTC)
            return int(at.timestamp())
    if not isinstance(value, int | float) or not 0 <= value < _MILLISECONDS * 1000:
        return int(time.time())
    return int(value / 1000 if value >= _MILLISECONDS else value)


def _buttons(value: Any) -> Any:
    """Buttons, of a text too, as they were sent; none where they cannot be read."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)
    return value if isinstance(value, dict) and "inline_keyboard" in value else None


def _entities(value: Any) -> Any:
    """Those that tell where they are; the others say nothing."""
    if not isinstance(value, list):
        return []
    wanted = {"type", "offset", "length"}
    return [one for one in value if isinstance(one, dict) and wanted <= one.keys()]
