"""What speaks for a report before its text is looked at: its age, and the years that it is of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from embeddings.report_store import Head
from embeddings.search import Rows, Scores

YEAR_BONUS = 0.3
"""For the reports about the year that the question names."""

AGE_PENALTY = 0.1
"""A year of age, against the newest report of the same city."""

OLDEST = 5
"""Years of age beyond which nothing more is taken off."""

OLDEST_NAMED = 2
"""The same for reports of a year that the question names."""

_DAYS = 365.25
_UNDATED = datetime.date(1900, 1, 1).toordinal()


def cities(heads: Iterable[Head]) -> Rows:
    """A number for the city of each report, -1 for none; shape (reports,)."""
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(one.city, len(numbers)) if one.city else -1 for one in heads]
    return np.array(found, dtype=np.int64)


def against_city(prior: Scores, relevance: Scores, cities: Rows) -> Scores:
    """Count age from the report of the city's best passage, where that is not the newest.

    Age tells which of a city's reports is meant. It says nothing against another city, and
    nothing against a passage that is the best of its city though it is old: what it tells, no
    newer report of the city tells as well. So that passage loses nothing, and newer ones gain
    nothing on it.

    Args:
        prior: of each passage: its bonus, or what the age against the newest report takes off.
        relevance: of each passage, by its text alone.
        cities: of each passage.

    Returns:
        shape (passages,); nowhere less than ``prior``.
    """
    # City by city, the best first; of equals the one that less is taken off.
    order = np.lexsort((-prior, -(relevance + prior), cities))
    _, first, of_city = np.unique(cities[order], return_index=True, return_inverse=True)
    best = np.empty_like(prior)
    best[order] = prior[order][first][of_city]
    counted: Scores = np.maximum(prior, np.minimum(prior - best, 0))
    return counted


class Priors:
    """The bonus of each report against others of the same city.

    Args:
        heads: of all reports of an index, in order.
    """

    def __init__(self, heads: Iterable[Head]) -> None:
        heads = tuple(heads)
        days: list[int] = []
        years: dict[int, list[int]] = {}
        for number, head in enumerate(heads):
            days.append(head.date.toordinal() if head.date else _UNDATED)
            for year in head.years:
                years.setdefault(year, []).append(number)
        self._cities = cities(heads)
        self._days = np.array(days, dtype=np.int64)
        self._years: Mapping[int, Rows] = {
            year: np.array(of_year, dtype=np.int64) for year, of_year in years.items()
        }

    def of_years(self, years: Iterable[int]) -> Rows:
        """Numbers of the reports that are of one of some years, ascending."""
        found = [self._years[year] for year in years if year in self._years]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)

    def __call__(self, years: Sequence[int], numbers: Rows | None = None) -> Scores:
        """The bonus of every report; 0 for one that is alone of its city among those asked.

        The age of a report of a named year is counted against the newest of its city that is of
        one, and never takes all of its bonus off: its year is what is asked for.

        Args:
            years: that the question names.
            numbers: of the reports that are asked; all where none are given.

        Returns:
            shape (reports,).
        """
        result = np.zeros(len(self._cities), dtype=np.float32)
        asked = np.arange(len(self._cities)) if numbers is None else numbers
        asked = asked[self._cities[asked] >= 0]
        city, days = self._cities[asked], self._days[asked]
        several = np.bincount(city)[city] > 1 if len(asked) else np.empty(0, dtype=np.bool_)
        asked, city, days = asked[several], city[several], days[several]
        if not len(asked):
            return result
        of_year = np.zeros(len(self._cities), dtype=np.bool_)
        of_year[self.of_years(years)] = True
        named = of_year[asked]
        # One line of ages for the reports of a named year, another for the others.
        line = 2 * city + named
        newest = np.full(int(line.max()) + 2, _UNDATED, dtype=np.int64)
        np.maximum.at(newest, line, days)
        overall = np.maximum(newest[2 * city], newest[2 * city + 1])
        age = (np.where(named, newest[line], overall) - days) / _DAYS
        result[asked] = np.where(
            named,
            YEAR_BONUS - AGE_PENALTY * np.minimum(OLDEST_NAMED, age),
            -AGE_PENALTY * np.minimum(OLDEST, age),
        )
        return result
