"""Copies of a text are known by its shingles, as the formulas of the module say."""

from __future__ import annotations

import random
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from corpus.normalise import normalise
from corpus.signature import COMMON, CONTAINED, HEAD, KEPT, LEAST, SHINGLE, Known, text_signature

# Characters that conversion between the scripts leaves alone.
_PLAIN = "的一是不了人我在有他中大上个到地子出也下去生年小多天家自之好可心本力手公全日三口合打"


def made(seed: int, length: int) -> str:
    draw = random.Random(seed)
    return "".join(draw.choice(_PLAIN) for _ in range(length))


def shingles(text: str) -> set[str]:
    plain = "".join(c for c in normalise(text) if c.isalnum())
    return {plain[i : i + SHINGLE] for i in range(len(plain) - SHINGLE + 1)}


@settings(deadline=None)  # the first one loads the converter
@given(st.text(max_size=60), st.text(max_size=60))
def test_containment_of_short_texts_is_that_of_their_sets(one: str, other: str) -> None:
    a, b = shingles(one), shingles(other)
    first, second = text_signature(one), text_signature(other)
    assert (first.size, second.size) == (len(a), len(b))
    expected = len(a & b) / min(len(a), len(b)) if a and b else 0.0
    assert first.containment(second) == pytest.approx(expected)
    assert second.containment(first) == first.containment(second)


def test_containment_of_long_texts_is_estimated_within_its_error() -> None:
    one, other = made(1, 12_000), made(2, 6_000)
    whole = text_signature(one + other)
    assert len(whole.sketch) == KEPT
    for text in (one, other, one[:4_000] + made(3, 8_000)):
        a, b = shingles(text), shingles(one + other)
        expected = len(a & b) / min(len(a), len(b))
        # Five standard errors of r, through c = r(|A|+|B|)/((1+r)·min(|A|,|B|)).
        error = 5 * (len(a) + len(b)) / min(len(a), len(b)) / (2 * KEPT**0.5)
        assert text_signature(text).containment(whole) == pytest.approx(expected, abs=error)


def test_marks_blanks_case_and_script_do_not_count() -> None:
    text = "市里新建公园ABC，扩建图书馆；全市的街道都装上了路灯。" * 8
    other = OpenCC("s2t").convert(text).replace("，", " , ").replace("ABC", "ａｂｃ")
    one, two = text_signature(text), text_signature(other)
    assert one.sketch.tolist() == two.sketch.tolist()


def test_a_page_around_it_makes_it_no_other_text_but_a_fifth_of_change_does() -> None:
    text = made(4, 2_000)
    one = text_signature(text)
    assert one.is_copy(text_signature(made(5, 300) + text + made(6, 300)))
    assert one.is_copy(text_signature(text[:1_700]))
    # Of 1,993 shingles, those within the first 1,400 characters are shared: 0.70.
    assert not one.is_copy(text_signature(text[:1_400] + made(7, 600)))
    assert CONTAINED == 0.8


def test_an_excerpt_is_no_copy() -> None:
    text = made(8, 2_000)
    assert not text_signature(text).is_copy(text_signature(text[:900]))
    assert text_signature(text).is_copy(text_signature(text[:1_100]))


def test_the_same_words_with_other_figures_are_another_report() -> None:
    words = [made(number, 40) for number in range(20)]

    def report(first: int) -> str:
        return "".join(f"{text}{first + 7 * n}个。" for n, text in enumerate(words))

    # Figures 100, 107, …, 233 and 101, 108, …: none in common.
    one, next_year = text_signature(report(100)), text_signature(report(101))
    assert one.containment(next_year) > 0.7
    assert not one.is_copy(next_year)
    assert one.is_copy(text_signature(report(100) + made(99, 60)))


def test_of_a_short_text_nothing_is_claimed() -> None:
    short = made(9, LEAST + SHINGLE - 2)  # one shingle too few
    assert not text_signature(short).is_copy(text_signature(short))
    enough = made(9, LEAST + SHINGLE + 20)
    assert text_signature(enough).is_copy(text_signature(enough))


def test_those_known_are_found_by_their_smallest_values() -> None:
    known = Known()
    texts = [made(seed, 1_500) for seed in range(20, 40)]
    for text in texts:
        known.add(text_signature(text))
    for number, text in enumerate(texts):
        assert list(known.copies(text_signature(made(77, 200) + text))) == [number]
    assert list(known.copies(text_signature(made(78, 1_500)))) == []
    # What the docstring says of a copy at the limits: 64 values, each shared with the chance 0.36.
    assert sum(comb(HEAD, n) * 0.36**n * 0.64 ** (HEAD - n) for n in range(COMMON)) < 1e-4


def test_a_signature_is_the_same_on_every_machine() -> None:
    # Computed by hand from the formula: eight characters, one shingle.
    value = 0
    for character in "一二三四五六七八":
        value = (value * 0x9E3779B97F4A7C15 + ord(character)) % 2**64
    value ^= value >> 31
    value = value * 0x94D049BB133111EB % 2**64
    value ^= value >> 29
    assert text_signature("一二三四五六七八。").sketch.tolist() == [value]
