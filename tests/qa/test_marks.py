"""The words of a question are marked in an extract, in both scripts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.marks import matching_spans


def marked(extract: str, *words: str) -> list[str]:
    return [extract[span.start : span.end] for span in matching_spans(extract, words)]


def test_words_are_marked_and_neighbours_run_together() -> None:
    assert marked("全市新建公园12个,改造公园3个。", "新建", "建公", "公园") == ["新建公园", "公园"]


def test_traditional_text_is_marked_by_words_in_search_form() -> None:
    assert marked("全市新建公園12個。", "公园", "12个") == ["公園12個"]


def test_full_width_and_capital_letters_match() -> None:
    assert marked("ＧＤＰ增长１２％", "gdp", "12%") == ["ＧＤＰ", "１２％"]


def test_a_number_within_a_longer_one_is_none() -> None:
    assert marked("25000个、5000个", "5000") == ["5000"]
    assert marked("12.5%和12%", "12") == ["12"]
    assert marked("3.12万与12万", "12") == ["12"]
    assert marked("1,234与234", "234") == ["234"]
    assert marked("共12.", "12") == ["12"]


def test_thousands_separators_do_not_hide_a_number() -> None:
    assert marked("共有75,204本", "75204", "75204本") == ["75,204本"]


def test_a_latin_word_within_a_longer_one_is_none() -> None:
    assert marked("newspaper and paper", "paper") == ["paper"]
    assert marked("看APP首页", "app") == ["APP"]


def test_nothing_is_marked_without_words() -> None:
    assert marked("全市新建公园", "桥") == []
    assert marked("", "桥") == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=40),
    st.lists(st.text(min_size=1, max_size=4), max_size=4),
    st.data(),
)
def test_spans_are_valid_ordered_and_apart(
    text: str, words: list[str], data: st.DataObject
) -> None:
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        words = [*words, text[start : start + 3]]
    spans = matching_spans(text, words)
    ends = [0, *(span.end for span in spans)]
    for before, span in zip(ends, spans, strict=False):
        assert before <= span.start < span.end <= len(text)
        assert not spans or before == 0 or before < span.start
