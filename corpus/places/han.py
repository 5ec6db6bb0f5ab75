"""Exact names of places in Han characters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus.places.candidate import Candidate, How
from corpus.places.coverage import Coverage
from corpus.places.folding import is_han
from corpus.places.gazetteer import Gazetteer, Place
from corpus.places.ordinary import (
    ORDINARY,
    SEAMS,
    district_follows,
    names_something_else,
    place_is_meant,
    stands_free,
)

KnownWords = Callable[[str], bool]


def find_han(
    text: str, places: Gazetteer, coverage: Coverage, known_words: KnownWords | None
) -> Iterator[Candidate]:
    """Names in a folded text, longest first at each position; weak ones may overlap others."""
    position = 0
    ours, all_names = coverage.han_lengths, places.han_lengths
    while position < len(text) - 1:
        pair = text[position : position + 2]
        lengths = all_names.get(pair, ()) if is_han(pair[0]) else ()
        if pair in ours:
            lengths = tuple(sorted({*lengths, *ours[pair]}, reverse=True))
        advance = 1
        for length in lengths:
            name = text[position : position + length]
            if len(name) < length:
                continue
            found = _judge(text, position, name, places, coverage, known_words)
            if found is not None:
                yield found
                if not found.weak:
                    advance = length
                break
        position += advance


def _judge(
    text: str,
    start: int,
    name: str,
    places: Gazetteer,
    coverage: Coverage,
    known_words: KnownWords | None,
) -> Candidate | None:
    end = start + len(name)
    ours = coverage.han.get(name)
    if ours is not None:
        in_full = ours.place is not None and name.endswith(ours.place.name)
        if name in ORDINARY and not ours.nickname and not place_is_meant(text, start, end):
            return None
        how: How = "exact" if in_full else "alias" if ours.nickname else "short"
        owners = (ours.place,) if ours.place else ()
        return Candidate(start, end, owners, ours.keys, 1.0 if in_full else 0.95, how)
    bearers = places.han_names.get(name, ())
    full = tuple(place for place in bearers if place.name == name)
    if full:
        weak = (name in SEAMS or len(name) == 2) and not (
            name not in SEAMS and stands_free(text, start) and text[end : end + 1] != "级"
        )
        return Candidate(start, end, full, (), 1.0, "exact", weak)
    if not bearers:
        return None
    if name not in {place.short for place in bearers}:  # 肃南县
        return Candidate(start, end, bearers, (), 0.95, "short")
    return _judge_short(text, start, name, bearers, coverage, known_words)


def _judge_short(
    text: str,
    start: int,
    name: str,
    bearers: tuple[Place, ...],
    coverage: Coverage,
    known_words: KnownWords | None,
) -> Candidate | None:
    end = start + len(name)
    ranked = tuple(sorted(bearers, key=lambda p: ("province", "city", "district").index(p.level)))
    ordinary = name in ORDINARY
    if ranked[0].level == "province":
        return Candidate(start, end, ranked, (), 0.95, "short")
    if ordinary and known_words is not None and known_words(name):
        return Candidate(start, end, ranked, (), 0.8, "short", weak=True)
    if ranked[0].level == "city":
        meant = not ordinary or place_is_meant(text, start, end)
        certainty = 0.8 if ordinary else 0.95
        return Candidate(start, end, ranked, (), certainty, "short", weak=not meant)
    if district_follows(text, end):
        return Candidate(start, end, ranked, (), 0.8, "short")
    elsewhere = names_something_else(text, end)
    inside = any(coverage.focus(place) for place in ranked)
    known = known_words is not None and known_words(name) and not inside
    apart = len(name) >= 3 or (inside and stands_free(text, start))
    strong = apart and not (ordinary or elsewhere or known)
    return Candidate(start, end, ranked, (), 0.8, "short", weak=not strong)
