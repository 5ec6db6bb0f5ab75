"""Methods that answer the press of a button and inline queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.telegram_server.checks import check_url, formatted
from tests.telegram_server.keyboards import reply_markup
from tests.telegram_server.parameters import Parameters
from tests.telegram_server.refusals import bad
from tests.telegram_server.world import World

NOTICE = 200
RESULTS = 50
ID_BYTES = 64
OFFSET_BYTES = 64

KINDS = frozenset(
    (
        "article photo gif mpeg4_gif video audio voice document location venue contact game sticker"
    ).split()
)

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_callback_query(world: World, params: Parameters) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery."""
    text = params.text("text")
    if len(text) > NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    if params.has("url"):
        check_url(params.text("url"), "callback query")
    answer = {
        "text": text,
        "show_alert": params.boolean("show_alert"),
        "url": params.text("url"),
    }
    world.answered(params.text("callback_query_id"), answer)
    return True


def answer_inline_query(world: World, params: Parameters) -> bool:
    """https://core.telegram.org/bots/api#answerinlinequery; of results, articles in full."""
    results = params.json("results", list)
    if results is None:
        raise bad("can't parse inline query results: there are none")
    if len(results) > RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    shown = [_result(result) for result in results]
    ids = [result["id"] for result in shown]
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    if len(params.text("next_offset").encode()) > OFFSET_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    if params.integer("cache_time", 300) < 0:
        raise bad("cache_time must be non-negative")
    answer = {
        "results": shown,
        "cache_time": params.integer("cache_time", 300),
        "is_personal": params.boolean("is_personal"),
        "next_offset": params.text("next_offset"),
        "button": _button(params.json("button", dict)),
    }
    world.answered(params.text("inline_query_id"), answer)
    return True


def _button(button: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if button is None:
        return None
    if not str(button.get("text") or "").strip():
        raise bad("can't parse inline query results button: text is empty")
    if ("start_parameter" in button) == ("web_app" in button):
        raise bad("can't parse inline query results button: exactly one action is needed")
    payload = button.get("start_parameter")
    if payload is not None and not _PAYLOAD.fullmatch(str(payload)):
        raise bad("START_PARAM_INVALID")
    return button


def _result(result: Any) -> dict[str, Any]:
    wrong = "can't parse inline query result"
    if not isinstance(result, dict):
        raise bad(f"{wrong}: expected an Object")
    kind, number = result.get("type"), result.get("id")
    if kind not in KINDS:
        raise bad(f"{wrong}: unallowed result type {kind!r}")
    if not isinstance(number, str) or not 1 <= len(number.encode()) <= ID_BYTES:
        raise bad("RESULT_ID_INVALID")
    shown = dict(result)
    params = Parameters(result)
    if kind == "article":
        if not params.text("title").strip():
            raise bad("article title is empty" if "title" in result else f"{wrong}: no title")
        if result.get("url"):
            check_url(result["url"], "article")
        content = params.json("input_message_content", dict)
        if content is None:
            raise bad(f"{wrong}: input message content is not specified")
        shown["input_message_content"] = _content(content)
    if result.get("reply_markup") is not None:
        reply_markup(params, inline_only=True)
    return shown


def _content(content: dict[str, Any]) -> dict[str, Any]:
    if "message_text" not in content:
        return content
    text, entities = formatted(Parameters(content), "message_text")
    return {**content, "message_text": text, "entities": entities}
