"""When an answer counts as contained in a text.

Both are normalised in the same way: glosses of Latin letters removed, Traditional to Simplified, a
full stop between digits to a decimal point, NFKC, blanks removed. The answer is contained if it is
then a substring; one that begins with a digit must not stand within a longer number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

from corpus.normalise import without_surrogates

# Latin letters of all blocks, and tone marks as characters of their own.
_GLOSS = re.compile(r"\([A-Za-zªºÀ-ÖØ-öø-ʯ\u0300-\u036fᴀ-ᶿḀ-ỿ]+\)")
_FULL_STOP = re.compile(r"(?<=\d)。(?=\d)")
_BLANKS = re.compile(r"\s+")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=65_536)
def normalised(text: str) -> str:
    """The form in which texts and answers are compared."""
    text = _GLOSS.sub("", text)
    text = _converter().convert(without_surrogates(text))
    text = _FULL_STOP.sub(".", text)
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def contains(text: str, answer: str) -> bool:
    """Whether a text contains an answer; an answer of which nothing is left is in no text."""
    held, wanted = normalised(text), normalised(answer)
    if not wanted:
        return False
    if not wanted[0].isdecimal():
        return wanted in held
    at = held.find(wanted)
    while at >= 0:
        before = held[at - 1 : at]
        if not (before.isdecimal() or before == "."):
            return True
        at = held.find(wanted, at + 1)
    return False
