"""The log: one line an event on standard error, without what people write and without the token.

An event has a name and fields. In text: ``2024-03-31 12:00:00 INFO update_done update=12 ms=34``;
in JSON: an object a line with the same fields.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

_FIELDS = "fields"

# Libraries whose lines hold addresses with the token, or an answer's text, or say nothing new.
_QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "tornado": logging.WARNING,
    "tornado.access": logging.ERROR,
    "asyncio": logging.WARNING,
    "telegram": logging.ERROR,
    "telegram.request": logging.CRITICAL + 1,
}

_HIDDEN = "[token]"

# As ids of chats; what servers and libraries give as a reason may name them.
_NUMBERS = re.compile(r"-?\d{6,}")


def event(
    logger: logging.Logger, level: int, name: str, *, trace: bool = False, **fields: Any
) -> None:
    """Log an event.

    Args:
        logger: of the module where it happens.
        level: of ``logging``.
        name: of the event: ``update_done``.
        trace: add the traceback of the exception being handled.
        fields: facts about it; those that are none are left out. A ``reason`` is told without the
            long numbers in it.
    """
    known = {key: value for key, value in fields.items() if value is not None}
    if "reason" in known:
        known["reason"] = _NUMBERS.sub("[number]", str(known["reason"]))
    logger.log(level, name, exc_info=trace, extra={_FIELDS: known})


class TextLines(logging.Formatter):
    """Lines of text, the event's fields as ``name=value``; JSON strings where there are blanks."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line without its traceback."""
        fields: dict[str, Any] = getattr(record, _FIELDS, {})
        parts = [f"{key}={_shown(value)}" for key, value in fields.items()]
        return " ".join([super().formatMessage(record), *parts])


class JsonLines(JsonFormatter):
    """One JSON object a line."""

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False, timestamp=False)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Name the event, and lift its fields."""
        fields = log_data.pop(_FIELDS, {})
        return {"event": log_data.pop("message", ""), **fields, **log_data}

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Say when and how grave."""
        super().add_fields(log_data, record, message_dict)
        log_data["time"] = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name


class Hidden(logging.Formatter):
    """A format in which secrets are replaced wherever they stand, tracebacks too.

    Args:
        inner: makes the line.
        secrets: what must not be in it.
    """

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = tuple(sorted(_spellings(secrets), key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return self.without_secrets(self._inner.format(record))

    def without_secrets(self, text: str) -> str:
        """A text with the secrets replaced."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text


def start_logging(style: Literal["text", "json"], secrets: Iterable[str]) -> None:
    """Log to standard error from now on.

    Args:
        style: of the lines.
        secrets: what must not be in any line.
    """
    formatter = Hidden(JsonLines() if style == "json" else TextLines(), secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    # Some libraries set a level of their own when they are imported.
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)

    def uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        lines = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(formatter.without_secrets(lines))

    sys.excepthook = uncaught


def _spellings(secrets: Iterable[str]) -> set[str]:
    """Secrets as they are and as an address spells them."""
    from urllib.parse import quote

    given = {secret for secret in secrets if secret}
    return given | {quote(secret, safe="") for secret in given}


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return (
        text
        if text and text.isascii() and text.isprintable() and " " not in text
        else (json.dumps(text, ensure_ascii=False))
    )
