"""Pinyin glosses inside words: ``時(shí)``; also in full-width brackets, of several syllables."""

from __future__ import annotations

import re

from corpus.cleaning import dictionary, pinyin
from corpus.cleaning.hanzi import HAN
from corpus.cleaning.rule import text_rule

LETTERS = r"A-Za-z\u00c0-\u024f\u0251\u0261\u0300-\u030c\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a"
"""Letters that a gloss may hold, inside a character class."""

# Bounded, so that a line of open brackets is read once.
_BRACKET = re.compile(
    rf"(?<=[{HAN}]) ?[(\uff08] ?([{LETTERS}][{LETTERS} '’·\-?\uff1f\ufffd]{{0,60}})[)\uff09]"
)
_MARKS = "?\uff1f\ufffd"
_VOWELS = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"


def is_gloss(content: str, before: str) -> bool:
    """Whether a bracket's content is the reading of the Han characters that end ``before``.

    A reading with tone marks is one when all of it falls into legal syllables, no more of them than
    there are characters. Without marks it must be one lower-case syllable that the dictionary gives
    to the character before it: ``了(le)`` is a gloss, ``(GDP)``, ``(ABC)`` and ``(a)`` are not.
    """
    content = content.strip()
    if any(mark in content for mark in _MARKS):
        return _is_torn_syllable(content)
    if pinyin.marks(content):
        return 0 < pinyin.syllables(content) <= len(before)
    return (
        content == content.lower()
        and pinyin.is_syllable(content)
        and any(pinyin.toneless(r) == content for r in dictionary.readings(before[-1]))
    )


def _is_torn_syllable(content: str) -> bool:
    """Whether a vowel with its tone mark, lost to a ``?``, makes one syllable of it: ``d?ng``."""
    found = [i for i, letter in enumerate(content) if letter in _MARKS]
    if len(found) != 1 or len(content) > 6 or content == content.upper():
        return False
    at = found[0]
    return any(pinyin.is_syllable(content[:at] + v + content[at + 1 :]) for v in _VOWELS)


_HAN_BEFORE = re.compile(rf"[{HAN}]{{1,12}}\Z")


def _drop(match: re.Match[str]) -> str:
    start = match.start()
    before = _HAN_BEFORE.search(match.string[max(0, start - 12) : start])
    if before is None or not is_gloss(match.group(1), before.group()):
        return match.group()
    return ""


def drop_glosses(text: str) -> str:
    """The text without its glosses."""
    if "(" not in text and "\uff08" not in text:
        return text
    return _BRACKET.sub(_drop, text)


RULE = text_rule("pinyin-gloss", "a reading in brackets after the character it is of", drop_glosses)
