"""Years in Chinese digits: 二〇二二年, 二零二二年."""

from __future__ import annotations

import re

CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")

_DIGIT = "[〇零○一二三四五六七八九]"
# Behind a digit or a numeral they are part of another number.
_YEAR = re.compile(
    rf"(?<![〇零○一二三四五六七八九十百千万])(?:一九[五六七八九]|二[〇零○]{_DIGIT}){_DIGIT}(?=年)"
)


def in_digits(text: str) -> str:
    """The text, as long as it was, with the years that it names in Chinese digits as 2022."""
    return _YEAR.sub(lambda match: match[0].translate(CHINESE_DIGITS), text)
