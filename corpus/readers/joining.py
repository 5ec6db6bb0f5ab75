"""Lines of one paragraph put together again, and the width that tells where it was cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Scripts written without blanks between words: Han, kana and the punctuation that goes with them.
_UNSPACED = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
# Quotation marks and dashes that Chinese and Western text share: their neighbours decide.
_SHARED = frozenset("\u2014\u2018\u2019\u201c\u201d\u2026\u00b7")
_SOFT_HYPHEN = "\u00ad"
_NEIGHBOURHOOD = 20  # characters on each side of a line end


def is_unspaced(character: str) -> bool:
    """Whether the character belongs to a script written without blanks between words."""
    return _UNSPACED.match(character) is not None


def join_lines(lines: Iterable[str]) -> str:
    """The lines of one paragraph as one text.

    No blank is put beside a Han character; one is put between words of other scripts. A word
    divided at a soft hyphen is made whole; a plain hyphen is kept, since it may be part of the
    word or stand between two figures.
    """
    parts: list[str] = []
    for line in lines:
        piece = line.strip()
        if not piece:
            continue
        if parts and parts[-1].endswith(_SOFT_HYPHEN):
            parts[-1] = parts[-1][:-1]
        elif parts and not _joins_closely(parts[-1], piece):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def _joins_closely(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if is_unspaced(last) or is_unspaced(first):
        return True
    if last in _SHARED or first in _SHARED:
        around = before[-_NEIGHBOURHOOD:] + after[:_NEIGHBOURHOOD]
        return _UNSPACED.search(around) is not None
    return last == "-" and before[-2:-1].isalnum()


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal or typewriter: a Han character takes two.

    East Asian Width of Unicode Standard Annex 11; ambiguous characters, such as curved quotation
    marks, count as two, as in Chinese fonts.
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WFA" else 1
        for c in text
    )
