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


@dataclass(frozen=True, slots=True)
class _Group:
    """Covered places of one city and with the same aliases: by number, and their keys."""

    numbers: tuple[int, ...]
    keys: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """A name while its groups are gathered."""

    groups: list[_Group]
    place: Place | None
    nickname: bool

    def name(self) -> Name:
        return Name(_keys(self.groups), self.place, self.nickname)


_Drafts = dict[str, _Draft]


class Coverage:
    """The covered names by script, folded, each to its covered places.

    A city may have thousands of reports: those that are named alike are looked up once.
    """

    def __init__(self, covered: Sequence[CoveredPlace], places: Gazetteer) -> None:
        self._places = places
        alike: dict[tuple[str, tuple[str, ...]], list[tuple[int, str]]] = {}
        for number, one in enumerate(covered):
            alike.setdefault((one.city, one.aliases), []).append((number, one.key))
        by_code: dict[str, list[_Group]] = {}
        han: _Drafts = {}
        latin: _Drafts = {}
        other: _Drafts = {}
        known: _Drafts = {}
        for (city, aliases), members in alike.items():
            group = _Group(*zip(*members, strict=True))
            place = places.resolve(city)
            names = {fold(city).text: False}
            if place is not None:
                by_code.setdefault(place.code, []).append(group)
                names |= {place.name: False, place.short: False}
                for form in (place.pinyin, place.english, *place.spellings):
                    _put(latin, latin_key(form), group, place, nickname=False)
                _put(known, place.code, group, place, nickname=False)
            for alias in aliases:
                names.setdefault(fold(alias).text.strip(), True)
            for name, nickname in names.items():
                if len(name) < 2:
                    continue
                if all(map(is_han, name)):
                    _put(han, name, group, place, nickname=nickname)
                elif name.isascii() or all(c < "\u0250" for c in name):
                    if len(latin_key(name)) > 2:
                        _put(latin, latin_key(name), group, place, nickname=nickname)
                else:
                    _put(other, name, group, place, nickname=nickname)
        self.keys_by_code = {code: _keys(groups) for code, groups in by_code.items()}
        self.han, self.latin, self.other, self._known = (
            {form: draft.name() for form, draft in drafts.items()}
            for drafts in (han, latin, other, known)
        )

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


def _keys(groups: Sequence[_Group]) -> tuple[str, ...]:
    """The keys of some groups, each once, in the order of the covered places."""
    if len(groups) == 1:
        return tuple(dict.fromkeys(groups[0].keys))
    pairs = sorted(
        (number, key)
        for group in groups
        for number, key in zip(group.numbers, group.keys, strict=True)
    )
    return tuple(dict.fromkeys(key for _, key in pairs))


def _put(names: _Drafts, form: str, group: _Group, place: Place | None, *, nickname: bool) -> None:
    known = names.get(form)
    if known is None:
        names[form] = _Draft([group], place, nickname)
    else:
        if known.groups[-1] is not group:
            known.groups.append(group)
        known.place = known.place or place
        known.nickname = known.nickname and nickname
