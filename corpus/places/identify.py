"""Which place is a report about?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.places.gazetteer import Place, gazetteer
from corpus.places.recognise import PlaceFinder

_OPENING = 6  # lines
# What a mention weighs by where it stands: in the title, the opening, the rest, as publisher.
_TITLE, _EARLY, _LATE, _PUBLISHER = 1000, 3, 1, 6
# A district that the title does not name is the subject only where most mentions are of it.
_DISTRICT_SHARE = 0.6


def identify_city(title: str, lines: Sequence[str], publisher: str | None) -> Place | None:
    """The city or district that a report is about; none where it names no city or district.

    The title decides, a district in it before its city. Where it names none, or several, mentions
    are counted, those of the opening and of the publisher's name more; a district counts for its
    city too.

    Args:
        title: may be empty.
        lines: of the text, in order, in either script.
        publisher: as the report states it.
    """
    finder = PlaceFinder(())
    in_title = _count(finder, title, least=0.8)
    counted: Counter[str] = Counter()
    for number, line in enumerate(lines):
        for code, times in _count(finder, line).items():
            counted[code] += times * (_EARLY if number < _OPENING else _LATE)
    for code in _count(finder, publisher or ""):
        counted[code] += _PUBLISHER
    for code, times in in_title.items():
        counted[code] += times * _TITLE
    return _most_named(counted, frozenset(in_title))


def _count(finder: PlaceFinder, text: str, least: float = 0.95) -> Counter[str]:
    """Codes of the cities and districts that a text names, and how often."""
    return Counter(
        mention.place.code
        for mention in finder.find(text)
        if mention.place is not None and mention.place.level != "province"
        if mention.certainty >= least
    )


def _most_named(counted: Counter[str], in_title: frozenset[str]) -> Place | None:
    places = gazetteer()
    cities: Counter[str] = Counter()
    for code, weight in counted.items():
        place = places.get(code)
        city = places.city_of(place) if place is not None else None
        cities[city.code if city is not None else code] += weight
    if not cities:
        return None
    subject = min(cities, key=lambda code: (-cities[code], code))
    within = {
        code: weight
        for code, weight in counted.items()
        if code != subject and _lies_in(code, subject) and (not in_title or code in in_title)
    }
    if within:
        district = min(within, key=lambda code: (-within[code], code))
        alone = in_title.isdisjoint(set(within) - {district})
        if alone and (district in in_title or within[district] > _DISTRICT_SHARE * cities[subject]):
            subject = district
    return places.get(subject)


def _lies_in(code: str, city: str) -> bool:
    places = gazetteer()
    inner, outer = places.get(code), places.get(city)
    return inner is not None and outer is not None and places.is_within(inner, outer)


def display_name(place: Place) -> str:
    """The name that reports carry: ``武汉市``; a district's with its city, ``武汉市东西湖区``."""
    city = gazetteer().city_of(place)
    return place.name if city is None or city == place else city.name + place.name
