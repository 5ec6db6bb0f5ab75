"""Requests that Telegram holds to be wrong, made without what it does not take."""

from __future__ import annotations

from typing import Any

from bot.rendered import Rendered

# Reasons of a 400 that has nothing to do with how the message looks.
_HOPELESS = (
    "not modified",
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "blocked",
    "kicked",
    "deactivated",
    "rights",
    "forbidden",
    "restricted",
    "administrator",
    "message to edit",
    "can't be edited",
    "query is too old",
)


def bend(request: dict[str, Any], reason: str, part: Rendered | None, field: str) -> bool:
    """Take out of a request what Telegram holds to be wrong, else all that it could do without.

    Args:
        request: of a message; changed.
        reason: that Telegram gives, in lower case.
        part: the text, where there is one.
        field: that the text stands in, ``text`` or ``caption``.

    Returns:
        whether there was such a thing.
    """
    if any(word in reason for word in _HOPELESS) and "topic" not in reason:
        return False
    entities = "entities" if field == "text" else "caption_entities"
    wrong: str | None = None
    if "thread" in reason or "topic" in reason:
        wrong = "message_thread_id"
    elif "repl" in reason and "not found" in reason:
        wrong = "reply_parameters"
    elif "button" in reason or "keyboard" in reason or "reply_markup" in reason:
        wrong = "reply_markup"
    elif "entit" in reason or "parse" in reason:
        wrong = entities
    # Where it is not that, or not that any more, whatever the message can do without.
    others: tuple[str, ...] = (entities, "reply_markup", "reply_parameters")
    removed = others if wrong is None or request.get(wrong) is None else (wrong,)
    if entities in removed and part is not None:
        request[field] = part.plain
    gone = [request.pop(name, None) for name in removed]
    return any(value is not None for value in gone)
