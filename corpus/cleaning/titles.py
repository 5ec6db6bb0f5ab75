"""The report's title: found where the reader knew no heading, joined where it was cut in two,
kept once where it stands twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.cleaning.hanzi import HAN, simplified
from corpus.cleaning.prose import is_prose
from corpus.cleaning.rule import Edits, Rule
from corpus.raw import Line

_TOP = 15  # lines
_LONGEST = 80  # characters
_SHORTEST = 5
_ENDS_OPEN = re.compile("[。;\uff1b:\uff1a,\uff0c、]$")
_NUMBERED = re.compile(
    r"第?[一二三四五六七八九十\d]{1,3}[、..\uff0e章节]|[(\uff08][一二三四五六七八九十\d]{1,3}[)\uff09]"
)
_SUBTITLE = re.compile(r"——\S.{3,}")
_KEY = re.compile(rf"[^{HAN}\w]")


def _key(text: str) -> str:
    """What two copies of a title have in common."""
    return _KEY.sub("", simplified(text)).lower() if len(text) <= 2 * _LONGEST else text


def is_title_like(text: str) -> bool:
    """Short, with words, and not ending as a sentence or a list does."""
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and _ENDS_OPEN.search(text) is None
        and "。" not in text
        and _NUMBERED.match(text) is None
        and not text.startswith("——")
        and len(_key(text)) >= _SHORTEST
    )


def _is_subtitle(line: Line) -> bool:
    return (
        line.kind in ("text", "heading")
        and len(line.text) <= _LONGEST
        and _SUBTITLE.fullmatch(line.text) is not None
        and "。" not in line.text
    )


def _title_place(lines: Sequence[Line]) -> int | None:
    """Where the title stands: the first heading of level 1 above the text, else the first line
    above it that can be one."""
    for place, line in enumerate(lines):
        if line.kind == "heading" and line.level == 1:
            return place
    for place, line in enumerate(lines[:_TOP]):
        if line.kind == "heading":
            return None
        if line.kind != "text":
            continue
        if not is_title_like(line.text):
            return None
        return place if _has_prose(lines[place + 1 :]) else None
    return None


def _has_prose(lines: Sequence[Line]) -> bool:
    return any(line.kind == "text" and is_prose(line.text) for line in lines)


def _mark_title(lines: Sequence[Line]) -> Edits:
    place = _title_place(lines)
    if place is None:
        yield from ((line, line) for line in lines)
        return
    title = lines[place]
    text = title.text
    after = lines[place + 1] if place + 1 < len(lines) else None
    joins = after is not None and "——" not in text and _is_subtitle(after)
    if joins and after is not None:
        text += after.text
    for here, line in enumerate(lines):
        if here == place:
            yield line, replace(line, text=text, kind="heading", level=1)
        elif here == place + 1 and joins:
            yield line, None
        else:
            yield line, line


def _drop_copies(lines: Sequence[Line]) -> Edits:
    """A line above the text, or the last of it, that repeats the title without saying so."""
    title = next((line for line in lines if line.kind == "heading" and line.level == 1), None)
    key = _key(title.text) if title else ""
    prose = next(
        (i for i, line in enumerate(lines) if line.kind == "text" and is_prose(line.text)),
        len(lines),
    )
    for place, line in enumerate(lines):
        is_copy = (
            line is not title
            and line.kind in ("text", "heading")
            and (place < prose or place == len(lines) - 1)
            and bool(key)
            and _key(line.text) == key
        )
        yield line, None if is_copy else line


TITLE = Rule("title", "the title as a heading, its two halves joined", _mark_title)
COPIES = Rule("title-copy", "the title given again", _drop_copies)
