"""A question in the form in which names are compared, every character traced to its origin."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from corpus.normalise import simplify

# 乾 stays itself in the names of places (乾县), though it is written 干 elsewhere; the others are
# Traditional variants that OpenCC's t2s leaves.
_IN_NAMES = {"乾": "乾", "濬": "浚", "澂": "澄"}
# Japanese forms of characters in place names, which OpenCC's t2s does not convert.
_SHINJITAI = str.maketrans(
    "済広沢浜辺竜豊栄徳塩楽恵渓鉄関県黒緑斉亜両単巣鶏帯仏尭頼蔵粛駅塁壱弐囲圏団桜焼総変戸気歩児滝",
    "济广泽滨边龙丰荣德盐乐惠溪铁关县黑绿齐亚两单巢鸡带佛尧赖藏肃驿垒壹贰围圈团樱烧总变户气步儿泷",
)
_APOSTROPHES = frozenset("’‘`´ʼʹ′＇‛")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        text: lower case, Simplified, NFKC, Latin and Cyrillic letters without marks.
        starts: of each character of ``text``, where in the original it begins.
        ends: and where it ends, marks that belong to it included.
        capital: of each character, whether the original is a capital letter.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    capital: tuple[bool, ...]


@lru_cache(maxsize=16384)
def fold_character(char: str) -> str:
    """What one character is compared as; empty for marks and invisible characters."""
    if char in _APOSTROPHES:
        return "'"
    if char < "\x80":
        return char.lower()
    if char in _IN_NAMES:
        return _IN_NAMES[char]
    if unicodedata.category(char) in {"Mn", "Me", "Cf"} and not "\u0e00" <= char <= "\u0eff":
        return ""
    composed = unicodedata.normalize("NFKC", char).lower()
    folded = ""
    for part in composed:
        if "\u3400" <= part <= "\u9fff" or "\uf900" <= part <= "\ufaff":
            folded += simplify(part).translate(_SHINJITAI)
        elif part in "ıİ":
            folded += "i"
        elif part < "\u0530":  # Latin, Greek, Cyrillic: letters without their marks
            bare = unicodedata.normalize("NFD", part)
            folded += "".join(c for c in bare if unicodedata.category(c) != "Mn")
        else:
            folded += part
    return folded


def fold(text: str) -> Folded:
    """Fold a text character by character, so that offsets stay exact."""
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    capital: list[bool] = []
    for index, char in enumerate(text):
        parts = fold_character(char)
        if not parts:
            if ends and ends[-1] == index:
                last = len(ends) - 1
                while last >= 0 and ends[last] == index:
                    ends[last] = index + 1
                    last -= 1
            continue
        for part in parts:
            folded.append(part)
            starts.append(index)
            ends.append(index + 1)
            capital.append(char.isupper())
    return Folded("".join(folded), tuple(starts), tuple(ends), tuple(capital))


def is_han(char: str) -> bool:
    """Whether a character is a Han character of the common blocks."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"
