"""Which places does a question name, and which reports does that focus on?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from corpus.places.candidate import Candidate, How
from corpus.places.coverage import Coverage, CoveredPlace
from corpus.places.folding import Folded, fold
from corpus.places.gazetteer import Place, gazetteer
from corpus.places.han import find_han
from corpus.places.latin import LatinNames
from corpus.places.ordinary import named_after
from corpus.places.scripts import find_other_scripts
from corpus.places.typos import HanTypos

__all__ = ["CoveredPlace", "How", "Mention", "PlaceFinder"]

# Between a place and one that lies in it: 武汉市[]东西湖区, Wuhan['s ]Dongxihu District.
_INWARD = re.compile(r"\s*(?:|的|之|の|의|·|\(|'s|')\s*(?:the\s+)?")
# Between a place and the one it lies in: Dongxihu District[ of ]Wuhan, Дунсиху[ города ]Ухань.
_OUTWARD = re.compile(
    r"\s*[,(]?\s*(?:(?:in|of|the|city|de|del|la|di|du|da|do|d'|a|à|en|em|von|bei|der|stadt|ville|"
    r"ciudad|cidade|citta|van|w|i|в|г\.|города?|городе)\s+)*"
)
_LIST_GOES_ON = re.compile(r"\s*(?:,|and|or|y|e|et|ou|o|und|oder|i|и|или|en|of|&|ve)\s")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a question names.

    Attributes:
        place: none for an alias of a covered place that the gazetteer does not know.
        name: as it stands in the question, the place it lies in included: ``武汉市东西湖区``.
        start: offset in the question.
        end: offset behind it.
        certainty: 1.0 full name; .95 short name, alias, pinyin, English name; .8 short name that
            is also a word or a district's, pinyin in separate words; .7 typing error that sounds
            the same; .55 any other typing error.
        how: in which way the name was found.
        covered: keys of the covered places that it focuses on: the place itself, else the covered
            city that it lies in; empty for a place without a report.
    """

    place: Place | None
    name: str
    start: int
    end: int
    certainty: float
    how: How
    covered: tuple[str, ...] = ()


class PlaceFinder:
    """Finds the places that a question names.

    Args:
        covered: the places that there are reports on.
        known_words: says whether a Han string is an ordinary word of the reports; such a string is
            taken neither for a typing error nor, where it is a word as well, for an uncovered
            place.
    """

    def __init__(
        self,
        covered: Sequence[CoveredPlace],
        known_words: Callable[[str], bool] | None = None,
    ) -> None:
        self._places = gazetteer()
        self._coverage = Coverage(covered, self._places)
        self._known_words = known_words
        self._latin = LatinNames(self._places, self._coverage)
        self._typos = HanTypos(self._places, self._coverage)

    def is_whole(self, mention: Mention) -> bool:
        """Whether a mention names a covered place itself, not a district or county within it."""
        place = mention.place
        return place is None or place.code in self._coverage.keys_by_code

    def find(self, question: str) -> tuple[Mention, ...]:
        """Mentions in order, not overlapping, the longest first at each position."""
        folded = fold(question)
        text = folded.text
        candidates = list(find_han(text, self._places, self._coverage, self._known_words))
        if any("a" <= char <= "z" for char in text):
            candidates += self._latin.find(folded)
        if self._coverage.other or any(char >= "\u0400" for char in text):
            candidates += find_other_scripts(text, self._places, self._coverage)
        taken = bytearray(len(text))
        exact = _not_overlapping((c for c in candidates if not c.weak), taken)
        in_full = [c for c in candidates if c.how == "exact" and c.weak]
        mistyped = bytearray(len(text))
        typos = _not_overlapping(
            sorted(
                self._typos.find(text, [*exact, *in_full], self._known_words),
                key=lambda c: (-c.certainty, c.start - c.end),
            ),
            mistyped,
        )
        exact = [one for one in exact if not any(mistyped[one.start : one.end])]
        strong = sorted((*exact, *typos), key=lambda c: c.start)
        weak = [c for c in candidates if c.weak and not any(taken[c.start : c.end])]
        weak = [c for c in weak if not any(mistyped[c.start : c.end])]
        ordered = sorted((*strong, *weak), key=lambda c: (c.start, c.start - c.end))
        return tuple(
            self._mention(one, folded, question)
            for one in self._merge(text, self._settle(self._without_facilities(folded, ordered)))
            if not one.weak
        )

    def _without_facilities(
        self, folded: Folded, candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        """Without names of facilities that lie elsewhere: Hetang, of Hetang Tunnel in Nanping."""
        return [
            one
            for one, following in zip_longest(candidates, candidates[1:])
            if not (following and self._names_facility(folded, one, following))
        ]

    def _names_facility(self, folded: Folded, one: Candidate, following: Candidate) -> bool:
        if one.weak or following.weak or not one.places or not following.places:
            return False
        around = following.places[0]
        if any(
            place.level == "province"
            or self._places.is_within(place, around)
            or self._places.is_within(around, place)
            for place in one.places
        ):
            return False
        sure = one.certainty >= 0.95
        if sure and " " in folded.text[one.start : one.end]:  # Shandan County, distrito de Dongxihu
            return False
        return named_after(folded, one.start, one.end, following.start, sure=sure)

    def _settle(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Of places with one name, put first the one whose surroundings are named, or covered."""
        named = {c.places[0].code for c in candidates if c.places and not c.weak}

        def settle(one: Candidate) -> Candidate:
            others = named - {place.code for place in one.places}

            def rank(place: Place) -> tuple[bool, bool]:
                around = any(outer.code in others for outer in self._places.ancestors(place))
                elsewhere = place.level == "district" and not self._coverage.focus(place)
                return not around, elsewhere

            return replace(one, places=tuple(sorted(one.places, key=rank)))

        return [settle(one) if len(one.places) > 1 else one for one in candidates]

    def _merge(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Join a place with the one it lies in, where they are named as one: 武汉市东西湖区."""
        merged: list[Candidate] = []
        for index, one in enumerate(candidates):
            following = candidates[index + 1] if index + 1 < len(candidates) else None
            last = merged[-1] if merged else None
            if last is not None and one.start < last.end:
                if not last.weak:
                    continue
                merged.pop()
                last = merged[-1] if merged else None
            joined = self._join(text, last, one, following) if last else None
            if joined is None:
                merged.append(one)
            else:
                merged[-1] = joined
        return merged

    def _join(
        self, text: str, first: Candidate, second: Candidate, following: Candidate | None
    ) -> Candidate | None:
        between = text[first.end : second.start]
        span = {"start": first.start, "end": second.end}
        if not first.weak and first.places and _INWARD.fullmatch(between):
            inner = self._within(second, first.places[0])
            if inner is not None:
                return replace(inner, start=span["start"], end=span["end"])
        if not second.weak and second.places and _OUTWARD.fullmatch(between) and between:
            inner = self._within(first, second.places[0])
            if inner is not None and not ("," in between and self._lists(text, second, following)):
                return replace(inner, start=span["start"], end=span["end"])
        return None

    def _within(self, one: Candidate, outer: Place) -> Candidate | None:
        """The candidate, settled on its place within ``outer``; none where it has none there."""
        inside = tuple(p for p in one.places if self._places.is_within(p, outer))
        if not inside:
            return None
        certainty = 0.95 if one.certainty == 0.8 else one.certainty
        return replace(one, places=inside, certainty=certainty, weak=False)

    def _lists(self, text: str, outer: Candidate, following: Candidate | None) -> bool:
        """Whether the enumeration goes on after ``outer``: Dongxihu, Wuhan and Loudi."""
        if following is None or not following.places or not outer.places:
            return False
        between = text[outer.end : following.start]
        if self._places.is_within(outer.places[0], following.places[0]):
            return False
        return len(between) < 12 and bool(_LIST_GOES_ON.match(between))

    def _mention(self, one: Candidate, folded: Folded, question: str) -> Mention:
        start, end = folded.starts[one.start], folded.ends[one.end - 1]
        place = one.places[0] if one.places else None
        covered = one.keys
        if not covered and place is not None:
            covered = self._coverage.focus(place)
        return Mention(place, question[start:end], start, end, one.certainty, one.how, covered)


def _not_overlapping(candidates: Iterable[Candidate], taken: bytearray) -> list[Candidate]:
    """Keep each candidate that overlaps none before it; mark the characters that are taken."""
    kept: list[Candidate] = []
    for one in candidates:
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return kept
