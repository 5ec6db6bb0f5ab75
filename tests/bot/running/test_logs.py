"""What the log holds, and what it never holds."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from bot.running.logs import Hidden, JsonLines, TextLines

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz-_012345"


def line(formatter: logging.Formatter, message: str, trace: bool = False, **fields: Any) -> str:
    record = logging.LogRecord("bot.x", logging.INFO, "x.py", 1, message, (), None)
    record.fields = fields
    if trace:
        record.exc_info = sys.exc_info()
    return Hidden(formatter, [TOKEN]).format(record)


def test_an_event_is_its_name_and_its_fields() -> None:
    text = line(TextLines(), "update_done", update=12, kind="message", reason="not found, twice")
    assert text.endswith('INFO update_done update=12 kind=message reason="not found, twice"')


def test_a_line_of_json_has_the_same_fields() -> None:
    found = json.loads(line(JsonLines(), "update_done", update=12, kind="消息"))
    assert found["event"] == "update_done"
    assert (found["update"], found["kind"]) == (12, "消息")
    assert found["level"] == "INFO"
    assert found["logger"] == "bot.x"
    assert {"time"} < set(found)


@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()])
@pytest.mark.parametrize("spelling", [TOKEN, TOKEN.replace(":", "%3A")])
def test_the_token_is_in_no_line_and_in_no_traceback(
    formatter: logging.Formatter, spelling: str
) -> None:
    try:
        raise ValueError(f"https://api.telegram.org/bot{spelling}/getMe")
    except ValueError:
        text = line(formatter, f"POST {spelling}", trace=True, url=f"/bot{spelling}/getMe")
    assert "ValueError" in text
    assert spelling not in text
    assert text.count("[token]") >= 3


def test_a_field_cannot_begin_a_line_of_its_own() -> None:
    text = line(TextLines(), "request_failed", reason="bad\n2024-01-01 INFO started")
    assert "\n" not in text
    assert len(line(JsonLines(), "request_failed", reason="bad\nworse").splitlines()) == 1
