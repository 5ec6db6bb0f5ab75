from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from corpus.places.folding import fold


@given(st.text(max_size=60))
def test_every_folded_character_has_a_place_in_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends) == len(folded.capital)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


def test_scripts_widths_and_marks_are_folded_away() -> None:
    assert fold("武漢").text == "武汉"
    assert fold("Ｗｕｈａｎ").text == "wuhan"
    assert fold("Wǔhàn").text == "wuhan"
    assert fold("Xi’an").text == "xi'an"
    assert fold("済南市の県").text == "济南市の县"
    assert fold("Шанхай").text == "шанхаи"


def test_marks_apart_and_invisible_characters_belong_to_the_letter_before() -> None:
    folded = fold(unicodedata.normalize("NFD", "Wǔhàn"))
    assert folded.text == "wuhan"
    assert (folded.starts[1], folded.ends[1]) == (1, 3)
    assert fold("武\u200b汉").text == "武汉"


def test_korean_and_kana_marks_are_kept() -> None:
    assert fold("우한이 ガ").text == "우한이 ガ"
