"""What commands write: lines on standard output, warnings and errors on standard error."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click

# Reports come from the web and file names from anywhere: escape sequences in them must not reach
# the terminal. U+009B alone begins one, too.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What Python makes of the bytes of an argument that are no UTF-8.
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Legal in JSON as they are, but for a terminal, or for UTF-8, not.
_ESCAPED = re.compile(r"[\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with a blank for every control character but line ends and tabs."""
    return _CONTROL.sub(" ", text)


def decodable(text: str) -> str:
    """What was typed, with U+FFFD for every byte that was no UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def say(text: str) -> None:
    """A line on standard output."""
    click.echo(printable(text))


def say_json(value: Any) -> None:
    """One line of JSON on standard output, valid whatever the strings hold."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = json.dumps(value, ensure_ascii=not encoding.lower().startswith("utf"))
    click.echo(_ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def complain(text: str) -> None:
    """One line on standard error, of the command as a whole."""
    click.echo(f"cityqa: {' '.join(printable(text).split())}", err=True)


def warn(text: str) -> None:
    """One line on standard error about something that does not end the command."""
    complain(f"warning: {text}")


def lenient_streams() -> None:
    """Let both streams write what their encoding has not, as an escape, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        # Closed by the caller's shell, or put in place by a test.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
