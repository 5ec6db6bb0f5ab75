"""What a search may be confined to besides the places that a question names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from corpus.errors import NoSuchReports, UsageError
from corpus.normalise import normalise
from qa.chinese_years import CHINESE_DIGITS

_NAMED = 24
"""Publishers that an error names; of others, how many there are is told."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""That can be asked for."""


def parse_year(text: str) -> int:
    """A year as typed.

    Raises:
        UsageError: it is none from 1900 to 2100 in four digits.
    """
    typed = text.strip()
    digits = typed.removesuffix("年").translate(CHINESE_DIGITS)
    # Digits of any script, as the full-width ones of an input method.
    if len(digits) == 4 and digits.isdecimal() and FIRST_YEAR <= int(digits) <= LAST_YEAR:
        return int(digits)
    raise UsageError(
        f"{typed[:20] or 'a year without digits'} is no year that can be asked for",
        mend=f"give one from {FIRST_YEAR} to {LAST_YEAR} in four digits",
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """Search these reports only; an empty tuple is no filter.

    Attributes:
        cities: names in any way in which a question may name them, or ids of reports.
        years: that the reports are of.
        publishers: names, or parts of them, in either script.
    """

    cities: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    publishers: tuple[str, ...] = ()


class _Head(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def years(self) -> frozenset[int]: ...
    @property
    def publisher(self) -> str | None: ...


class YearsAndPublishers:
    """Finds the reports of years and publishers.

    Args:
        heads: of all reports of an index, in order.
    """

    def __init__(self, heads: Iterable[_Head]) -> None:
        self._years: dict[int, list[str]] = {}
        self._publishers: dict[str, list[str]] = {}
        for head in heads:
            for year in head.years:
                self._years.setdefault(year, []).append(head.id)
            if head.publisher:
                self._publishers.setdefault(head.publisher, []).append(head.id)

    @property
    def years(self) -> tuple[int, ...]:
        """That reports are of, the latest first."""
        return tuple(sorted(self._years, reverse=True))

    @property
    def publishers(self) -> tuple[str, ...]:
        """Those of the most reports first, then by name."""
        reports = self._publishers
        return tuple(sorted(reports, key=lambda name: (-len(reports[name]), name)))

    def reports(self, filters: Filters) -> frozenset[str] | None:
        """Ids of the reports of the years and of the publishers; none where neither is given.

        Raises:
            NoSuchReports: there are none.
        """
        found: frozenset[str] | None = None
        if filters.years:
            found = frozenset(self._of_years(filters.years))
        if filters.publishers:
            published = frozenset(self._of_publishers(filters.publishers))
            found = published if found is None else found & published
        if found is not None and not found:
            raise NoSuchReports(
                "no report is both of such a year and of such a publisher",
                mend="leave one of the two out",
            )
        return found

    def _of_years(self, years: Iterable[int]) -> Iterable[str]:
        for year in years:
            if year not in self._years:
                known = sorted(self._years)
                raise NoSuchReports(
                    f"no report is of the year {year}",
                    mend=f"the reports are of years from {known[0]} to {known[-1]}"
                    if known
                    else "leave the year out: no report has one",
                )
            yield from self._years[year]

    def _of_publishers(self, names: Iterable[str]) -> Iterable[str]:
        for name in names:
            wanted = normalise(name).strip()
            matching = [one for one in self._publishers if wanted and wanted in normalise(one)]
            if not matching:
                known = "、".join(sorted(self._publishers)[:_NAMED])
                more = max(0, len(self._publishers) - _NAMED)
                raise NoSuchReports(
                    f"no report was published by {name.strip() or 'a publisher without a name'}",
                    mend=f"they were published by {known}" + (f" and {more:,} more" if more else "")
                    if known
                    else "leave the publisher out: no report names one",
                )
            for one in matching:
                yield from self._publishers[one]
