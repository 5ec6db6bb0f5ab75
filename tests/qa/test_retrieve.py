"""The fused score is what its formula says, over the passages that it may search."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import qa.retrieve
import qa.wants
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from embeddings.tokens import tokenise
from qa.retrieve import (
    LEXICAL_WEIGHT,
    PASSAGE_WEIGHT,
    TRANSLATED_WEIGHT,
    Retrieved,
    retrieve,
)
from qa.scale import Scale

pytestmark = pytest.mark.xdist_group("shipped")

MakeReport = Callable[..., Report]
CONTENT = "建成社区养老服务中心 个"
ALL = 10_000
FEW = 7


def search(
    snapshot: Snapshot, embedder: BuiltinEmbedder, content: str, **options: object
) -> Retrieved:
    vector = embedder.encode_queries([content])
    options = {"count": FEW, **options}
    if isinstance(given := options.get("priors"), dict):
        options["priors"] = np.array([given.get(key, 0.0) for key in snapshot.heads], np.float32)
    return retrieve(snapshot, content, vector, Scale(), **options)  # type: ignore[arg-type]


def bm25_over_bound(documents: Sequence[list[str]], query: list[str]) -> NDArray[np.float64]:
    """BM25 as Lucene has it, over the sum of the idf of all terms of the query."""
    bags = [Counter(document) for document in documents]
    average = sum(map(len, documents)) / len(documents)
    scores = np.zeros(len(documents))
    bound = 0.0
    for term in query:
        frequency = sum(term in bag for bag in bags)
        idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
        bound += idf
        for row, bag in enumerate(bags):
            length = 0.25 + 0.75 * len(documents[row]) / average
            scores[row] += idf * bag[term] / (bag[term] + 1.2 * length)
    return scores / bound


def test_the_fused_score_is_computed_as_documented(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    priors = {"wuhan": 0.25}
    found = search(shipped, embedder, CONTENT, priors=priors, count=ALL)
    assert len(found.hits) == len(shipped.passages)
    texts = [shipped.passage_text(row) for row in range(len(shipped.passages))]
    query = embedder.encode_queries([CONTENT])[0]
    dense = shipped.dense_passages.rows(np.arange(len(texts))) @ query
    sentences = shipped.dense_sentences.rows(np.arange(len(shipped.dense_sentences))) @ query
    best = [float(sentences[start:end].max()) for start, end in pairwise(shipped.boundaries)]
    lexical = bm25_over_bound([tokenise(text) for text in texts], tokenise(CONTENT))
    for hit in found.hits:
        prior = priors.get(hit.report, 0.0)
        assert hit.dense == pytest.approx(float(dense[hit.row]), abs=2e-5)
        assert hit.sentence == pytest.approx(best[hit.row], abs=2e-5)
        assert hit.lexical == pytest.approx(float(lexical[hit.row]), abs=2e-5)
        assert hit.prior == pytest.approx(prior)
        assert hit.translated == 0.0
        score = best[hit.row] + 0.5 * dense[hit.row] + 2.0 * lexical[hit.row] + prior
        assert hit.fused == pytest.approx(float(score), abs=1e-4)
        # Until extracts are chosen, there is nothing else to rank by.
        assert hit.score == hit.fused
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert (PASSAGE_WEIGHT, LEXICAL_WEIGHT) == (0.5, 2.0)


def test_cosines_are_brought_to_scale_before_they_are_fused(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    vector = embedder.encode_queries([CONTENT])
    plain = retrieve(shipped, CONTENT, vector, Scale(), count=ALL)
    scaled = retrieve(shipped, CONTENT, vector, Scale(0.5, 0.1), count=ALL)
    by_row = {hit.row: hit for hit in plain.hits}
    for hit in scaled.hits:
        assert hit.dense == pytest.approx(0.5 * by_row[hit.row].dense + 0.1, abs=1e-5)
        assert hit.sentence == pytest.approx(0.5 * by_row[hit.row].sentence + 0.1, abs=1e-5)
        assert hit.lexical == by_row[hit.row].lexical


@pytest.mark.parametrize(
    "content", [CONTENT, "公园公园公园", "455个", "zzz", "?", "", "社区 " * 300, "How many parks"]
)
def test_the_lexical_signals_lie_between_0_and_1(
    content: str, shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    found = search(shipped, embedder, content, count=ALL)
    assert all(0.0 <= hit.lexical <= 1.0 for hit in found.hits)
    assert all(0.0 <= hit.translated <= 1.0 for hit in found.hits)
    assert all(math.isfinite(hit.score) for hit in found.hits)


def test_the_lexical_weight_vanishes_in_another_language(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    chinese = search(shipped, embedder, "建成了 个社区养老服务中心")
    spanish = search(shipped, embedder, "¿cuántos centros para mayores hay?", language="es")
    assert max(hit.lexical for hit in chinese.hits) > 0.3
    assert max(hit.lexical for hit in spanish.hits) < 0.05


def test_english_words_are_found_by_their_translations(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    found = search(shipped, embedder, "How many kilometres of water pipes?", language="en")
    assert found.translated
    best = max(found.hits, key=lambda hit: hit.translated)
    fused = best.sentence + 0.5 * best.dense + 2 * best.lexical
    assert best.score == pytest.approx(fused + TRANSLATED_WEIGHT * best.translated, abs=1e-5)


def test_terms_count_as_surely_as_they_are_meant(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    index = shipped.lexical
    bag = {"公园": 1.0, "公": 0.25, "养老": 0.5}
    found = search(shipped, embedder, CONTENT, bag=bag, count=ALL)
    assert found.terms == pytest.approx(
        {term: sure * index.idf(term) for term, sure in bag.items()}
    )
    plain = index.scores(bag) / index.bound(bag)
    for hit in found.hits:
        assert hit.lexical == pytest.approx(float(plain[hit.row]), abs=1e-6)
    # The content's own terms are not searched for beside these.
    assert not any(hit.lexical for hit in search(shipped, embedder, CONTENT, bag={}).hits)


def test_kana_is_not_searched_for(shipped: Snapshot, embedder: BuiltinEmbedder) -> None:
    found = search(shipped, embedder, "公園はいくつ作られましたか", language="ja")
    assert set(found.terms) == {"公", "园", "公园", "作"}


def test_within_filters_inside_the_search(shipped: Snapshot, embedder: BuiltinEmbedder) -> None:
    everything = search(shipped, embedder, CONTENT, count=ALL)
    inside = search(shipped, embedder, CONTENT, within={"jinan", "loudi"}, count=ALL)
    expected = [hit for hit in everything.hits if hit.report in ("jinan", "loudi")]
    assert [hit.row for hit in inside.hits] == [hit.row for hit in expected]
    scores = [hit.score for hit in inside.hits]
    assert scores == pytest.approx([hit.score for hit in expected], abs=1e-6)


def test_a_report_is_searched_to_its_last_passage(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    # The question is about another city: nothing of this report comes near the front of all.
    found = search(shipped, embedder, "光谷生态大走廊面积", within={"jinan"})
    assert len(found.hits) == FEW
    assert {hit.report for hit in found.hits} == {"jinan"}
    assert search(shipped, embedder, CONTENT, within={"nowhere"}).hits == ()


def test_ties_are_broken_by_passage_id(
    make_report: MakeReport, embedder: BuiltinEmbedder, tmp_path: Path
) -> None:
    text = "全市新建了十二个公园，都免费开放。"
    reports = [make_report(text, stem=stem) for stem in ("delta", "alpha", "charlie", "bravo")]
    names = []
    for number, order in enumerate((reports, reports[::-1])):
        snapshot = build_index(order, embedder, tmp_path / str(number))
        found = search(snapshot, embedder, "新建公园", count=3)
        assert len({hit.score for hit in found.hits}) == 1
        names.append([hit.report for hit in found.hits])
    assert names == [["alpha", "bravo", "charlie"]] * 2


def test_bylines_are_raised_where_they_are_asked_for(
    shipped: Snapshot, embedder: BuiltinEmbedder
) -> None:
    plain = {h.row: h for h in search(shipped, embedder, "作者", count=ALL).hits}
    raised = search(shipped, embedder, "作者", bylines=0.5, count=ALL).hits
    lifted = {h.row for h in raised if h.prior > 0}
    assert all(h.prior in (0.0, 0.5) for h in raised)
    assert all(h.score == pytest.approx(plain[h.row].score + h.prior, abs=1e-5) for h in raised)
    assert any("姜玉勇" in shipped.passage_text(row) for row in lifted)
    assert len(lifted) < len(raised) / 3


def test_every_text_that_names_its_author_holds_one_of_the_words_that_are_looked_up() -> None:
    (pattern,) = (one for name, one in vars(qa.wants).items() if name == "_AUTHOR")
    # The alternatives, less a class of characters at the end.
    alternatives = [re.sub(r"\[[^]]*\]$", "", one) for one in pattern.pattern.split("|")]
    assert sorted(alternatives) == sorted(qa.retrieve._AUTHOR_WORDS)


def test_of_many_reports_none_is_read_to_find_out_who_wrote_it(
    shipped: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = qa.retrieve._authors(shipped, None)
    monkeypatch.setattr(qa.retrieve, "READ", 0)
    monkeypatch.delattr(Snapshot, "passage_text")
    worded = qa.retrieve._authors(shipped, None)
    # Passages with a word such as "edited" that name nobody are left among them.
    assert set(verified) < set(worded)
