"""The best candidates are chosen, none twice, whatever order they come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.report import Span
from qa.answer import Hit
from qa.candidates import Candidate
from qa.features import FEATURES, Scored
from qa.select import Chosen, choose

HIT = Hit(0, "p", "r", "text", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def candidate(row: int, first: int, last: int | None = None, plain: str = "") -> Candidate:
    last = first if last is None else last
    text = plain or f"{row}/{first}-{last}"
    joined = first < last
    return Candidate(row, first, last, Span(first, last + 1), text, text, last, joined, joined)


def scored_of(candidates: Sequence[Candidate]) -> Scored:
    matrix = np.zeros((len(candidates), len(FEATURES)), dtype=np.float32)
    return Scored(tuple(candidates), (HIT,) * len(candidates), matrix)


def chosen_of(
    candidates: Sequence[Candidate], scores: Sequence[float], top: int = 3
) -> list[Chosen]:
    passages = [f"p{c.row}" for c in candidates]
    return choose(scored_of(candidates), np.array(scores, dtype=np.float64), passages, top)


def texts(chosen: Sequence[Chosen]) -> list[str]:
    return [one.candidate.text for one in chosen]


def test_the_best_come_first_with_their_row() -> None:
    chosen = chosen_of([candidate(0, 0), candidate(0, 1), candidate(1, 2)], [1.0, 3.0, 2.0])
    assert texts(chosen) == ["0/1-1", "1/2-2", "0/0-0"]
    assert [one.index for one in chosen] == [1, 2, 0]
    assert [one.score for one in chosen] == [3.0, 2.0, 1.0]


def test_no_more_than_wanted_are_chosen() -> None:
    assert len(chosen_of([candidate(row, row) for row in range(5)], [0.0] * 5, top=2)) == 2
    assert chosen_of([], []) == []


def test_ties_are_broken_by_passage_id_then_by_position() -> None:
    chosen = chosen_of([candidate(2, 5), candidate(1, 4), candidate(1, 3)], [1.0, 1.0, 1.0])
    assert texts(chosen) == ["1/3-3", "1/4-4", "2/5-5"]


def test_no_sentence_is_shown_twice() -> None:
    overlapping = [candidate(0, 0, 1), candidate(0, 1), candidate(0, 0), candidate(0, 2)]
    assert texts(chosen_of(overlapping, [4.0, 3.0, 2.0, 1.0])) == ["0/0-1", "0/2-2"]


def test_a_sentence_is_shown_alone_or_with_those_before_never_both() -> None:
    both = [candidate(0, 1), candidate(0, 0, 1)]
    assert texts(chosen_of(both, [2.0, 1.0])) == ["0/1-1"]
    assert texts(chosen_of(both, [1.0, 2.0])) == ["0/0-1"]


def test_of_two_that_tie_the_sentence_alone_is_shown() -> None:
    both = [candidate(0, 0, 1), candidate(0, 1)]
    assert texts(chosen_of(both, [1.0, 1.0])) == ["0/1-1"]
    assert texts(chosen_of(both[::-1], [1.0, 1.0])) == ["0/1-1"]


def test_no_text_is_shown_twice() -> None:
    repeated = [candidate(0, 0, plain="同"), candidate(1, 1, plain="同"), candidate(2, 2)]
    assert texts(chosen_of(repeated, [3.0, 2.0, 1.0])) == ["同", "2/2-2"]


CANDIDATES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 1), st.integers(0, 2)),
    max_size=8,
    unique_by=lambda item: item[:3],
)


@given(CANDIDATES, st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_choice_does_not_depend_on_the_order_of_candidates(
    items: list[tuple[int, int, int, int]], random: object, top: int
) -> None:
    # At each position ends a sentence alone, or with those before, or both.
    pairs = [
        (candidate(row, last - more if last > more else 0, last), float(score))
        for row, last, more, score in items
    ]
    pairs = list({(c.row, c.first, c.last): (c, score) for c, score in pairs}.values())
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first_choice = chosen_of([c for c, _ in pairs], [s for _, s in pairs], top)
    second_choice = chosen_of([c for c, _ in shuffled], [s for _, s in shuffled], top)
    assert texts(first_choice) == texts(second_choice)
    assert len(first_choice) <= top
    scores = [one.score for one in first_choice]
    assert scores == sorted(scores, reverse=True)
    sentences = [
        (one.candidate.row, sentence)
        for one in first_choice
        for sentence in range(one.candidate.first, one.candidate.last + 1)
    ]
    assert len(sentences) == len(set(sentences))
