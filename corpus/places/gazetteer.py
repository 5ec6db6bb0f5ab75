"""The administrative places of China: codes, names, and which lies within which."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, cast

from corpus.places.folding import fold

Level = Literal["province", "city", "district"]

_TABLE = Path(__file__).parent / "data" / "places.tsv"
_ORDER = {"province": 0, "city": 1, "district": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative place.

    Attributes:
        code: of GB/T 2260, six digits.
        name: in full, Simplified: ``武汉市``.
        level: ``province``, ``city`` (prefectures, and the province-level cities Beijing, Tianjin,
            Shanghai, Chongqing, Hong Kong and Macau) or ``district`` (districts, counties,
            county-level cities, banners).
        parent: code of the place it lies in; empty for provinces and province-level cities.
        pinyin: of the short name, toneless: ``Wuhan``, ``Xi'an``.
        english: what English calls it: ``Wuhan``, ``Hohhot``.
        short: the name without its kind: ``武汉``; never shorter than two characters.
        spellings: other Latin spellings in use.
    """

    code: str
    name: str
    level: Level
    parent: str
    pinyin: str
    english: str
    short: str
    spellings: tuple[str, ...] = ()


def latin_key(text: str) -> str:
    """Letters of a Latin name, lower case, without marks, blanks and apostrophes: ``xian``."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if char.isalpha())


class Gazetteer:
    """All places, found by code or by any form of their name."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._by_code = {place.code: place for place in places}
        han: dict[str, tuple[Place, ...]] = {}
        for place in places:
            name, short = place.name, place.short
            han[name] = (*han[name], place) if name in han else (place,)
            if short != name:
                han[short] = (*han[short], place) if short in han else (place,)
            if "自治" in name and name[-1] != "区":  # 肃南县 for 肃南裕固族自治县
                usual = short + name[-1]
                han[usual] = (*han[usual], place) if usual in han else (place,)
        self._han = han

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Place | None:
        """The place with that code."""
        return self._by_code.get(code)

    @property
    def han_names(self) -> dict[str, tuple[Place, ...]]:
        """Full, short and usual names (Simplified) to the places that bear them."""
        return self._han

    @cached_property
    def han_lengths(self) -> dict[str, tuple[int, ...]]:
        """The first two characters of each Han name to the lengths of such names, longest first."""
        lengths: dict[str, set[int]] = {}
        for name in self._han:
            lengths.setdefault(name[:2], set()).add(len(name))
        return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    @cached_property
    def latin_names(self) -> dict[str, tuple[Place, ...]]:
        """Keys (see :func:`latin_key`) of pinyin, English names and spellings to places.

        ``ü`` is found as ``u`` and as ``v``.
        """
        found: dict[str, dict[str, Place]] = {}
        for place in self:
            forms = {place.pinyin, place.english, *place.spellings}
            if "ü" in place.pinyin or "Ü" in place.pinyin:
                forms.add(place.pinyin.replace("ü", "v"))
            for form in forms:
                found.setdefault(latin_key(form), {})[place.code] = place
        return {key: tuple(places.values()) for key, places in found.items()}

    def lookup(self, name: str) -> tuple[Place, ...]:
        """Places called so: full or short name in either script, pinyin or English.

        A full name comes before a short one, then the larger place, then the lower code.
        """
        folded = fold(name).text.strip()
        found = self._han.get(folded) or self.latin_names.get(latin_key(folded), ())
        return tuple(sorted(found, key=lambda p: (p.name != folded, _ORDER[p.level], p.code)))

    def resolve(self, name: str) -> Place | None:
        """The place that a name states, larger places before it allowed: ``武汉市东西湖区``."""
        folded = "".join(fold(name).text.split())
        whole = self.lookup(name)
        if whole:
            return whole[0]
        for end in range(len(folded) - 1, 1, -1):
            outer = self._han.get(folded[:end])
            if not outer:
                continue
            rest = folded[end:]
            inner = self.resolve(rest)
            candidates = self.lookup(rest) or ((inner,) if inner else ())
            for place in candidates:
                if any(self.is_within(place, other) for other in outer):
                    return place
        return None

    def ancestors(self, place: Place) -> tuple[Place, ...]:
        """The places it lies in, nearest first."""
        found = []
        parent = self._by_code.get(place.parent)
        while parent is not None:
            found.append(parent)
            parent = self._by_code.get(parent.parent)
        return tuple(found)

    def children(self, place: Place) -> tuple[Place, ...]:
        """The places directly within it."""
        return tuple(other for other in self if other.parent == place.code)

    def is_within(self, place: Place, other: Place) -> bool:
        """Whether ``place`` lies in ``other`` (and is not ``other``)."""
        return any(ancestor.code == other.code for ancestor in self.ancestors(place))

    def city_of(self, place: Place) -> Place | None:
        """The city that a place is or lies in; none for a province and what it governs directly."""
        for candidate in (place, *self.ancestors(place)):
            if candidate.level == "city":
                return candidate
        return None


def short_name(place: Place) -> str:
    """``武汉市`` to ``武汉``, ``肃南裕固族自治县`` to ``肃南``; at least two characters."""
    return place.short


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that ships with cityqa, loaded once."""
    places = []
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, name, short, level, parent, pinyin, english, others = line.split("\t")
            spellings = tuple(others.split("|")) if others else ()
            places.append(
                Place(code, name, cast(Level, level), parent, pinyin, english, short, spellings)
            )
    return Gazetteer(tuple(places))
