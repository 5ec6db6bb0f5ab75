"""The best documents are those of all scores sorted, to the bit, however few are looked at."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.lexical import LexicalIndex
from embeddings.max_score import Postings, candidates, common, least_of_best
from embeddings.search import Allowed, Rows, Scores
from tests.written_indexes import write_lexical

# Term n stands in about one document of n, as frequent and rare words do.
TERMS = [f"t{number}" for number in range(1, 40)]


def corpus(seed: int, size: int) -> list[list[str]]:
    random = np.random.default_rng(seed)
    return [
        [
            term
            for number, term in enumerate(TERMS, start=1)
            for _ in range(int(random.integers(1, 3)) if random.random() < 1 / number else 0)
        ]
        for _ in range(size)
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical")
    write_lexical(corpus(1, 2_000), folder)
    return LexicalIndex.open(folder, 2_000)


def sorted_scores(scores: Scores, count: int, rows: Rows) -> list[tuple[int, float]]:
    """What ``best`` has to give, by the plainest way there is."""
    pairs = [(int(row), float(scores[row])) for row in rows if scores[row] > 0]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:count]


def listed(found: tuple[Rows, Scores]) -> list[tuple[int, float]]:
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


weights = st.one_of(st.integers(1, 3), st.floats(0.01, 2.0))
bags = st.dictionaries(st.sampled_from([*TERMS, "unseen"]), weights, max_size=12)


@settings(max_examples=150, deadline=None)
@given(bags, st.integers(0, 60))
def test_the_best_are_the_first_of_all_scores_sorted(
    index: LexicalIndex, bag: dict[str, float], count: int
) -> None:
    every = np.arange(index.documents)
    assert listed(index.best(bag, count)) == sorted_scores(index.scores(bag), count, every)


@settings(max_examples=100, deadline=None)
@given(bags, st.integers(1, 60))
def test_no_document_of_the_best_is_left_out(
    index: LexicalIndex, bag: dict[str, float], count: int
) -> None:
    rows = candidates(list(index._postings(bag)), index.documents, count)
    assert rows.tolist() == sorted(set(rows.tolist()))
    best = sorted_scores(index.scores(bag), count, np.arange(index.documents))
    assert {row for row, _ in best} <= set(rows.tolist())


@settings(max_examples=100, deadline=None)
@given(bags, st.integers(1, 30), st.sets(st.integers(0, 199), max_size=199))
def test_only_allowed_reports_are_among_the_best_and_none_of_them_is_missed(
    index: LexicalIndex, bag: dict[str, float], count: int, reports: set[int]
) -> None:
    # 200 reports of ten passages.
    numbers = np.array(sorted(reports), np.int64)
    allowed = Allowed([], numbers, np.arange(0, 2_001, 10))
    expected = sorted_scores(index.scores(bag), count, allowed.rows)
    assert listed(index.best(bag, count, allowed)) == expected


@settings(max_examples=60, deadline=None)
@given(bags, st.sets(st.integers(0, 1_999), max_size=20))
def test_some_rows_get_the_bits_that_they_get_among_all(
    index: LexicalIndex, bag: dict[str, float], rows: set[int]
) -> None:
    chosen = np.array(sorted(rows), np.int64)
    every = index.scores(bag)
    assert index.scores(bag, chosen).tobytes() == every[chosen].tobytes()
    # Few rows and many take different ways.
    many = np.arange(0, 2_000, 3)
    assert index.scores(bag, many).tobytes() == every[many].tobytes()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["公", "园", "公园"]), max_size=6), min_size=1, max_size=9),
    st.dictionaries(st.sampled_from(["公", "园", "公园"]), weights, min_size=1),
    st.integers(1, 4),
)
def test_equal_documents_come_by_row(
    documents: list[list[str]], bag: dict[str, float], count: int
) -> None:
    with TemporaryDirectory() as folder:
        write_lexical(documents, Path(folder))
        small = LexicalIndex.open(Path(folder), len(documents))
        expected = sorted_scores(small.scores(bag), count, np.arange(len(documents)))
        assert listed(small.best(bag, count)) == expected


def test_a_common_word_is_not_added_up_where_rare_ones_decide() -> None:
    class Counting(Postings):
        added = 0

        def add_to(self, scores: Scores) -> None:
            type(self).added += len(self.rows)
            super().add_to(scores)

    documents = 100_000
    rare = Counting(np.arange(0, 100, dtype=np.int32), np.full(100, 9.0, np.float32), 1, 9.0)
    every = np.arange(documents, dtype=np.int32)
    common_word = Counting(every, np.full(documents, 0.1, np.float32), 1, 0.1)
    rows = candidates([common_word, rare], documents, 10)
    assert rows.tolist() == list(range(100))
    assert Counting.added == 100


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_common_numbers_are_found_in_both(first: set[int], second: set[int]) -> None:
    one, two = np.array(sorted(first), np.int64), np.array(sorted(second), np.int32)
    mine, theirs = common(one, two)
    assert one[mine].tolist() == two[theirs].tolist() == sorted(first & second)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("图书馆", max_size=12), min_size=1, max_size=12),
    st.text("图书馆", min_size=3, max_size=5),
)
def test_a_form_has_the_least_saturation_of_its_pairs(texts: list[str], form: str) -> None:
    documents = [[a + b for a, b in pairwise(text)] for text in texts]
    with TemporaryDirectory() as folder:
        write_lexical(documents, Path(folder))
        small = LexicalIndex.open(Path(folder), len(documents))
        rows, saturation = small.form(form)
        grams = [a + b for a, b in pairwise(form)]
        held = [n for n, document in enumerate(documents) if set(grams) <= set(document)]
        assert rows.tolist() == held
        assert rows.dtype == np.int32
        for row, value in zip(held, saturation, strict=True):
            each = [small.form(gram) for gram in grams]
            assert value == min(s[r.tolist().index(row)] for r, s in each)


@given(
    held=st.floats(0.0, 1.0),
    different=st.integers(1, 10_000),
    size=st.integers(1, 20_000),
    count=st.integers(1, 300),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_least_of_the_best_is_that_of_all_sorted(
    held: float, different: int, size: int, count: int, seed: int
) -> None:
    # Few hold any term, or all; many have equal scores, or none.
    random = np.random.default_rng(seed)
    scores = random.integers(1, different + 1, size).astype(np.float32)
    scores[random.random(size) >= held] = 0
    wanted = min(count, size)
    assert least_of_best(scores, wanted) == np.sort(scores)[-wanted]
