"""Fills in what a poorer server than Telegram's leaves out of an update, where it does no harm.

PTB cannot make its objects without the fields that the Bot API promises. Emulators leave some of
them out, and what a user wrote is there all the same.
"""

from __future__ import annotations

import time
from typing import Any

_MESSAGES = (
    "message",
    "edited_message",
    "reply_to_message",
    "pinned_message",
)


def filled(raw: dict[str, Any]) -> dict[str, Any]:
    """A copy of an update's JSON, with neutral values where promised fields are missing."""
    return {name: _field(name, value) for name, value in raw.items()}


def _field(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if name in _MESSAGES:
        return _message(value)
    if name == "callback_query":
        query = {"chat_instance": "", **value}
        return {
            part: _user(one) if part == "from" else _field(part, one) for part, one in query.items()
        }
    if name == "inline_query":
        query = {"query": "", "offset": "", **value}
        return {part: _user(one) if part == "from" else one for part, one in query.items()}
    return value


def _message(value: dict[str, Any]) -> dict[str, Any]:
    message = {"date": int(time.time()), **value}
    for part, one in message.items():
        if part in ("from", "left_chat_member"):
            message[part] = _user(one)
        elif part in ("chat", "sender_chat"):
            message[part] = _chat(one)
        elif part == "entities":
            message[part] = _entities(one)
        else:
            message[part] = _field(part, one)
    return message


def _user(value: Any) -> Any:
    return {"is_bot": False, "first_name": "", **value} if isinstance(value, dict) else value


def _chat(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    number = value.get("id")
    private = isinstance(number, int) and number > 0
    return {"type": "private" if private else "group", **value}


def _entities(value: Any) -> Any:
    """Those that tell where they are; the others say nothing."""
    if not isinstance(value, list):
        return []
    wanted = {"type", "offset", "length"}
    return [one for one in value if isinstance(one, dict) and wanted <= one.keys()]
