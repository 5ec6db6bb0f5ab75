"""Passages in search form are made once, and the last ones kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from corpus.normalise import normalise
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from embeddings.tokens import is_of_run, tokenise
from embeddings.word_pieces import Pieces
from qa import passage_texts
from qa.passage_texts import PassageTexts

MakeReport = Callable[..., Report]

PARAGRAPHS = [
    f"{name}的公園免費開放。其中，３座有圖書角。沿湖的步道长{n}公里，"
    + "两边种了树，" * 30
    + "很美。"
    for n, name in enumerate("东西南北", start=2)
]


@pytest.fixture(scope="module")
def snapshot(
    make_report: MakeReport, embedder: BuiltinEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    reports = [make_report(*PARAGRAPHS, stem=stem, title="湖边的公園") for stem in ("lake", "hill")]
    return build_index(reports, embedder, tmp_path_factory.mktemp("texts"))


def test_sentences_are_in_search_form_with_numbers_and_words_as_the_index_has_them(
    snapshot: Snapshot,
) -> None:
    texts = PassageTexts(snapshot)
    assert len(snapshot.passages) == 8
    for row, passage in enumerate(snapshot.passages):
        sentences = [snapshot.reports[passage.report].slice(span) for span in passage.sentences]
        assert texts[row].plain == tuple(map(normalise, sentences))
        for written, sentence in zip(texts[row].written, sentences, strict=True):
            assert written == {term for term in tokenise(sentence) if not is_of_run(term)}
    assert texts[0].plain[1] == "其中,3座有图书角。"


def test_the_head_is_the_title_and_the_first_sentence(snapshot: Snapshot) -> None:
    head = PassageTexts(snapshot).head("hill")
    assert head.plain == ("湖边的公园", "东的公园免费开放。")


def test_a_passage_is_made_once_while_it_is_kept(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passage_texts, "KEPT", 2)
    texts = PassageTexts(snapshot)
    first, second = texts[0], texts[1]
    # Asked for again, it is the last one: the third puts out the second.
    assert texts[0] is first
    assert texts[2].plain != first.plain
    assert texts[0] is first
    again = texts[1]
    assert again is not second
    assert again.plain == second.plain


def test_pieces_are_cut_once_a_passage(snapshot: Snapshot, embedder: BuiltinEmbedder) -> None:
    calls: list[Sequence[str]] = []

    def cut(sentences: Sequence[str]) -> list[Pieces]:
        calls.append(sentences)
        return embedder.word_pieces.cut(sentences)

    texts = PassageTexts(snapshot)
    found = texts.pieces(3, cut)
    assert texts.pieces(3, cut) is found
    assert calls == [texts[3].plain]
    expected = embedder.word_pieces.cut(texts[3].plain)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))


def test_threads_read_the_same(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passage_texts, "KEPT", 3)
    texts, alone = PassageTexts(snapshot), PassageTexts(snapshot)
    rows = [n * 5 % len(snapshot.passages) for n in range(400)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(texts.__getitem__, rows))
    assert [one.plain for one in found] == [alone[row].plain for row in rows]
