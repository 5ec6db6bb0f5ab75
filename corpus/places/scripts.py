"""Names of places in Cyrillic, Hangul and every other script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from corpus.places.candidate import Candidate
from corpus.places.coverage import Coverage
from corpus.places.gazetteer import Gazetteer, Place, gazetteer
from corpus.places.sounds import cyrillic_stem, hangul, spell

_CYRILLIC_WORD = re.compile(r"[\u0400-\u04ff]+")
_CYRILLIC_ENDING = re.compile(r"(?:|ь|и|я|ю|е|ем|ью|а|у|ом|ы|ь?ск\w{1,4})")
_CYRILLIC_USUAL = {
    "пекин": "110000",
    "нанкин": "320100",
    "харбин": "230100",
    "гонконг": "810000",
    "макао": "820000",
    "урумчи": "650100",
    "лхас": "540100",
    "тибет": "540000",
    "шэньчжэн": "440300",
}
_KOREAN_USUAL = {"홍콩": "810000", "마카오": "820000", "티베트": "540000"}
_KOREAN_AFTER = re.compile(r"$|[^\uac00-\ud7a3]|[시구현성주의에은는이가과와을를도로만서]")
# Transcriptions that are Korean words (지난: last), unless 시 (city) follows.
_KOREAN_ORDINARY = frozenset(("지난", "이창", "시안", "지안"))


def find_other_scripts(text: str, places: Gazetteer, coverage: Coverage) -> Iterator[Candidate]:
    """Candidates in a folded text; may overlap."""
    for alias, name in coverage.other.items():
        for found in re.finditer(re.escape(alias), text):
            owner = (name.place,) if name.place else ()
            yield Candidate(*found.span(), owner, name.keys, 0.95, "alias")
    if any("\u0400" <= char <= "\u04ff" for char in text):
        yield from _cyrillic(text, coverage)
    if any("\uac00" <= char <= "\ud7a3" for char in text):
        yield from _korean(text, coverage)


def _cyrillic(text: str, coverage: Coverage) -> Iterator[Candidate]:
    for word in _CYRILLIC_WORD.finditer(text):
        for length in range(len(word.group()), 3, -1):
            stem, ending = word.group()[:length], word.group()[length:]
            if len(ending) > 6:
                break
            if not _CYRILLIC_ENDING.fullmatch(ending):
                continue
            ours = coverage.cyrillic.get(stem)
            if ours is not None:
                owner = (ours.place,) if ours.place else ()
                yield Candidate(*word.span(), owner, ours.keys, 0.95, "pinyin")
                break
            place = _cyrillic_cities().get(stem)
            if place is not None:
                yield Candidate(*word.span(), (place,), (), 0.8, "pinyin")
                break


def _korean(text: str, coverage: Coverage) -> Iterator[Candidate]:
    for position, char in enumerate(text):
        if not "\uac00" <= char <= "\ud7a3":
            continue
        if position and "\uac00" <= text[position - 1] <= "\ud7a3":
            continue
        for length in range(8, 1, -1):
            name = text[position : position + length]
            end = position + length
            if len(name) < length or not _KOREAN_AFTER.match(text, end):
                continue
            if name in _KOREAN_ORDINARY and text[end : end + 1] != "시":
                continue
            ours = coverage.korean.get(name)
            if ours is not None:
                owner = (ours.place,) if ours.place else ()
                yield Candidate(position, end, owner, ours.keys, 0.95, "pinyin")
                break
            place = _korean_cities().get(name)
            if place is not None and (length > 2 or text[end : end + 1] == "시"):
                yield Candidate(position, end, (place,), (), 0.8, "pinyin")
                break


def _cities() -> Iterator[Place]:
    return (place for place in gazetteer() if place.level != "district")


@cache
def _cyrillic_cities() -> dict[str, Place]:
    """Stems of all cities and provinces; of two with one name, the first by code."""
    found: dict[str, Place] = {}
    for stem, code in _CYRILLIC_USUAL.items():
        place = gazetteer().get(code)
        if place is not None:
            found[stem] = place
    for place in _cities():
        stem = cyrillic_stem(spell(place.short, place.pinyin))
        if len(stem) >= 4:
            found.setdefault(stem, place)
    return found


@cache
def _korean_cities() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for name, code in _KOREAN_USUAL.items():
        place = gazetteer().get(code)
        if place is not None:
            found[name] = place
    for place in _cities():
        found.setdefault(hangul(spell(place.short, place.pinyin)), place)
    return found
