"""Names as the Latin letters that they are heard by: accents off, Cyrillic, katakana.

Rough on purpose: what comes out is compared by sound, never shown.
"""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = {
    "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "š": "sh", "č": "ch", "ž": "zh", "ş": "sh", "ğ": "", "ç": "s", "ć": "ch", "ś": "sh", "ź": "zh",
    "ñ": "ny",
}  # fmt: skip
_CYRILLIC = dict(
    zip(
        "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я і ї є".split(),
        "a b v g d e yo zh z i y k l m n o p r s t u f h ts ch sh sh - i - e yu ya i i ye".split(),
        strict=True,
    )
)
_KANA_ROWS = {
    "アイウエオ": ("", "aiueo"),
    "カキクケコ": ("k", "aiueo"),
    "ガギグゲゴ": ("g", "aiueo"),
    "サスセソ": ("s", "aueo"),
    "ザズゼゾ": ("z", "aueo"),
    "タテト": ("t", "aeo"),
    "ダデド": ("d", "aeo"),
    "ナニヌネノ": ("n", "aiueo"),
    "ハヒヘホ": ("h", "aieo"),
    "バビブベボ": ("b", "aiueo"),
    "パピプペポ": ("p", "aiueo"),
    "マミムメモ": ("m", "aiueo"),
    "ヤユヨ": ("y", "auo"),
    "ラリルレロ": ("r", "aiueo"),
    "ワヲ": ("w", "ao"),
}
_KANA = {
    kana: consonant + vowel
    for row, (consonant, vowels) in _KANA_ROWS.items()
    for kana, vowel in zip(row, vowels, strict=True)
} | {
    "シ": "shi", "ジ": "ji", "チ": "chi", "ヂ": "ji", "ツ": "tsu", "ヅ": "zu", "フ": "fu",
    "ヴ": "vu", "ン": "n",
}  # fmt: skip
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo"}
_KATAKANA = re.compile(r"[ァ-ヺー]")


def latin_letters(word: str) -> str:
    """The word in the letters a to z.

    Args:
        word: in Latin or Cyrillic letters or katakana; characters of other scripts are left out.
    """
    if _KATAKANA.search(word):
        return _from_kana(word)
    letters = "".join(_SPECIAL.get(char, char) for char in word.lower())
    # Cyrillic first: й and ё have accents that tell them from и and е.
    letters = "".join(_CYRILLIC.get(char, char) for char in unicodedata.normalize("NFC", letters))
    return "".join(char for char in unicodedata.normalize("NFD", letters) if "a" <= char <= "z")


def _from_kana(word: str) -> str:
    parts: list[str] = []
    for char in word:
        if (small := _SMALL.get(char)) and parts:
            bare = parts[-1].rstrip("aiueo")
            parts[-1] = bare + (small.lstrip("y") if bare in {"sh", "ch", "j"} else small)
        elif char in _KANA:
            parts.append(_KANA[char])
    # A vowel that Japanese adds to a consonant that has none: ku of クス, to of ト.
    mute = re.compile(r"(?<=[^aiueoyn])u$|(?<=[td])o$")
    return "".join(mute.sub("", part) for part in parts)
