"""Terms of the lexical index: characters and bigrams, whole numbers with units, words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.normalise import normalise
from embeddings.tokens import is_number, is_of_run, numbers_and_words, terms_of, tokenise


def test_han_text_gives_characters_and_bigrams() -> None:
    assert tokenise("老旧小区") == ["老", "旧", "小", "区", "老旧", "旧小", "小区"]
    assert tokenise("区") == ["区"]
    assert "区公" not in tokenise("小区,公园")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("455个小区", {"455", "455个", "个小", "小区"}),
        ("12.2%", {"12.2", "12.2%"}),
        ("12.2％", {"12.2", "12.2%"}),
        ("8.46万", {"8.46", "8.46万"}),
        ("８．４６万", {"8.46", "8.46万"}),
        ("8.46万户", {"8.46", "8.46万", "8.46万户"}),
        ("1,234", {"1234"}),
        ("1,234,567.5亩", {"1234567.5", "1234567.5亩"}),
        ("2021年", {"2021", "2021年", "年"}),
        ("30公里", {"30", "30公里", "公里"}),
        ("25℃", {"25", "25°c"}),
        ("120㎡", {"120", "120m2"}),
        ("35km", {"35", "35km", "km"}),
        ("5G基站", {"5", "5g", "g", "基站"}),
        ("3‰", {"3", "3‰"}),
    ],
)
def test_numbers_stay_whole_and_are_found_with_their_units(text: str, terms: set[str]) -> None:
    assert terms <= set(tokenise(text))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2019,2020,2021年", ["2019", "2020", "2021", "2021年"]),
        ("1,2345", ["1", "2345"]),
        ("2019,100", ["2019", "100"]),
        ("120㎡", ["120", "120m2"]),
        ("12,345.60", ["12345.60"]),
        ("1.5.", ["1.5"]),
    ],
)
def test_what_is_not_one_number_is_not_joined(text: str, numbers: list[str]) -> None:
    assert [term for term in tokenise(text) if is_number(term)] == numbers


def test_traditional_and_simplified_text_have_the_same_terms() -> None:
    assert tokenise("老舊小區改造,圖書館") == tokenise("老旧小区改造,图书馆")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Wuhan", ["wuhan"]),
        ("ＷＵＨＡＮ", ["wuhan"]),
        ("Wuhan's parks", ["wuhan", "parks"]),
        ("Wuhan’s", ["wuhan"]),
        ("don't", ["don't"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("Ärzte año", ["ärzte", "año"]),
        ("город", ["город"]),
    ],
)
def test_words_are_whole_and_lower_case(text: str, terms: list[str]) -> None:
    assert tokenise(text) == terms


def test_kana_and_hangul_are_cut_as_han_text() -> None:
    assert tokenise("ホテル") == ["ホ", "テ", "ル", "ホテ", "テル"]
    assert tokenise("공원") == ["공", "원", "공원"]


@given(st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"]))))
def test_any_text_has_terms_none_of_them_empty_and_always_the_same(text: str) -> None:
    terms = tokenise(text)
    assert all(terms)
    assert terms == tokenise(text)


@given(st.text())
def test_terms_follow_from_the_search_form(text: str) -> None:
    assert tokenise(text) == terms_of(normalise(text)) == tokenise(normalise(text))


@given(
    st.integers(0, 10**9),
    st.integers(0, 999) | st.none(),
    st.sampled_from(["个", "%", "万", "人次", "公里", "亩", "千米"]),
)
def test_a_number_in_a_sentence_is_found_whole_and_with_its_unit(
    whole: int, decimals: int | None, unit: str
) -> None:
    number = str(whole) if decimals is None else f"{whole}.{decimals}"
    terms = tokenise(f"全市共{number}{unit},比上年多。")
    assert [t for t in terms if is_number(t)] == [number, number + unit]
    grouped = f"{whole:,}" if decimals is None else f"{whole:,}.{decimals}"
    assert tokenise(f"全市共{grouped}{unit},比上年多。") == terms


@given(st.text(alphabet="老旧小区改造", min_size=2))
def test_a_run_has_every_character_and_every_two_neighbours(text: str) -> None:
    assert tokenise(text) == [*text, *(a + b for a, b in pairwise(text))]


PARTS = st.sampled_from(
    [
        "455个",
        "小区",
        "12.2%",
        "5g",
        "网络",
        "120m2",
        "25℃",
        "8.46万个",
        "2019,2020",
        "あい",
        "서울",
        "〇",
        "the city's",
        "3余万亩",
        " ",
        "。",
        "7千米",
        "A区",
    ]
)


@given(st.lists(PARTS | st.text(max_size=5), max_size=6).map("".join))
def test_terms_of_runs_stand_where_they_are_written_and_the_others_are_told_apart(
    text: str,
) -> None:
    plain = normalise(text)
    terms = set(terms_of(plain))
    assert numbers_and_words(plain) == {term for term in terms if not is_of_run(term)}
    # Every two neighbours of the text, whether in a run or not.
    asked = {*plain, *(a + b for a, b in pairwise(plain))}
    for form in filter(is_of_run, asked):
        assert form in terms
    for term in filter(is_of_run, terms):
        assert term in plain
