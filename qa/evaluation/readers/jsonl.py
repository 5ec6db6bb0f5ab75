"""Questions from lines of JSON, an object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qa.evaluation.readers.entries import Fault, question_of
from qa.evaluation.records import EvalQuestion

LONGEST_LINE = 1 << 20
"""Bytes; far more than the longest question with all its answers."""


def lines_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1; without a byte order mark."""
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def object_of(line: bytes) -> dict[str, Any]:
    """The object on a line.

    Raises:
        Fault: there is none.
    """
    if len(line) > LONGEST_LINE:
        raise Fault(f"has {len(line):,} bytes, at most {LONGEST_LINE:,} are read")
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Fault("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise Fault(f"is not JSON ({error.msg} at column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise Fault("is not JSON that can be read") from error
    if not isinstance(value, dict):
        raise Fault("is no JSON object")
    return value


def read_jsonl(data: bytes) -> Iterator[tuple[int, EvalQuestion | Fault]]:
    """Each line's number with its question, or with what is wrong with it."""
    for number, line in lines_of(data):
        try:
            yield number, question_of(object_of(line), number)
        except Fault as fault:
            yield number, fault
