"""Milvus gives what the index on disk gives: vectors, cosines, BM25, filters, forms."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.lexical import counted
from embeddings.milvus.expressions import among, of_reports
from embeddings.search import Allowed, VectorIndex
from embeddings.snapshot import Snapshot
from embeddings.tokens import tokenise

QUESTIONS = ("江城去年改造老旧小区多少处？", "苹果", "Who opened the library 图书馆?", "石桥 1203")
SCOPES = (None, (3,), (4, 5, 6, 7), (0, 9, 17, 29), tuple(range(1, 30)))


def _allowed(snapshot: Snapshot, numbers: tuple[int, ...] | None) -> Allowed | None:
    return None if numbers is None else snapshot.allowed([f"report{n}" for n in numbers])


def _question(snapshot: Snapshot, seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=(1, snapshot.dense_passages.dim))
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _all_cosines(index: VectorIndex, query: np.ndarray) -> np.ndarray:
    return index.rows(np.arange(len(index))) @ query[0]


@pytest.mark.parametrize("numbers", SCOPES)
def test_the_nearest_passages_are_those_of_the_index_on_disk(
    local: Snapshot, stored: Snapshot, numbers: tuple[int, ...] | None
) -> None:
    query = _question(local, 1)
    allowed = _allowed(local, numbers)
    cosines = _all_cosines(local.dense_passages, query)
    candidates = np.arange(len(cosines)) if allowed is None else allowed.rows
    expected = candidates[np.argsort(-cosines[candidates], kind="stable")][:40]
    rows, scores = stored.dense_passages.search(query, 40, allowed)
    assert rows.tolist() == expected.tolist()
    assert np.allclose(scores, cosines[expected], atol=1e-5)


def test_cosines_and_vectors_of_any_rows_are_exact(local: Snapshot, stored: Snapshot) -> None:
    for mine, theirs in (
        (stored.dense_passages, local.dense_passages),
        (stored.dense_sentences, local.dense_sentences),
    ):
        query = _question(local, 2)
        every = _all_cosines(theirs, query)
        assert len(mine) == len(theirs)
        for rows in (
            np.array([7]),
            np.arange(100, 900),
            np.array([5, 3, 3, 1400, 0]),
            np.random.default_rng(3).choice(len(mine), 300, replace=False),
            np.empty(0, np.int64),
        ):
            assert np.allclose(mine.cosines(query, rows), every[rows], atol=1e-5)
            assert np.array_equal(mine.rows(rows), theirs.rows(rows))


@pytest.mark.parametrize("question", QUESTIONS)
def test_words_score_as_on_disk(local: Snapshot, stored: Snapshot, question: str) -> None:
    bag = {term: 1.0 / (place + 1) for place, term in enumerate(counted(tokenise(question)))}
    every = local.lexical.scores(bag)
    assert stored.lexical.bound(bag) == pytest.approx(local.lexical.bound(bag))
    assert np.allclose(stored.lexical.scores(bag), every, atol=1e-5)
    rows = np.arange(11, 1500, 13)
    assert np.allclose(stored.lexical.scores(bag, rows), every[rows], atol=1e-5)
    for numbers in SCOPES:
        allowed = _allowed(local, numbers)
        found, scores = stored.lexical.best(bag, 25, allowed)
        reached = every if allowed is None else every[allowed.rows]
        assert np.allclose(scores, np.sort(reached[reached > 0])[::-1][:25], atol=1e-5)
        assert np.allclose(scores, every[found], atol=1e-5)
        assert allowed is None or set(found.tolist()) <= set(allowed.rows.tolist())


def test_terms_are_known_and_forms_found_as_on_disk(local: Snapshot, stored: Snapshot) -> None:
    assert len(stored.lexical) == len(local.lexical)
    assert stored.lexical.documents == local.lexical.documents
    for form in ("苹", "苹果", "老旧小区", "图书馆", "江城去年", "月亮", "果苹果", "1203处"):
        rows, saturation = local.lexical.form(form)
        mine, values = stored.lexical.form(form)
        assert mine.tolist() == rows.tolist()
        assert np.allclose(values, saturation, atol=1e-6)
        assert (form in stored.lexical) == (form in local.lexical)
        assert stored.lexical.idf(form) == pytest.approx(local.lexical.idf(form))
    assert stored.lexical.best({"月亮": 1.0}, 5)[0].tolist() == []


def test_reports_and_passages_are_read_from_the_files_that_were_fetched(
    local: Snapshot, stored: Snapshot
) -> None:
    assert list(stored.heads) == list(local.heads)
    assert stored.passage_text(777) == local.passage_text(777)
    assert stored.manifest.digest == local.manifest.digest
    assert stored.rows[local.passages[777].id] == 777


def test_rows_are_told_by_ranges_where_that_is_shorter() -> None:
    assert among("row", np.array([4])) == "(row >= 4 and row <= 4)"
    assert among("row", np.array([1, 3])) == "row in [1, 3]"
    assert among("row", np.arange(10, 40)) == "(row >= 10 and row <= 39)"
    starts = np.arange(0, 1001, 10)
    most = Allowed((), np.setdiff1d(np.arange(100), [7]), starts)
    assert of_reports(most) == "not ((report >= 7 and report <= 7))"
    assert of_reports(Allowed((), np.arange(100), starts)) == ""
