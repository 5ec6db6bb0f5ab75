"""Han characters: which they are, which are common, and GBK's two bytes for each."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.normalise import simplify

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Inside a character class of a regular expression."""

_HAN = re.compile(f"[{HAN}]")

# Level 1 of GB 2312-80: the 3,755 characters of common use, rows 16 to 55 of the table.
_LEVEL_ONE = range(0xB0, 0xD8)


def is_han(character: str) -> bool:
    """Whether it is a Han character; false for the empty string."""
    return _HAN.fullmatch(character) is not None


@lru_cache(maxsize=8192)
def is_common(character: str) -> bool:
    """Whether its Simplified form is on level 1 of GB 2312-80."""
    try:
        encoded = simplify(character).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(encoded) == 2 and encoded[0] in _LEVEL_ONE


def gbk_bytes(character: str) -> bytes | None:
    """The character's two bytes in GBK, as GB 18030 extends it; none where it has not two."""
    try:
        encoded = character.encode("gb18030")
    except UnicodeEncodeError:
        return None
    return encoded if len(encoded) == 2 else None


@lru_cache(maxsize=512)
def simplified(text: str) -> str:
    """The Simplified form of a short line, for comparing with lists of words."""
    return simplify(text)
