"""Names of places in Latin letters: pinyin in any spelling, English names, aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.places.candidate import Candidate, How
from corpus.places.coverage import Coverage, Name
from corpus.places.folding import Folded
from corpus.places.gazetteer import Gazetteer, Place, latin_key
from corpus.places.ordinary import ORDINARY_LATIN, names_something_else
from corpus.places.sounds import blur_spelling

_WORD = re.compile(r"[a-z\u00df-\u024f]+")
_GAPS = frozenset(("'", " ", "-", ""))
_LONGEST_TYPED = 40  # letters of a mistyped name
_LONGEST = 6  # words of one name: "Wu'er'ke'qi"

# Kind words after a name, and before it ("distrito de", "Stadt"), to the ends of Chinese names.
_KINDS = {
    "市": "city shi municipality",
    "区": "district qu",
    "县旗": "county xian banner qi",
    "省区": "province sheng",
    "州盟区": "prefecture zhou league",
}
_AFTER = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_BEFORE = {
    "市": "city stadt ville ciudad citta cidade miasto miescie stad sehir gemeente municipio",
    "区": "district distrito distretto bezirk stadtbezirk dystrykt okreg wijk ilce arrondissement",
    "县旗": "county kreis landkreis comte condado contea powiat ilcesi",
    "省区": "province provincia provinz prowincja provincie eyalet",
}
_KIND_BEFORE = {word: kind for kind, words in _BEFORE.items() for word in words.split()}
_LINKS = frozenset(("of", "de", "di", "du", "da", "do", "d", "von", "van"))
# Case and adjective endings that European languages hang on a foreign name.
_ENDINGS = frozenset(("s", "er", "ers", "ese", "u", "ie", "em", "owi", "a", "lar", "da", "daki"))


class _Word(NamedTuple):
    start: int
    end: int
    text: str


class LatinNames:
    """Finds Latin names; holds what it needs of the covered names for typing errors."""

    def __init__(self, places: Gazetteer, coverage: Coverage) -> None:
        self._places = places
        self._coverage = coverage
        self._blurred: dict[str, str] = {}
        self._shortened: dict[str, set[str]] = {}
        for key in coverage.latin:
            if len(key) >= 5:
                self._blurred.setdefault(blur_spelling(key), key)
                for near in _deletions(key):
                    self._shortened.setdefault(near, set()).add(key)

    def find(self, folded: Folded) -> Iterator[Candidate]:
        """Candidates in order, not overlapping."""
        words = [_Word(m.start(), m.end(), m.group()) for m in _WORD.finditer(folded.text)]
        no_capitals = not any(folded.capital[word.start] for word in words)
        index = floor = 0  # words before ``floor`` belong to names already found
        while index < len(words):
            for count in range(min(_LONGEST, len(words) - index), 0, -1):
                group = words[index : index + count]
                if count > 1 and not _joined(folded.text, group):
                    continue
                found = self._exact(folded, words, index, floor, group, no_capitals)
                if found is None and count <= 2:
                    found = self._mistyped(folded, group)
                if found is not None:
                    yield found
                    while index < len(words) and words[index].start < found.end:
                        index += 1
                    floor = index
                    break
            else:
                index += 1

    def _exact(
        self,
        folded: Folded,
        words: Sequence[_Word],
        index: int,
        floor: int,
        group: Sequence[_Word],
        no_capitals: bool,
    ) -> Candidate | None:
        key = "".join(word.text for word in group)
        ours = self._coverage.latin.get(key)
        if ours is None and len(group) == 1:
            ours, key = self._inflected(key)
        bearers = self._places.latin_names.get(key, ())
        if ours is None and not bearers:
            return None
        start, end = group[0].start, group[-1].end
        kind, start, end = _kind(folded.text, words, index, floor, len(group), start, end)
        of_kind = tuple(p for p in bearers if kind and p.name[-1] in kind)
        if kind and not of_kind and (ours is None or ours.place is not None):
            kind, of_kind, start, end = "", (), group[0].start, group[-1].end
        how = self._how(key, ours, of_kind or bearers)
        split = len(group) > 1
        certainty = 0.95
        if split and " " in folded.text[group[0].start : group[-1].end]:
            certainty = 0.95 if ours or key not in _pinyin_keys(bearers) else 0.8
        if key in ORDINARY_LATIN and not (
            kind or (split and "'" in folded.text[group[0].start : group[-1].end])
        ):
            if key == "xian" and folded.capital[group[0].start]:
                certainty = 0.8
            elif not (split and ours):
                return None
        if ours is not None and not (
            of_kind and ours.place is not None and ours.place not in of_kind
        ):
            owner = (ours.place,) if ours.place else ()
            return Candidate(start, end, owner, ours.keys, certainty, how)
        ranked = self._rank(key, of_kind or bearers)
        capital = folded.capital[group[0].start] or no_capitals
        place = ranked[0]
        if split and len(group) != len(place.short) and len(group) != len(place.english.split()):
            return None
        if of_kind:
            return Candidate(start, end, ranked, (), 0.95, how)
        if not capital or len(key) < 4:
            return None
        if names_something_else(folded.text, end) and place.level == "district":
            return Candidate(start, end, ranked, (), 0.8, how, weak=True)
        if place.level == "district":
            inside = bool(self._coverage.focus(place)) and len(key) >= 5
            return Candidate(start, end, ranked, (), 0.8, how, weak=not inside)
        return Candidate(start, end, ranked, (), certainty, how)

    def _inflected(self, word: str) -> tuple[Name | None, str]:
        for length in range(len(word) - 1, max(4, len(word) - 5), -1):
            name = self._coverage.latin.get(word[:length])
            if name is not None and word[length:] in _ENDINGS:
                if word in self._places.latin_names:
                    break
                return name, word[:length]
        return None, word

    def _rank(self, key: str, bearers: Sequence[Place]) -> tuple[Place, ...]:
        def rank(place: Place) -> tuple[bool, int, bool, str]:
            level = ("province", "city", "district").index(place.level)
            uncovered = not self._coverage.focus(place)
            return latin_key(place.english) != key, level, uncovered, place.code

        return tuple(sorted(bearers, key=rank))

    def _how(self, key: str, ours: Name | None, bearers: Sequence[Place]) -> How:
        for place in (ours.place,) if ours and ours.place else bearers:
            if latin_key(place.pinyin) == key:
                return "pinyin"
            if key == latin_key(place.english) or key in map(latin_key, place.spellings):
                return "english"
        return "alias" if ours and ours.nickname else "pinyin"

    def _mistyped(self, folded: Folded, group: Sequence[_Word]) -> Candidate | None:
        typed = "".join(word.text for word in group)
        if not 5 <= len(typed) <= _LONGEST_TYPED or typed in self._places.latin_names:
            return None
        apart = " " in folded.text[group[0].start : group[-1].end]
        if apart and not all(2 <= len(word.text) <= 6 for word in group):
            return None
        key = self._blurred.get(blur_spelling(typed))
        certainty = 0.7
        if key is None and len(group) == 1:
            near = {typed, *_deletions(typed)}
            close = {
                key
                for form in near
                for key in self._shortened.get(form, ())
                if _one_edit(typed, key) and _same_start(typed, key)
            } | {form for form in near if form in self._coverage.latin and len(form) >= 5}
            key = min(close, default=None)
            certainty = 0.55
        if key is None:
            return None
        name = self._coverage.latin[key]
        owner = (name.place,) if name.place else ()
        return Candidate(group[0].start, group[-1].end, owner, name.keys, certainty, "typo")


def _pinyin_keys(bearers: Sequence[Place]) -> set[str]:
    return {latin_key(place.pinyin) for place in bearers}


def _joined(text: str, group: Sequence[_Word]) -> bool:
    return all(text[one.end : other.start] in _GAPS for one, other in pairwise(group))


def _kind(
    text: str,
    words: Sequence[_Word],
    index: int,
    floor: int,
    count: int,
    start: int,
    end: int,
) -> tuple[str, int, int]:
    """The kind that a word beside the name states, and the span with that word."""
    following = index + count
    if following < len(words) and text[end : words[following].start] in {" ", "-"}:
        kind = _AFTER.get(words[following].text)
        if kind:
            return kind, start, words[following].end
    before = index - 1
    if before >= floor and words[before].text in _LINKS:
        before -= 1
    if before >= floor and words[before].text in _KIND_BEFORE:
        between = text[words[before].end : start]
        if not set(between) - set(" 'abcdefghijklmnopqrstuvwxyz"):
            return _KIND_BEFORE[words[before].text], words[before].start, end
    return "", start, end


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _same_start(typed: str, name: str) -> bool:
    """People seldom get the first letter wrong, but for sounds that they confuse."""
    return typed[0] == name[0] or blur_spelling(typed)[0] == blur_spelling(name)[0]


def _one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes them equal."""
    if len(one) == len(other):
        wrong = [i for i in range(len(one)) if one[i] != other[i]]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
        return len(wrong) == 1
    shorter, longer = sorted((one, other), key=len)
    return len(longer) == len(shorter) + 1 and shorter in _deletions(longer)
