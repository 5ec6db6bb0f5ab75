"""BM25: the published formula, a bound that holds, and the words of the dictionary."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.lexical import FILES, K1, B, LexicalIndex, counted, idf
from embeddings.tokens import tokenise
from tests.written_indexes import write_lexical

DOCUMENTS = [
    tokenise(text)
    for text in (
        "全市改造老旧小区455个,小区环境好。",
        "小区新建公园",
        "",
        "公园公园公园里的图书馆",
        "library opened 2021",
    )
]

documents_strategy = st.lists(
    st.lists(st.sampled_from(["公", "园", "公园", "455", "455个", "wuhan", "é", "😀"]), max_size=8),
    min_size=1,
    max_size=6,
)


def written(documents: Sequence[Sequence[str]], folder: Path) -> LexicalIndex:
    write_lexical(documents, folder)
    return LexicalIndex.open(folder, len(documents))


def lucene(documents: Sequence[Sequence[str]], term: str) -> list[float]:
    """The weight of a term in each document, straight from the formula."""
    n = len(documents)
    mean = sum(map(len, documents)) / n
    df = sum(term in document for document in documents)
    weight = math.log(1 + (n - df + 0.5) / (df + 0.5))
    return [
        weight * tf / (tf + K1 * (1 - B + B * len(document) / mean)) if tf else 0.0
        for document in documents
        for tf in [Counter(document)[term]]
    ]


def test_weights_are_those_of_lucenes_formula(tmp_path: Path) -> None:
    index = written(DOCUMENTS, tmp_path)
    for term in {term for document in DOCUMENTS for term in document}:
        np.testing.assert_allclose(index.scores({term: 1.0}), lucene(DOCUMENTS, term), rtol=1e-5)


def test_a_score_is_the_weighted_sum_over_terms(tmp_path: Path) -> None:
    index = written(DOCUMENTS, tmp_path)
    bag = counted(tokenise("小区小区公园和湖泊"))
    expected = np.sum(
        [times * np.array(lucene(DOCUMENTS, term)) for term, times in bag.items()], axis=0
    )
    np.testing.assert_allclose(index.scores(bag), expected, rtol=1e-5)
    assert int(np.argmax(index.scores(bag))) == 1


@settings(max_examples=40, deadline=None)
@given(documents_strategy, st.lists(st.sampled_from(["公", "公园", "455", "x", "é", "没有"])))
def test_no_score_exceeds_the_bound(documents: list[list[str]], query: list[str]) -> None:
    with TemporaryDirectory() as folder:
        index = written(documents, Path(folder))
        bag = counted(query)
        assert float(index.scores(bag).max(initial=0)) <= index.bound(bag) + 1e-5


@settings(max_examples=40, deadline=None)
@given(documents_strategy)
def test_every_term_is_found_and_unseen_ones_have_the_largest_idf(
    documents: list[list[str]],
) -> None:
    with TemporaryDirectory() as folder:
        index = written(documents, Path(folder))
        terms = {term for document in documents for term in document}
        assert len(index) == len(terms)
        for term in terms:
            df = sum(term in document for document in documents)
            assert term in index
            assert index.idf(term) == pytest.approx(idf(len(documents), df), rel=1e-6)
            assert index.idf(term) < index.idf("没有")
        assert "没有" not in index
        assert index.idf("没有") == idf(len(documents), 0)


@pytest.mark.parametrize("term", ["", "\x00", "\ud800", "\U0010ffff", "公园公园"])
def test_a_term_that_no_document_holds_adds_to_the_bound_alone(tmp_path: Path, term: str) -> None:
    index = written(DOCUMENTS, tmp_path)
    assert term not in index
    assert not index.scores({term: 1.0}).any()
    assert index.bound({term: 2.0}) == 2 * idf(len(DOCUMENTS), 0)


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_lexical(DOCUMENTS, tmp_path / name)
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("documents", [[[]], [[], []], [["公园"], []]])
def test_documents_without_terms_are_documents(tmp_path: Path, documents: list[list[str]]) -> None:
    index = written(documents, tmp_path)
    scores = index.scores({"公园": 1.0})
    assert scores.shape == (len(documents),)
    np.testing.assert_allclose(scores, lucene(documents, "公园") if any(documents) else 0)


def test_a_form_is_found_where_all_its_bigrams_stand(tmp_path: Path) -> None:
    texts = ["图书馆在公园里", "图书多,书馆少", "公园公园", "图书馆图书馆图书馆", "山"]
    index = written([tokenise(text) for text in texts], tmp_path)
    for form in ("公园", "图书馆", "馆", "山", "书馆少"):
        grams = [form] if len(form) < 3 else [form[i : i + 2] for i in range(len(form) - 1)]
        expected = [n for n, text in enumerate(texts) if all(gram in text for gram in grams)]
        rows, saturation = index.form(form)
        assert rows.tolist() == expected
        assert saturation.shape == rows.shape
        assert ((saturation > 0) & (saturation < 1)).all()
    rows, saturation = index.form("图书馆")
    assert saturation[rows.tolist().index(3)] == saturation.max()
    assert index.form("湖泊")[0].size == index.form("图书院")[0].size == 0


def test_a_number_with_its_unit_is_found_as_the_term_that_it_is(tmp_path: Path) -> None:
    index = written(
        [tokenise(text) for text in ("10月开放", "10个月", "2010年1月", "月")], tmp_path
    )
    assert index.form("10月")[0].tolist() == [0]
    assert index.form("1月")[0].tolist() == [2]


def test_the_saturation_of_a_form_is_its_weight_over_its_idf(tmp_path: Path) -> None:
    index = written(DOCUMENTS, tmp_path)
    rows, saturation = index.form("公园")
    weights = np.array(lucene(DOCUMENTS, "公园"))[rows]
    np.testing.assert_allclose(saturation, weights / index.idf("公园"), rtol=1e-5)
