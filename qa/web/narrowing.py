"""What a question on the page is confined to, as its address and its form have it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from starlette.datastructures import QueryParams

from qa.filters import Filters, parse_year

MOST = 20
"""Cities, years and publishers each that one question may be confined to."""

_LONGEST = 100
"""Characters of one of them."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Search these only, as typed; empty is no limit.

    Attributes:
        cities: names.
        years: in digits.
        publishers: names or parts of them.
    """

    cities: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()

    @classmethod
    def of_query(cls, query: QueryParams) -> Self:
        """What an address says; of anything, the first ones, and nothing twice."""

        def values(name: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(_typed(query.getlist(name))))[:MOST]

        # The box of a year is found by its plain digits.
        years = (unicodedata.normalize("NFKC", year) for year in values("year"))
        return cls(values("city"), tuple(dict.fromkeys(years)), values("publisher"))

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """The opposite of ``asdict``.

        Raises:
            LookupError, TypeError: it is no such record.
        """
        return cls(*(tuple(record[name]) for name in ("cities", "years", "publishers")))

    def fields(self) -> list[tuple[str, str]]:
        """The fields of an address."""
        return [
            *(("city", city) for city in self.cities),
            *(("year", year) for year in self.years),
            *(("publisher", publisher) for publisher in self.publishers),
        ]

    def filters(self) -> Filters:
        """For the search.

        Raises:
            UsageError: a year is none.
        """
        return Filters(self.cities, tuple(map(parse_year, self.years)), self.publishers)


WIDE = Narrowing()
"""No limit."""


def _typed(values: Iterable[str]) -> Iterable[str]:
    return (text[:_LONGEST] for value in values if (text := value.strip()))
