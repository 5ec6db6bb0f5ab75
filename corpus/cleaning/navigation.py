"""Lines that belong to the page, not to the report: menus, buttons, counters, legal notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.cleaning.dates import CLOCK, DATE, WEEKDAY
from corpus.cleaning.furniture import BUTTONS, FOOTERS, NOTE_TAILS, PAGE_LINES, RELATED, STRIPPED
from corpus.cleaning.hanzi import HAN, simplified
from corpus.cleaning.prose import is_prose
from corpus.cleaning.rule import Edits, Rule, removal_rule
from corpus.raw import Line

_LONGEST = 60  # characters; what is longer is no button
_HEADING = 4  # characters; a shorter button's word may head a section: 附件, 评论


def is_page_line(text: str) -> bool:
    """Whether the line is a button, a menu or a counter of the page."""
    if len(text) > _LONGEST or "。" in text:
        return False
    line = simplified(text).strip()
    if line.translate(STRIPPED) in BUTTONS:
        return True
    return PAGE_LINES.fullmatch(line) is not None or _is_menu(line)


def _is_menu(line: str) -> bool:
    """Two or more buttons side by side, or a row of short entries that begins at the home page."""
    words = [word.translate(STRIPPED) for word in re.split(r"[ |│/·]+", line)]
    words = [word for word in words if word]
    known = sum(word in BUTTONS for word in words)
    if len(words) < 2 or any(len(word) > 6 for word in words):
        return False
    return known == len(words) or (len(words) >= 4 and known >= 1 and "首页" in words)


def _drop_page_lines(lines: Sequence[Line]) -> Edits:
    for line in lines:
        goes = is_page_line(line.text)
        if goes and line.kind == "heading" and len(line.text) < _HEADING:
            goes = False
        yield line, None if goes else line


def _trim_notes(lines: Sequence[Line]) -> Edits:
    for line in lines:
        if line.kind != "note":
            yield line, line
            continue
        text = NOTE_TAILS.sub("", line.text).strip()
        if text == line.text:
            yield line, line
        else:
            yield line, replace(line, text=text) if text else None


_STAMP = re.compile(
    rf"(?:今天是|现在是|今日|今天)?\s*[:\uff1a]?\s*{DATE}[\s,\uff0c]*{WEEKDAY}(?:{CLOCK})?"
    r"(?:\s*(?:农历|阴历|天气|气温|晴|阴|多云|[上下]午|您好|欢迎).{0,40})?"
    rf"|(?:今天是|现在是)\s*{DATE.replace('?P<', '?P<x').replace('?P=', '?P=x')}.{{0,40}}"
)
_TOP = 5  # lines


def _drop_stamps(lines: Sequence[Line]) -> Edits:
    """The day of crawling stands above everything else, with its weekday."""
    for place, line in enumerate(lines):
        stamp = (
            place < _TOP
            and len(line.text) < _LONGEST
            and not any(mark in line.text for mark in "。;\uff1b")
            and _STAMP.fullmatch(simplified(line.text))
            and not any(len(earlier.text) > _LONGEST for earlier in lines[:place])
        )
        yield line, None if stamp else line


def _tail(lines: Sequence[Line]) -> int:
    """Where the lines after the last sentence, note or caption begin; past the end if no line is
    one: a page of short lines only has no tail."""
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if line.kind in ("note", "caption") or is_prose(line.text):
            return place + 1
    return len(lines)


def _drop_related(lines: Sequence[Line]) -> Edits:
    """Titles of other articles, listed to the end of the page under a heading of that name."""
    start = next(
        (
            place
            for place in range(_tail(lines), len(lines))
            if RELATED.fullmatch(simplified(lines[place].text).translate(STRIPPED))
        ),
        len(lines),
    )
    for place, line in enumerate(lines):
        yield line, None if place >= start else line


def _drop_footers(lines: Sequence[Line]) -> Edits:
    """Notices count as such only below the report: elsewhere they may be what it tells."""
    below = False
    footers: set[int] = set()
    for place in range(len(lines) - 1, -1, -1):
        text = lines[place].text
        if len(text) <= 2 * _LONGEST and FOOTERS.fullmatch(simplified(text).strip()):
            footers.add(place)
        elif is_prose(text):
            below = True
            break
    for place, line in enumerate(lines):
        yield line, None if below and place in footers else line


_LETTER = re.compile(rf"[{HAN}\w]")


def _is_punctuation(text: str) -> bool:
    return _LETTER.search(text) is None


PAGE = Rule("page-line", "buttons, menus and counters of the page", _drop_page_lines)
FOOTER = Rule("page-footer", "legal notices below the report", _drop_footers)
STAMP = Rule("crawl-date", "the day of crawling above the title", _drop_stamps)
LINKS = Rule("related-links", "titles of other articles at the end", _drop_related)
NOTES = Rule("note-tail", "counters, buttons and tags in a source line", _trim_notes)
LONE = removal_rule("lone-mark", "a line of nothing but punctuation", _is_punctuation)
