"""What is measured of sentences, taken together by candidate, as when each is looked at alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa.stretches import Stretches


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Stretches, list[list[tuple[int, int]]]]:
    """Passages of some sentences, with candidates: of each passage, first and last sentence."""
    candidates = []
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    for size in sizes:
        ends = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=5))
        candidates.append([(draw(st.integers(0, end)), end) for end in ends])
    flat = [one for of_passage in candidates for one in of_passage]
    found = Stretches(
        sizes,
        np.repeat(np.arange(len(sizes)), list(map(len, candidates))),
        np.array([begin for begin, _ in flat], dtype=np.int64),
        np.array([end for _, end in flat], dtype=np.int64),
    )
    return found, candidates


@given(made=stretches(), data=st.data())
def test_each_candidate_has_the_values_of_its_sentences(
    made: tuple[Stretches, list[list[tuple[int, int]]]], data: st.DataObject
) -> None:
    found, candidates = made
    count = int(found.sizes.sum())
    numbers = st.integers(-9, 9)
    values = np.array(data.draw(st.lists(numbers, min_size=2 * count, max_size=2 * count)))
    values = values.reshape(count, 2).astype(float)
    expected = []
    start = 0
    for size, of_passage in zip(found.sizes.tolist(), candidates, strict=True):
        own = values[start : start + size]
        start += size
        for begin, end in of_passage:
            inside = own[begin : end + 1]
            before = own[begin - 1] if begin else np.zeros(2)
            after = own[end + 1] if end + 1 < size else np.zeros(2)
            expected.append([inside.max(axis=0), before, after, own.max(axis=0), own.sum(axis=0)])
    got = [
        found.most(values),
        found.before(values),
        found.after(values),
        found.of_passage(found.most_of_passage(values)),
        found.of_passage(found.sum_of_passage(values)),
    ]
    for column, array in enumerate(got):
        assert np.array_equal(array, np.array([row[column] for row in expected]))
    longer = [begin < end for of_passage in candidates for begin, end in of_passage]
    assert found.several.tolist() == np.flatnonzero(longer).tolist()
