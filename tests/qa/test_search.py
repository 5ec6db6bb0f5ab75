"""A search gives passages and their candidates; passages are ranked by their best candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from corpus.places.recognise import PlaceFinder
from corpus.report import Span
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.answer import Hit
from qa.candidates import Candidate
from qa.features import FEATURES, Scored
from qa.question import understand
from qa.retrieve import Retrieved
from qa.scale import Scale
from qa.search import BYLINE_BONUS, CANDIDATES, PASSAGES, Found, Searcher

pytestmark = pytest.mark.xdist_group("shipped")


def hit(row: int, fused: float) -> Hit:
    return Hit(row, f"p{row}", "r", "text", 0.0, 0.0, 0.0, 0.0, 0.0, fused, fused)


def found_of(hits: Sequence[Hit], rows: Sequence[int]) -> Found:
    """A candidate for each of ``rows``, which are rows of hits."""
    candidates = tuple(
        Candidate(row, n, n, Span(n, n + 1), f"{n}", f"{n}", n, False, False)
        for n, row in enumerate(rows)
    )
    by_row = {one.row: one for one in hits}
    scored = Scored(
        candidates,
        tuple(by_row[row] for row in rows),
        np.zeros((len(rows), len(FEATURES)), dtype=np.float32),
    )
    vector = np.zeros((1, 4), dtype=np.float32)
    return Found(Retrieved(tuple(hits), vector, {}, ()), scored)


def ranked(found: Found, scores: Sequence[float]) -> list[tuple[int, float]]:
    return [(one.row, one.score) for one in found.ranked(np.array(scores))]


def test_passages_are_ranked_by_their_best_candidate() -> None:
    hits = [hit(0, 3.0), hit(1, 2.0), hit(2, 1.0)]
    found = found_of(hits, [0, 0, 1, 2, 2])
    assert ranked(found, [-1.0, 0.5, 0.25, 4.0, 1.0]) == [(2, 4.0), (0, 0.5), (1, 0.25)]
    # What they were found by stays.
    assert {one.row: one.fused for one in found.ranked(np.zeros(5))} == {0: 3.0, 1: 2.0, 2: 1.0}


def test_passages_that_tie_are_ranked_by_their_ids() -> None:
    found = found_of([hit(2, 3.0), hit(0, 2.0), hit(1, 1.0)], [2, 0, 1])
    assert ranked(found, [1.0, 1.0, 1.0]) == [(0, 1.0), (1, 1.0), (2, 1.0)]


def test_passages_without_candidates_follow_as_they_were_found() -> None:
    hits = [hit(0, 3.0), hit(1, 2.0), hit(2, 1.75), hit(3, 1.0)]
    found = found_of(hits, [0, 1])
    # Behind the last one with a candidate, by how far each lies behind the first of the others.
    assert ranked(found, [-2.0, 5.0]) == [(1, 5.0), (0, -2.0), (2, -2.0), (3, -2.75)]
    assert ranked(found_of([], []), []) == []
    assert ranked(found_of(hits[2:], []), []) == [(2, 0.0), (3, -0.75)]


@pytest.fixture(scope="module")
def searcher(shipped: Snapshot, embedder: BuiltinEmbedder) -> Searcher:
    return Searcher(shipped, embedder.word_pieces, Scale())


def find(
    searcher: Searcher,
    embedder: BuiltinEmbedder,
    finder: PlaceFinder,
    text: str,
    **options: object,
) -> Found:
    question = understand(text, finder)
    vector = embedder.encode_queries([question.meant])
    return searcher.find(question, vector, **options)  # type: ignore[arg-type]


def test_candidates_are_those_of_the_first_passages(
    searcher: Searcher, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    found = find(searcher, embedder, finder, "武汉改造了多少个老旧小区？")
    assert len(found.retrieved.hits) == PASSAGES > CANDIDATES
    first = [one.row for one in found.retrieved.hits[:CANDIDATES]]
    assert list(dict.fromkeys(one.row for one in found.scored.hits)) == first
    # However few passages are wanted, selection has as many to choose from.
    fewer = find(searcher, embedder, finder, "武汉改造了多少个老旧小区？", passages=1)
    assert len(fewer.retrieved.hits) == CANDIDATES
    assert fewer.scored.candidates == found.scored.candidates
    assert (fewer.scored.matrix == found.scored.matrix).all()


def test_a_search_is_kept_within_its_reports_and_raised_by_priors(
    shipped: Snapshot, searcher: Searcher, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    text = "建立了多少个巡回指导组？"
    within = find(searcher, embedder, finder, text, within={"loudi", "jinan"})
    assert {one.report for one in within.scored.hits} <= {"loudi", "jinan"}
    bonus = np.array([9.0 * (key == "jinan") for key in shipped.heads], dtype=np.float32)
    raised = find(searcher, embedder, finder, text, priors=bonus)
    assert {one.report for one in raised.scored.hits} == {"jinan"}
    assert {one.prior for one in raised.scored.hits} == {9.0}


@pytest.mark.parametrize(
    ("text", "bonus"), [("济南综述的编辑是谁？", BYLINE_BONUS), ("济南编辑了几期简报？", 0.0)]
)
def test_bylines_are_raised_for_who_asks_for_them(
    text: str, bonus: float, searcher: Searcher, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    found = find(searcher, embedder, finder, text, within={"jinan"})
    assert max(one.prior for one in found.retrieved.hits) == pytest.approx(bonus)


def test_a_misspelt_term_is_searched_for_as_it_is_meant(
    searcher: Searcher, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question = understand("武汉改造了多少个老旧小区？", finder)
    vector = embedder.encode_queries([question.text])
    bag = {"养老": 1.0, "服务中心": 1.0, "心": 0.5}
    found = searcher.find(replace(question, bag=bag), vector)
    assert set(found.retrieved.terms) == set(bag)
