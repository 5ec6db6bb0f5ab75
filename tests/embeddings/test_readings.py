"""Pairs of an index with their marks, and the characters of a sound."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.readings import (
    FILES,
    WITHIN,
    WORD,
    Readings,
    dictionary_words,
    frequency,
    pair_code,
    read_as,
    sounding_like,
)
from embeddings.tokens import tokenise
from tests.written_indexes import write_readings

DOCUMENTS = [tokenise(text) for text in ("全市改造小区455个", "小区里有图书馆", "小区扩建", "")]
_HAN_PAIR = re.compile("[㐀-䶿一-鿿]{2}")
WORDS = frozenset({"改造", "小区", "图书馆", "区小", "馆书"})


def codes(*pairs: str) -> np.ndarray:
    return np.array([pair_code(pair) for pair in pairs], np.uint32)


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    write_readings(DOCUMENTS, tmp_path, WORDS)
    return Readings.open(tmp_path)


def characters(found: np.ndarray) -> set[str]:
    return {chr(code) for code in found}


def test_pairs_of_the_documents_are_found_and_no_others(readings: Readings) -> None:
    held, _ = readings.find(codes("小区", "改造", "区小", "个小", "造改"))
    assert held.tolist() == [True, True, False, False, False]


def test_words_and_parts_of_longer_words_are_marked(readings: Readings) -> None:
    _, marks = readings.find(codes("小区", "图书", "书馆", "市改", "区小"))
    assert [int(m) & (WORD | WITHIN) for m in marks] == [WORD, WITHIN, WITHIN, 0, 0]


def test_frequency_is_the_logarithm_of_the_documents_that_hold_a_pair(readings: Readings) -> None:
    # 小区 stands in three documents: log2(3) = 1.585, to the next quarter 1.5. 改造 in one.
    assert frequency(readings.find(codes("小区", "改造"))[1]).tolist() == [1.5, 0.0]


def test_a_repeated_pair_counts_once_a_document(tmp_path: Path) -> None:
    write_readings([tokenise("小区小区小区")], tmp_path, ())
    assert frequency(Readings.open(tmp_path).find(codes("小区"))[1]).tolist() == [0.0]


def test_a_word_that_is_a_pair_backwards_is_no_slip(readings: Readings) -> None:
    assert readings.is_other_word("区小")
    # 造改 is no word, and 馆书 is one whose reverse is held.
    assert not readings.is_other_word("造改")
    assert readings.is_other_word("馆书")


def test_followers_of_a_character(readings: Readings) -> None:
    # 小区, and 区里 and 区扩; 455 parts 区 from 个.
    assert characters(readings.after("小")) == {"区"}
    assert characters(readings.after("区")) == {"里", "扩"}
    assert characters(readings.after("𠀀")) == set()
    # 小 stands in 造小 and 小区, 区 in these two and 小区.
    chars = np.array([ord("小"), ord("区"), ord("雾")], np.uint32)
    assert readings.commonness(chars).tolist() == [2, 3, 0]


def test_an_index_without_han_has_no_pairs(tmp_path: Path) -> None:
    write_readings([["library", "2021"], []], tmp_path, WORDS)
    readings = Readings.open(tmp_path)
    assert len(readings) == 0
    assert not readings.find(codes("小区"))[0].any()
    assert not readings.is_other_word("小区")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("小区改造图书馆a1 ", max_size=12), max_size=5))
def test_what_is_held_is_what_stands_in_a_document(texts: list[str]) -> None:
    documents = [tokenise(text) for text in texts]
    expected = {t for d in documents for t in d if len(t) == 2 and t.isalpha() and "a" not in t}
    every = [a + b for a in "小区改造图书馆" for b in "小区改造图书馆"]
    with TemporaryDirectory() as folder:
        write_readings(documents, Path(folder), WORDS)
        held = Readings.open(Path(folder)).find(codes(*every))[0]
    assert {pair for pair, here in zip(every, held, strict=True) if here} == expected


def test_equal_documents_give_equal_bytes_in_any_order_of_terms(tmp_path: Path) -> None:
    for name, documents in (("a", DOCUMENTS), ("b", [d[::-1] for d in DOCUMENTS])):
        (tmp_path / name).mkdir()
        write_readings(documents, tmp_path / name, WORDS)
    for file in FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_files_that_do_not_belong_together_are_refused(readings: Readings, tmp_path: Path) -> None:
    np.save(tmp_path / FILES[1], np.zeros(1, np.uint8))
    with pytest.raises(ValueError, match="do not belong together"):
        Readings.open(tmp_path)


def test_sounds_are_told_apart_and_blurred() -> None:
    same, near = map(characters, sounding_like("造"))
    # zao: 照 is zhao, its neighbour in many mouths; 改 is gai.
    assert "皂" in same
    assert "照" in near
    assert "改" not in same | near
    assert "造" not in same | near
    assert not same & near
    assert "区" in characters(read_as("qu"))
    assert characters(read_as("lv")) >= {"绿", "旅"}
    assert len(read_as("xyz")) == 0


def test_the_dictionary_has_words_and_no_phrases() -> None:
    words = dictionary_words()
    assert {"改造", "小区", "图书馆"} <= words
    assert "改照" not in words
    assert max(map(len, words)) == 4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.text("小区图书馆㐀鿿ꀀ豈𠀀é1", min_size=1, max_size=6),
                # Six bytes as well.
                st.sampled_from(["abcdef", "小abc", "abc小", "éèê", "ꀀꀀ", "\ud800小", "𠀀é"]),
            ),
            max_size=8,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_pairs_of_the_lexical_index_are_those_of_its_documents(
    documents: list[list[str]],
) -> None:
    held_by = Counter(
        term for document in documents for term in set(document) if _HAN_PAIR.fullmatch(term)
    )
    with TemporaryDirectory() as folder:
        write_readings(documents, Path(folder), WORDS)
        found = Readings.open(Path(folder))
        assert len(found) == len(held_by)
        held, marks = found.find(codes(*held_by))
    assert held.all()
    expected = [math.log2(count) for count in held_by.values()]
    assert frequency(marks).tolist() == pytest.approx(expected, abs=0.125)
