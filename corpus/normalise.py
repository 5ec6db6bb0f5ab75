"""The form in which text is compared and searched: NFKC, lower case, Simplified."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# Variants that OpenCC's t2s leaves as they are, each to the form that Simplified text uses.
_VARIANTS = str.maketrans(
    {
        "著": "着",
        "馀": "余",
        "藉": "借",
        "妳": "你",
        "祂": "他",
        "牠": "它",
        "衹": "只",
        "衞": "卫",
        "吿": "告",
        "囯": "国",
        "甦": "苏",
        "濶": "阔",
        "縂": "总",
        "凈": "净",
        "歴": "历",
        "郷": "乡",
        "黄": "黄",
        "儅": "当",
        "恆": "恒",
        "菸": "烟",
        "託": "托",
        "爲": "为",
        "内": "内",
        "眾": "众",
    }
)

_VARIANT = re.compile("[" + "".join(map(chr, _VARIANTS)) + "]")
"""Any of them: most texts have none, and a search takes far less than translating one."""

_COMPOSED = tuple((sign, unicodedata.normalize("NFKC", sign)) for sign in "，；：？！（）％")
"""The signs that keep most Chinese texts from being in NFKC already, and their forms there."""


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def without_surrogates(text: str) -> str:
    """The text with ``?`` for each lone surrogate, which UTF-8 and the C++ libraries refuse.

    A badly encoded command-line argument has them.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def simplify(text: str) -> str:
    """Traditional to Simplified, the variants that OpenCC leaves included."""
    converted: str
    try:
        converted = _converter().convert(text)
    except UnicodeEncodeError:
        converted = _converter().convert(without_surrogates(text))
    return converted.translate(_VARIANTS) if _VARIANT.search(converted) else converted


def normalise(text: str) -> str:
    """The search form of a text: NFKC, lower case, Simplified; blanks folded to one.

    Idempotent: ``normalise(normalise(t)) == normalise(t)``.
    """
    text = simplify(_composed(text).lower())
    # Lower-casing and converting can leave what NFKC would compose.
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _composed(text: str) -> str:
    """NFKC (Unicode Standard Annex 15).

    A text that is in it already is told from others far sooner than it would be composed. The
    form of a text is that of its characters' forms one after another, so some may come first.
    """
    for sign, form in _COMPOSED:
        text = text.replace(sign, form)
    return unicodedata.normalize("NFKC", text)
