"""Pinyin: what is a syllable, with or without its tone mark."""

from __future__ import annotations

import unicodedata

# Finals by initial, of GB/T 16159 (Hanyu Pinyin orthography); ü is written v here.
_TABLE = {
    "": "a o e ai ei ao ou an en ang eng er",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve ue",
    "l": "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve ue",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "s": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "y": "a o e ao ou an in ang ing ong i u ue uan un",
    "w": "a o ai ei an en ang eng u",
}
_SYLLABLES = frozenset(
    initial + final.replace("v", "ü") for initial, row in _TABLE.items() for final in row.split()
) | {"m", "n", "ng", "hm", "hng", "ê"}
_LONGEST = 6

# Tone marks as combining characters: macron, acute, caron, grave.
_MARKS = {"\u0304", "\u0301", "\u030c", "\u0300"}
_LOOKALIKES = str.maketrans({"ɡ": "g", "ɑ": "a"})
_SEPARATORS = " \u00a0\u3000'’·-"


def canonical(text: str) -> str:
    """Lower case, composed, with the plain letter for the phonetic ones some converters write."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text.lower())).translate(
        _LOOKALIKES
    )


def toneless(text: str) -> str:
    """Without tone marks, ü kept."""
    bare = "".join(c for c in unicodedata.normalize("NFD", canonical(text)) if c not in _MARKS)
    return unicodedata.normalize("NFC", bare)


def is_syllable(text: str) -> bool:
    """Whether it is one legal syllable, with at most one tone mark."""
    return toneless(text) in _SYLLABLES and marks(text) <= 1


def marks(text: str) -> int:
    """How many tone marks it has."""
    return sum(c in _MARKS for c in unicodedata.normalize("NFD", canonical(text)))


def syllables(text: str) -> int:
    """Into how many legal syllables the text falls, the fewest; 0 where it does not.

    Between them may stand blanks, apostrophes, hyphens or middle dots.
    """
    text = canonical(text)
    best: list[int | None] = [0] + [None] * len(text)
    for start in range(len(text)):
        so_far = best[start]
        if so_far is None:
            continue
        if text[start] in _SEPARATORS:
            _improve(best, start + 1, so_far)
        for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
            if is_syllable(text[start:end]):
                _improve(best, end, so_far + 1)
    return best[len(text)] or 0


def _improve(best: list[int | None], at: int, count: int) -> None:
    known = best[at]
    if known is None or count < known:
        best[at] = count
