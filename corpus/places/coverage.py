"""Which places the reports cover, and under which names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.places.folding import fold, is_han
from corpus.places.gazetteer import Gazetteer, Place, latin_key
from corpus.places.sounds import cyrillic_stem, hangul, spell


@dataclass(frozen=True, slots=True)
class CoveredPlace:
    """A place that the corpus has reports on.

    Attributes:
        key: what the caller knows it by; several may share one place.
        city: as the report names it: ``武汉市``, ``武汉市东西湖区``.
        aliases: other names under which people ask for it, in any script.
    """

    key: str
    city: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """One covered name.

    Attributes:
        keys: of the covered places that bear it.
        place: where the gazetteer knows it.
        nickname: whether it is an alias that the gazetteer does not have.
    """

    keys: tuple[str, ...]
    place: Place | None
    nickname: bool


class Coverage:
    """The covered names by script, folded, each to its covered places."""

    def __init__(self, covered: Sequence[CoveredPlace], places: Gazetteer) -> None:
        self._places = places
        self.keys_by_code: dict[str, tuple[str, ...]] = {}
        self.han: dict[str, Name] = {}
        self.latin: dict[str, Name] = {}
        self.other: dict[str, Name] = {}
        self._known: dict[str, Name] = {}
        for one in covered:
            self._add(one)

    def _add(self, one: CoveredPlace) -> None:
        place = self._places.resolve(one.city)
        names = {fold(one.city).text: False}
        if place is not None:
            known = self.keys_by_code.get(place.code, ())
            self.keys_by_code[place.code] = tuple(dict.fromkeys((*known, one.key)))
            names |= {place.name: False, place.short: False}
            for form in (place.pinyin, place.english, *place.spellings):
                _put(self.latin, latin_key(form), one.key, place, nickname=False)
            _put(self._known, place.code, one.key, place, nickname=False)
        for alias in one.aliases:
            names.setdefault(fold(alias).text.strip(), True)
        for name, nickname in names.items():
            if len(name) < 2:
                continue
            if all(map(is_han, name)):
                _put(self.han, name, one.key, place, nickname=nickname)
            elif name.isascii() or all(c < "\u0250" for c in name):
                if len(latin_key(name)) > 2:
                    _put(self.latin, latin_key(name), one.key, place, nickname=nickname)
            else:
                _put(self.other, name, one.key, place, nickname=nickname)

    @cached_property
    def cyrillic(self) -> dict[str, Name]:
        """Stems of Palladius transcriptions."""
        return {cyrillic_stem(spelled): name for spelled, name in self._spelled()}

    @cached_property
    def korean(self) -> dict[str, Name]:
        """Hangul transcriptions."""
        return {hangul(spelled): name for spelled, name in self._spelled()}

    def _spelled(self) -> Iterator[tuple[tuple[str, ...], Name]]:
        for name in self._known.values():
            if name.place is not None:
                yield spell(name.place.short, name.place.pinyin), name

    @cached_property
    def han_lengths(self) -> dict[str, tuple[int, ...]]:
        """The first two characters of each Han name to the lengths of such names."""
        lengths: dict[str, set[int]] = {}
        for name in self.han:
            lengths.setdefault(name[:2], set()).add(len(name))
        return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def focus(self, place: Place) -> tuple[str, ...]:
        """Keys of the place itself, else of the nearest city that it lies in and that is covered.

        A province never stands for what lies in it, nor a district for another province's report.
        """
        for candidate in (place, *self._places.ancestors(place)):
            keys = self.keys_by_code.get(candidate.code)
            if keys and (candidate is place or candidate.level != "province"):
                return keys
        return ()


def _put(
    names: dict[str, Name], form: str, key: str, place: Place | None, *, nickname: bool
) -> None:
    known = names.get(form)
    if known is None:
        names[form] = Name((key,), place, nickname)
    else:
        keys = tuple(dict.fromkeys((*known.keys, key)))
        names[form] = Name(keys, known.place or place, known.nickname and nickname)
