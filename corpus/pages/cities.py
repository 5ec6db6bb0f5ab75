"""The reports by city, in the order of the gazetteer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.report import Described

_LAST = "~"


@dataclass(frozen=True, slots=True)
class CityView:
    """One city or district with its reports.

    Attributes:
        id: its anchor on the page.
        name: as the reports give it; empty for reports without a city.
        english: its English name, or empty.
        province: that it lies in, or empty.
        reports: newest first.
    """

    id: str
    name: str
    english: str
    province: str
    reports: tuple[Described, ...]


def cities_of(reports: Iterable[Described]) -> tuple[CityView, ...]:
    """The cities in the order of their codes (GB/T 2260), so that neighbours stand together.

    Places that the gazetteer does not know come after them by name, reports without a city last.
    """
    from corpus.places.gazetteer import gazetteer

    found: dict[str, list[Described]] = {}
    for report in reports:
        found.setdefault(report.city, []).append(report)
    places = gazetteer()
    rows = []
    for city, its in found.items():
        place = places.resolve(city) if city else None
        outer = places.ancestors(place) if place else ()
        order = (place.code if place else _LAST if city else _LAST * 2, city)
        province = outer[-1].name if outer else ""
        english = place.english if place else ""
        rows.append((order, city, english, province, tuple(sorted(its, key=_newest_first))))
    return tuple(
        CityView(f"city-{number}", city, english, province, its)
        for number, (_, city, english, province, its) in enumerate(
            sorted(rows, key=lambda row: row[0]), start=1
        )
    )


def _newest_first(report: Described) -> tuple[int, str]:
    return -(report.date or datetime.date.min).toordinal(), report.id
