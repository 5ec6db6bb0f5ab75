"""A term has the number of its place among all, sorted by bytes, wherever it stands."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.bm25 import encoded
from embeddings.sorted_terms import SortedTerms

any_term = st.text(
    alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"])), max_size=4
)


def held(terms: Collection[str]) -> tuple[list[str], SortedTerms]:
    """Terms as an index has them, and the same to look in."""
    ordered = sorted(terms, key=encoded)
    parts = list(map(encoded, ordered))
    offsets = np.array([0, *accumulate(map(len, parts))], dtype=np.int64)
    return ordered, SortedTerms(b"".join(parts), offsets)


@given(st.sets(any_term, max_size=40), st.lists(any_term))
def test_a_term_has_its_place_and_another_none(terms: set[str], others: list[str]) -> None:
    ordered, found = held(terms)
    assert len(found) == len(ordered)
    places = {term: place for place, term in enumerate(ordered)}
    # Each twice: looked for, then remembered.
    for term in [*ordered, *others] * 2:
        assert found.find(term) == places.get(term)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 127, 128, 700])
def test_of_many_terms_each_is_found_and_those_beside_it_are_not(count: int) -> None:
    every = ["".join(term) for term in product("ab街道公园é😀z", repeat=3)]
    ordered, found = held(sorted(every, key=encoded)[:count])
    assert list(map(found.find, ordered)) == list(range(count))
    for term in ordered:
        assert found.find(term + "a") is None
        assert found.find(term[:-1]) is None
    assert found.find("") is None
    assert found.find("\U0010ffff") is None


def test_threads_find_the_same() -> None:
    terms = [f"{number}号" for number in range(2_000)]
    ordered, found = held(terms)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(found.find, ordered * 3)) == [*range(2_000)] * 3
