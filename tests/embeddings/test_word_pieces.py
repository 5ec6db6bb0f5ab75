"""Word pieces of any language have vectors of unit length; those that mean the same are near."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.builtin import COMMON_PIECES, DIM, BuiltinEmbedder
from embeddings.word_pieces import WordPieces


@pytest.fixture(scope="module")
def word_pieces(builtin: BuiltinEmbedder) -> WordPieces:
    return builtin.word_pieces


def vector(word_pieces: WordPieces, word: str) -> np.ndarray:
    """Of one word, the mean of its pieces."""
    mean = word_pieces.vectors(word_pieces.cut([word])[0]).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def test_texts_are_cut_in_order_and_apart(word_pieces: WordPieces) -> None:
    texts = ["全市新建公园三十座。", "", "New parks were built."]
    together = word_pieces.cut(texts)
    assert [one.dtype for one in together] == [np.int32] * 3
    assert len(together[1]) == 0
    assert len(together[0]) > 3
    for text, pieces in zip(texts, together, strict=True):
        assert word_pieces.cut([text])[0].tolist() == pieces.tolist()
    assert word_pieces.cut([]) == []


def test_many_texts_are_cut_as_each_alone(word_pieces: WordPieces) -> None:
    texts = [f"第{number}号公园 has {number} benches" for number in range(100)]
    for pieces, text in zip(word_pieces.cut(texts), texts, strict=True):
        assert pieces.dtype == np.int32
        assert pieces.tolist() == word_pieces.cut([text])[0].tolist()


def test_no_pieces_have_no_vectors(word_pieces: WordPieces) -> None:
    nothing = np.empty(0, dtype=np.int32)
    assert word_pieces.vectors(nothing).shape == (0, word_pieces.raw(nothing).shape[1])


def test_a_row_of_the_table_is_its_bytes_scaled_and_shifted(
    builtin: BuiltinEmbedder, word_pieces: WordPieces
) -> None:
    backend = builtin._backend
    pieces = np.array([3, 20, 500, 100_000], dtype=np.int32)
    for piece, row in zip(pieces, word_pieces.raw(pieces), strict=True):
        block = piece % 17
        expected = backend.table[piece].astype(float) * backend.scale[block] + backend.lo[block]
        assert row == pytest.approx(expected, abs=1e-6)
        assert row.dtype == np.float32


def test_what_common_pieces_share_is_taken_off(word_pieces: WordPieces) -> None:
    common = np.arange(COMMON_PIECES, dtype=np.int32)
    mean = word_pieces.raw(common).mean(axis=0)
    piece = np.array([4321], dtype=np.int32)
    rest = word_pieces.raw(piece)[0] - mean
    assert word_pieces.vectors(piece)[0] == pytest.approx(rest / np.linalg.norm(rest), abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(st.integers(0, 128_009), max_size=20), data=st.data())
def test_cosines_are_those_of_the_vectors(
    pieces: list[int], data: st.DataObject, word_pieces: WordPieces
) -> None:
    others = word_pieces.vectors(
        np.array(data.draw(st.lists(st.integers(0, 128_009), max_size=5)), dtype=np.int32)
    )
    numbers = np.array(pieces, dtype=np.int32)
    expected = word_pieces.vectors(numbers).astype(float) @ others.T.astype(float)
    for _ in range(2):  # the second time their lengths are known
        found = word_pieces.cosines(numbers, others)
        assert found.dtype == np.float32
        assert found.shape == (len(pieces), len(others))
        assert found == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize(
    ("word", "meant", "other"),
    [
        ("school", "学校", "桥梁"),
        ("hospital", "医院", "公园"),
        ("bridge", "桥梁", "学校"),
        ("museum", "博物馆", "医院"),
        ("больница", "医院", "公园"),
        ("학교", "学校", "医院"),
    ],
)
def test_a_word_is_nearer_to_its_translation_than_to_another_word(
    word: str, meant: str, other: str, word_pieces: WordPieces
) -> None:
    asked = vector(word_pieces, word)
    near, far = (float(asked @ vector(word_pieces, one)) for one in (meant, other))
    assert near > far + 0.1


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=30))
def test_any_text_has_pieces_of_unit_length(text: str, word_pieces: WordPieces) -> None:
    (pieces,) = word_pieces.cut([text])
    vectors = word_pieces.vectors(pieces)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(pieces)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(pieces)), abs=1e-3)


def test_a_lone_surrogate_is_cut_like_any_text(word_pieces: WordPieces) -> None:
    assert len(word_pieces.cut(["公\ud83d园"])[0]) > 0


def test_pieces_are_those_that_the_model_embeds(builtin: BuiltinEmbedder) -> None:
    assert builtin.dim == DIM
    assert builtin.word_pieces is builtin.word_pieces
