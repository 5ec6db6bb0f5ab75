"""A question's word pieces find their matches in the sentence that says it, in any language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import Snapshot
from qa.alignment import Alignment
from qa.passage_texts import PassageTexts

MakeReport = Callable[..., Report]

SENTENCES = (
    "全市新建了十二个公园，都免费开放。",
    "图书馆周末也对读者开放。",
    "港口的货物吞吐量增长了一成。",
    "老年食堂每天供应三餐，由街道负责。",
    "中小学的课后服务覆盖了全部学生。",
    "医院新添了两台救护车。",
    "跨江大桥下半年通车，全长三公里。",
    "农民种植苹果，收入增加了。",
)


@pytest.fixture(scope="module")
def snapshot(
    make_report: MakeReport, embedder: BuiltinEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    # Each sentence a passage of its own: reports of one paragraph.
    reports = [make_report(text, stem=f"r{n}") for n, text in enumerate(SENTENCES)]
    return build_index(reports, embedder, tmp_path_factory.mktemp("alignment"))


@pytest.fixture(scope="module")
def alignment(snapshot: Snapshot, embedder: BuiltinEmbedder) -> Alignment:
    return Alignment(snapshot, PassageTexts(snapshot), embedder.word_pieces)


def scores(
    alignment: Alignment, question: str, sentences: Sequence[str] = SENTENCES
) -> list[float]:
    asked = alignment.question(question)
    matches = alignment.matches(asked, alignment.cut([normalise(one) for one in sentences]))
    assert matches.shape == (len(sentences), len(asked.pieces))
    return [float(row @ asked.weights) for row in matches]


@pytest.mark.parametrize("at", range(len(SENTENCES)))
def test_a_sentence_matches_itself_nearly_whole_and_no_other(at: int, alignment: Alignment) -> None:
    found = scores(alignment, normalise(SENTENCES[at]))
    assert found[at] > 0.9
    assert found[at] <= 1.0 + 1e-5
    assert max(found[:at] + found[at + 1 :]) < found[at] / 2


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("How many new parks were built?", 0),
        ("When is the library open to readers?", 1),
        ("How much did the cargo throughput of the port grow?", 2),
        ("Who serves three meals a day to old people?", 3),
        ("How many ambulances did the hospital get?", 5),
        ("How long is the bridge across the river?", 6),
        ("Сколько новых парков построено?", 0),
        ("¿Cuántas ambulancias recibió el hospital?", 5),
        ("농민들은 무엇을 재배합니까?", 7),
    ],
)
def test_a_foreign_question_aligns_best_with_the_sentence_that_tells(
    question: str, at: int, alignment: Alignment
) -> None:
    found = scores(alignment, question)
    assert int(np.argmax(found)) == at


def test_weights_are_positive_sum_to_one_and_are_larger_for_what_is_found_less(
    alignment: Alignment,
) -> None:
    asked = alignment.question("救护车开放。")
    assert (asked.weights > 0).all()
    assert float(asked.weights.sum()) == pytest.approx(1.0, abs=1e-5)
    order = np.argsort(asked.anywhere)
    assert np.all(np.diff(asked.weights[order]) <= 0)


def test_a_match_counts_from_what_the_piece_finds_anywhere(
    alignment: Alignment, embedder: BuiltinEmbedder
) -> None:
    pieces = embedder.word_pieces
    asked = alignment.question("公园")
    (sentence,) = pieces.cut([normalise(SENTENCES[0])])
    sample = [pieces.vectors(one) for one in pieces.cut([normalise(one) for one in SENTENCES])]
    cosines = asked.vectors @ pieces.vectors(sentence).T
    for row in range(len(asked.pieces)):
        anywhere = sum(float((asked.vectors[row] @ one.T).max()) for one in sample) / len(sample)
        expected = (float(cosines[row].max()) - anywhere) / (1 - anywhere + 0.05)
        match = alignment.matches(asked, [sentence])[0, row]
        assert float(match) == pytest.approx(expected, abs=1e-4)


def test_sentences_are_matched_each_by_itself(alignment: Alignment) -> None:
    asked = alignment.question("公园免费开放")
    # With repeated ones, and some that have no piece: a match of theirs is that of no cosine.
    cut = alignment.cut(["", *SENTENCES, SENTENCES[0], ""])
    together = alignment.matches(asked, cut)
    for at, one in enumerate(cut):
        apart = alignment.matches(asked, [one])[0]
        assert together[at] == pytest.approx(apart, abs=1e-5)
    assert together[0] == pytest.approx(
        -asked.anywhere / (1 - asked.anywhere + np.float32(0.05)), abs=1e-5
    )
    assert alignment.matches(asked, []).shape == (0, len(asked.pieces))


def test_a_question_of_no_pieces_matches_nothing(alignment: Alignment) -> None:
    asked = alignment.question("")
    assert len(asked.pieces) == len(asked.weights) == 0
    matches = alignment.matches(asked, alignment.cut(SENTENCES))
    assert matches.shape == (len(SENTENCES), 0)


def test_what_a_piece_finds_anywhere_does_not_tell_what_was_asked_before(
    snapshot: Snapshot, embedder: BuiltinEmbedder
) -> None:
    questions = ("公园免费开放", "Who serves meals to old people?", "免费的救护车", "公园里的餐")
    forwards, backwards = (
        Alignment(snapshot, PassageTexts(snapshot), embedder.word_pieces) for _ in range(2)
    )
    first = [forwards.question(one) for one in questions]
    second = [backwards.question(one) for one in reversed(questions)]
    for one, other in zip(first, reversed(second), strict=True):
        assert np.array_equal(one.anywhere, other.anywhere)
        assert np.array_equal(one.weights, other.weights)


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=30))
def test_matches_of_any_question_are_finite_and_at_most_one(
    text: str, alignment: Alignment
) -> None:
    found = scores(alignment, text)
    assert np.isfinite(found).all()
    assert max(found) <= 1.0 + 1e-5
