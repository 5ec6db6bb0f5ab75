"""Characters and pairs are found where they stand in a text, and nowhere else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa.occurrences import Coded, Forms, longest_run

# Few characters, so that they meet; one of the second plane, one that ends the first.
LETTERS = st.sampled_from("公园图书馆3a 。\0\U00020000\uffff")
TEXTS = st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=5)
FORMS = st.lists(
    st.text(st.sampled_from("公园图书3a\U00020000"), min_size=1, max_size=2), max_size=8
)


@given(texts=TEXTS, forms=FORMS)
def test_a_form_is_held_where_it_is_part_of_the_text(texts: list[str], forms: list[str]) -> None:
    looked_for = Forms(forms)
    found = looked_for.held(Coded.of(texts))
    assert found.shape == (len(texts), len(set(forms)) + 1)
    assert not found[:, -1].any()
    for form, column in looked_for.columns.items():
        assert found[:, column].tolist() == [float(form in text) for text in texts]


@given(first=TEXTS, second=TEXTS, forms=FORMS)
def test_texts_coded_apart_are_as_coded_together(
    first: list[str], second: list[str], forms: list[str]
) -> None:
    looked_for = Forms(forms)
    apart = Coded.joined([Coded.of(first), Coded.of(second)])
    expected = looked_for.held(Coded.of([*first, *second]))
    assert np.array_equal(looked_for.held(apart), expected)


def test_a_pair_across_two_texts_is_in_neither() -> None:
    assert not Forms(["公园"]).held(Coded.of(["在公", "园里"])).any()


def test_the_longest_run_of_marks_is_between_gaps() -> None:
    marks = np.array(
        [
            [1, 1, 0, 1, 1, 1],
            [0, 0, 0, 0, 0, 0],
            [1, 1, 1, 1, 1, 1],
            [0, 1, 0, 1, 0, 1],
        ],
        dtype=bool,
    )
    assert longest_run(marks).tolist() == [3, 0, 6, 1]
    assert longest_run(marks[:, :0]).tolist() == [0, 0, 0, 0]


@given(st.lists(st.booleans(), max_size=30))
def test_the_longest_run_is_that_of_the_text(marks: list[bool]) -> None:
    text = "".join("x" if mark else " " for mark in marks)
    expected = max(map(len, text.split(" ")))
    assert longest_run(np.array([marks], dtype=bool))[0] == expected
