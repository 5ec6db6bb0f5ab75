"""Many texts at once: the same vectors as the package's own loop, whoever asks and with whom."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embeddings import batched
from embeddings.batched import Batches
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Vectors, encode_nested, unit_rows

SENTENCES = (
    "全市改造老旧小区455个。",
    "惠及居民8.46万户,新增停车位一万两千多个,加装电梯三百余部,居民出行更方便。",
    "The harbour handled 12.2% more goods than in the year before, most of it from the river. ",
    "图书馆对市民开放。",
    "El puente nuevo une los dos barrios, y por él pasan cada día miles de personas. ",
    "港のそばに新しい公園ができ、週末には多くの家族が訪れるようになりました。",
    "В новом парке посадили три тысячи деревьев и открыли площадки для детей. ",
    "新建公园三十座,绿道一百二十公里;河道治理之后,水质达到三类标准!",
    "يزور المكتبة العامة آلاف القراء كل شهر. ",
    "? ",
    "\ud800",
    "",
)

sentences = st.one_of(st.sampled_from(SENTENCES), st.text(max_size=40))
paragraphs = st.lists(sentences, max_size=6)


def by_the_package(embedder: BuiltinEmbedder, texts: Sequence[str]) -> Vectors:
    readable = [text.encode("utf-8", "replace").decode() for text in texts]
    return unit_rows(embedder._backend.encode(readable))


def spans_of(parts: Sequence[str]) -> list[tuple[int, int]]:
    return list(pairwise(np.cumsum([0, *map(len, parts)]).tolist()))


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.lists(paragraphs, min_size=1, max_size=5))
@example([[]])
@example([list(SENTENCES), list(SENTENCES[::-1])])
@example([[SENTENCES[3]], [SENTENCES[3], SENTENCES[3]], [SENTENCES[3]]])
@example([["a" * 30, " ", "a" * 30], ["a" * 60]])
def test_passages_and_their_sentences_are_as_the_package_embeds_each_alone(
    builtin: BuiltinEmbedder, written: list[list[str]]
) -> None:
    passages = ["".join(parts) for parts in written]
    found = builtin.encode_nested(passages, [spans_of(parts) for parts in written])
    flat = [text for parts in written for text in parts]
    assert found[0].shape == (len(passages), 512)
    assert found[1].shape == (len(flat), 512)
    expected = by_the_package(builtin, [*passages, *flat])
    np.testing.assert_allclose(np.concatenate(found), expected, atol=1e-6)


def test_most_of_a_sentence_is_taken_from_its_passage(builtin: BuiltinEmbedder) -> None:
    parts = [text for text in SENTENCES[:9] if len(text) > 20]
    encode = builtin._backend.sp.encode
    nested = [
        (
            encode("".join(parts), add_bos=True, add_eos=True),
            encode(parts, add_bos=True, add_eos=True),
        )
    ]
    ((_, layout),) = batched.layouts(nested, 1_000)
    alone = sum(map(len, nested[0][1]))
    own = len(layout.wanted) - len(nested[0][0])
    # Seven sentences: at each of 12 inner ends some six pieces are computed again, and one or two
    # sentences may be cut into other pieces.
    assert own < 0.6 * alone


@pytest.mark.parametrize(("block", "rows"), [(1, 256), (400, 1), (400, 100), (10**6, 10**6)])
def test_neither_blocks_nor_layouts_nor_threads_change_a_vector(
    builtin: BuiltinEmbedder, block: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nested = [("".join(SENTENCES[i : i + 4]), SENTENCES[i : i + 4]) for i in range(6)]
    flat = [text for passage, parts in nested for text in (passage, *parts)]
    monkeypatch.setattr(batched, "_BLOCK", block)
    monkeypatch.setattr(batched, "_ROWS", rows)
    one, three = (Batches(builtin._backend, threads).encode(nested) for threads in (1, 3))
    np.testing.assert_array_equal(one, three)
    np.testing.assert_allclose(one, by_the_package(builtin, flat), atol=1e-6)


def test_few_texts_and_many_have_the_same_vectors(builtin: BuiltinEmbedder) -> None:
    texts = list(SENTENCES)
    many = builtin.encode_passages(texts * 4)
    np.testing.assert_allclose(many, np.tile(by_the_package(builtin, texts), (4, 1)), atol=1e-6)
    np.testing.assert_array_equal(many, builtin.encode_queries(texts * 4))
    alone = np.concatenate([builtin.encode_passages([text]) for text in texts])
    np.testing.assert_allclose(many[: len(texts)], alone, atol=1e-6)


def test_a_huge_text_is_cut_as_it_is_alone(
    builtin: BuiltinEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = 1_000
    monkeypatch.setattr("embeddings.builtin.MAX_CHARS", cut)
    huge = SENTENCES[1] * 30
    beyond = (cut + 1, cut + 20)
    passages, inside = builtin.encode_nested([huge, "公园"], [[(0, 30), beyond], []])
    texts = [huge[:cut], "公园", huge[:30], huge[slice(*beyond)]]
    expected = by_the_package(builtin, texts)
    np.testing.assert_allclose(np.concatenate([passages, inside]), expected, atol=1e-6)


def test_other_embedders_embed_each_different_text_once(builtin: BuiltinEmbedder) -> None:
    class Counting:
        dim = 512
        fingerprint = builtin.fingerprint
        asked: list[str]

        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            return builtin.encode_queries(texts)

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            self.asked = list(texts)
            return builtin.encode_passages(texts)

    embedder = Counting()
    passages, spans = ["公园。公园。", "公园。"], [[(0, 3), (3, 6)], [(0, 3)]]
    found = encode_nested(embedder, passages, spans)
    assert embedder.asked == ["公园。公园。", "公园。"]
    own = encode_nested(builtin, passages, spans)
    assert [part.shape for part in own] == [part.shape for part in found] == [(2, 512), (3, 512)]
    np.testing.assert_allclose(np.concatenate(found), np.concatenate(own), atol=1e-6)
    assert [part.shape for part in encode_nested(embedder, [], [])] == [(0, 512), (0, 512)]
    for one in (embedder, builtin):
        with pytest.raises(ValueError, match="zip"):
            encode_nested(one, passages, spans[:1])


def test_several_threads_may_embed_at_once(builtin: BuiltinEmbedder) -> None:
    texts = [f"{number}号公园,{text}" for number in range(8) for text in SENTENCES[:9]]
    expected = builtin.encode_passages(texts)

    def encode(number: int) -> Vectors:
        if number % 2:
            return builtin.encode_passages(texts)
        return np.concatenate([builtin.encode_queries([text]) for text in texts])

    with ThreadPoolExecutor(6) as pool:
        for found in pool.map(encode, range(6)):
            np.testing.assert_allclose(found, expected, atol=1e-6)
    assert not [one for one in threading.enumerate() if one.name.startswith("embedding")]
