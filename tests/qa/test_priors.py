"""A report's bonus: its age against others of its city, and the years that it is of."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.report_store import Head
from embeddings.snapshot import Snapshot
from qa.priors import AGE_PENALTY, OLDEST, OLDEST_NAMED, YEAR_BONUS, Priors, against_city, cities

pytestmark = pytest.mark.xdist_group("shipped")


@pytest.fixture
def head(shipped: Snapshot) -> Head:
    return next(iter(shipped.heads.values()))


def dated(head: Head, number: int, city: str, date: str, *years: int) -> Head:
    day = datetime.date.fromisoformat(date) if date else None
    return replace(
        head, id=f"r{number}", number=number, city=city, date=day, years=frozenset(years)
    )


def test_older_reports_of_a_city_have_less_and_those_of_the_year_more(head: Head) -> None:
    priors = Priors(
        [
            dated(head, 0, "甲市", "2024-01-01", 2024),
            dated(head, 1, "甲市", "2022-01-01", 2021, 2022),
            dated(head, 2, "甲市", "", 2021),
            dated(head, 3, "乙市", "2000-01-01", 2021),
            dated(head, 4, "", "2000-01-01", 2021),
        ]
    )
    two_years = AGE_PENALTY * 730 / 365.25
    expected = [0.0, -two_years, -AGE_PENALTY * OLDEST, 0.0, 0.0]
    assert priors(()) == pytest.approx(expected)
    # Of a city with one report, and of none, the year makes no difference: there is no other.
    # The age of those of the year counts among themselves, and never takes their bonus off: so no
    # newer report of another year comes before them.
    oldest_named = YEAR_BONUS - AGE_PENALTY * OLDEST_NAMED
    of_year = [0.0, YEAR_BONUS, oldest_named, 0.0, 0.0]
    assert oldest_named > 0
    assert priors((2021, 1950)) == pytest.approx(of_year)
    assert priors.of_years((2021, 2024, 1950)).tolist() == [0, 1, 2, 3, 4]
    assert priors.of_years(()).tolist() == []


def test_a_report_is_compared_with_those_that_are_asked_alone(head: Head) -> None:
    priors = Priors(
        [
            dated(head, 0, "甲市", "2024-01-01"),
            dated(head, 1, "甲市", "2023-01-01"),
            dated(head, 2, "甲市", "2022-01-01"),
        ]
    )
    found = priors((), np.array([1, 2]))
    assert found == pytest.approx([0.0, 0.0, -AGE_PENALTY * 365 / 365.25])
    assert priors((), np.array([2])).tolist() == [0.0, 0.0, 0.0]
    assert priors((), np.array([], dtype=np.int64)).tolist() == [0.0, 0.0, 0.0]


def test_each_city_has_a_number_and_reports_without_a_city_have_none(head: Head) -> None:
    heads = [dated(head, n, city, "") for n, city in enumerate(("甲市", "", "乙市", "甲市"))]
    assert cities(heads).tolist() == [0, -1, 1, 0]


def test_age_is_counted_from_the_report_of_the_best_passage_of_a_city() -> None:
    #  city 0: the best is old by 0.3, another older still, the newest and one of a named year worse
    #  city 1: the newest is the best; city 2: the newest is the best by its age alone
    prior = np.array([-0.3, -0.5, 0.0, 0.3, 0.0, -0.5, 0.0, -0.4], np.float32)
    relevance = np.array([2.0, 1.0, 1.0, 0.5, 1.5, 1.0, 1.0, 1.3], np.float32)
    of = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    counted = against_city(prior, relevance, of)
    assert counted == pytest.approx([0.0, -0.2, 0.0, 0.3, 0.0, -0.5, 0.0, -0.4])


PASSAGES = st.lists(
    st.tuples(st.integers(-8, 4), st.integers(-8, 16), st.integers(-1, 3)), min_size=1, max_size=30
)


@given(PASSAGES)
def test_the_best_passage_of_a_city_stays_the_best_and_loses_nothing(
    passages: list[tuple[int, int, int]],
) -> None:
    # Eighths, so that sums are exact.
    prior, relevance = (np.array([p[at] / 8 for p in passages], np.float32) for at in (0, 1))
    of = np.array([city for _, _, city in passages])
    counted = against_city(prior, relevance, of)
    assert (counted >= prior).all()
    assert (counted <= np.maximum(prior, 0)).all()
    for city in set(of.tolist()):
        rows = np.flatnonzero(of == city)
        before, after = (relevance + prior)[rows], (relevance + counted)[rows]
        first = before == before.max()
        assert after[first].max() == after.max()
        assert counted[rows][first].max() >= 0
