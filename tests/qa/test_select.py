"""The best candidates are chosen, none twice, whatever order they come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.report import Span
from qa.answer import Hit
from qa.candidates import Candidate
from qa.features import FEATURES, Scored
from qa.select import Chosen, choose, score_candidates

HIT = Hit(0, "p", "r", "text", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def candidate(row: int, first: int, last: int | None = None, plain: str = "") -> Candidate:
    last = first if last is None else last
    text = plain or f"{row}/{first}-{last}"
    return Candidate(row, first, last, Span(first, last + 1), text, text, last, first < last)


def scored_of(candidates: Sequence[Candidate]) -> Scored:
    matrix = np.zeros((len(candidates), len(FEATURES)), dtype=np.float32)
    return Scored(tuple(candidates), (HIT,) * len(candidates), matrix)


def chosen_of(
    candidates: Sequence[Candidate], scores: Sequence[float], top: int = 3
) -> list[Chosen]:
    passages = [f"p{c.row}" for c in candidates]
    return choose(scored_of(candidates), np.array(scores, dtype=np.float32), passages, top)


def texts(chosen: Sequence[Chosen]) -> list[str]:
    return [one.candidate.text for one in chosen]


def test_a_score_is_the_weighted_sum_of_the_features() -> None:
    scored = scored_of([candidate(0, 0), candidate(0, 1)])
    scored.matrix[:, FEATURES.index("cosine")] = [0.5, 0.25]
    scored.matrix[:, FEATURES.index("length")] = [1.0, 4.0]
    weights = {"cosine": 2.0, "length": 0.5}
    assert score_candidates(scored, weights).tolist() == [0.5 * 2 + 0.5, 0.25 * 2 + 4 * 0.5]


def test_a_feature_without_a_weight_counts_nothing_and_a_strange_weight_is_no_feature() -> None:
    scored = scored_of([candidate(0, 0)])
    scored.matrix[:] = 7.0
    assert score_candidates(scored, {}).tolist() == [0.0]
    assert score_candidates(scored, {"unheard of": 3.0}).tolist() == [0.0]


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
    # One candidate ends at each position, as `candidates_of` makes them.
    unique = {
        (row, first + more): (row, first, first + more, score) for row, first, more, score in items
    }
    rows = list(unique.values())
    pairs = [(candidate(row, first, last), float(score)) for row, first, last, score in rows]
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


def test_scores_are_single_precision() -> None:
    assert score_candidates(scored_of([candidate(0, 0)])).dtype == np.float32
    assert score_candidates(scored_of([])).shape == (0,)
    with pytest.raises(ValueError, match="matmul"):
        score_candidates(Scored((), (), np.zeros((1, 2), dtype=np.float32)))
