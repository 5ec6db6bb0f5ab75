"""Foreign words to the Chinese words of the reports."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalise import normalise
from embeddings import cedict
from embeddings.cldr import cldr_terms
from embeddings.dictionary import (
    DERIVED,
    FILE,
    LONGEST_FORM,
    ONE_CHARACTER,
    Dictionary,
    DictionaryWriter,
    Translation,
    compile_all,
    compile_dictionary,
)
from embeddings.glossary import glossary
from embeddings.words import STOP_WORDS, phrase_key

TEXTS = ["市图书馆新建停车场,绿化面积扩大。", "圖書館旁的公園免費開放。", "人民政府发布公告。"]


@pytest.fixture(scope="module")
def compiled() -> dict[str, dict[str, list[str]]]:
    return compile_dictionary(TEXTS)


@pytest.fixture(scope="module")
def dictionary(compiled: dict[str, dict[str, list[str]]]) -> Dictionary:
    return Dictionary(compiled)


def test_only_words_that_the_texts_hold_are_kept(
    compiled: dict[str, dict[str, list[str]]],
) -> None:
    # In search form: the Traditional text's words count as Simplified ones.
    joined = "市图书馆新建停车场,绿化面积扩大。\n图书馆旁的公园免费开放。\n人民政府发布公告。"
    forms = [form for phrases in compiled.values() for found in phrases.values() for form in found]
    assert forms
    assert all(form in joined and len(form) <= LONGEST_FORM for form in forms)
    assert "图书馆" in compiled["en"]["librari"]
    assert "公园" in compiled["en"]["park"]
    assert "hospit" not in compiled["en"]


def test_the_same_texts_give_the_same_dictionary_in_sorted_order(
    compiled: dict[str, dict[str, list[str]]],
) -> None:
    again = compile_dictionary(TEXTS[::-1])
    assert json.dumps(again) == json.dumps(compiled)
    assert list(compiled) == sorted(compiled)
    for phrases in compiled.values():
        assert list(phrases) == sorted(phrases)
        assert all(forms == sorted(set(forms)) for forms in phrases.values())


def test_a_text_without_known_words_has_no_dictionary() -> None:
    assert compile_dictionary(["abc 123"]) == {}
    assert compile_dictionary([]) == {}
    assert len(Dictionary({})) == 0
    assert Dictionary({}).translate("library") == []


@pytest.mark.parametrize("question", ["Library?", "the libraries", "LIBRARY'S", "a library’s"])
def test_a_word_is_found_in_any_of_its_forms(dictionary: Dictionary, question: str) -> None:
    assert any("图书馆" in found.forms for found in dictionary.translate(question))


def test_the_longest_phrase_counts_and_its_words_do_not_count_again() -> None:
    dictionary = Dictionary(
        {"en": {"park": ["公园"], "park lot": ["停车场"], "lot": ["很多"], "librari": ["图书馆"]}}
    )
    found = dictionary.translate("Where is the parking lot of the library in the park?")
    assert [(t.phrase, t.forms) for t in found] == [
        ("park lot", ("停车场",)),
        ("librari", ("图书馆",)),
        ("park", ("公园",)),
    ]


def test_stop_words_part_phrases_and_mean_nothing_alone() -> None:
    entries = {word: ["公园"] for word in ("the", "of", "park of")}
    dictionary = Dictionary({"en": {**entries, "park of cultur": ["文化公园"]}})
    assert dictionary.translate("the of") == []
    assert dictionary.translate("park of") == []
    assert [t.phrase for t in dictionary.translate("a park of culture")] == ["park of cultur"]
    assert "the" in STOP_WORDS


def test_a_definition_is_known_without_its_outer_stop_words() -> None:
    assert phrase_key("to open up") == phrase_key("opening") == "open"
    assert phrase_key("the") == ""


def test_a_word_said_twice_is_one_term(dictionary: Dictionary) -> None:
    assert len(dictionary.translate("library library libraries")) == 1


def test_text_in_other_scripts_or_none_gives_nothing(dictionary: Dictionary) -> None:
    for question in ("", "图书馆在哪里?", "12 + 3", "😀"):
        assert dictionary.translate(question) == []


def test_it_is_read_back_as_compiled(tmp_path: Path) -> None:
    content = json.dumps(
        compile_all([*TEXTS, "乔纳森出生在弗雷斯诺。"]), ensure_ascii=False
    ).encode()
    (tmp_path / FILE).write_bytes(content)
    for dictionary in (Dictionary.open(tmp_path), Dictionary.parse(content)):
        found = dictionary.translate("Is the library of Fresno free?")
        assert "图书馆" in found[0].forms
        assert (found[-1].phrase, found[-1].forms) == ("Fresno", ("弗雷斯诺",))
    for damaged in (b"", b"[]", b"{}", b"\xff", content[:-1]):
        with pytest.raises(ValueError, match=r".*"):
            Dictionary.parse(damaged)


def test_a_name_is_known_without_what_explains_it_and_a_word_by_each_part() -> None:
    # CC-CEDICT: 华沙 "Warsaw, capital of Poland"; 首都 "capital (city)".
    compiled = compile_dictionary(["华沙是首都。"])["en"]
    assert compiled["warsaw"] == ["华沙"]
    assert "华沙" not in compiled.get("capit of poland", [])
    assert "首都" in compiled["capit"]


@pytest.mark.parametrize(
    ("asked", "defined"),
    [
        ("won", "win"),
        ("brought", "bring"),
        ("the largest", "large"),
        ("children", "child"),
        ("neighbourhoods", "neighborhood"),
        ("theatres", "theater"),
        ("organisation", "organization"),
        ("organised", "organized"),
    ],
)
def test_irregular_and_british_forms_meet_their_base(asked: str, defined: str) -> None:
    assert phrase_key(asked) == phrase_key(defined)


def test_an_unknown_word_is_looked_up_as_what_it_is_derived_from_and_counts_less() -> None:
    dictionary = Dictionary({"en": {"south": ["南方", "南"], "northern": ["北方"]}})
    (southern,) = dictionary.translate("the southern coast")
    # One character counts half, a derived word seven tenths: 0.7 and 0.7 * 0.5.
    assert southern == Translation("south", ("南方", "南"), (DERIVED, DERIVED * ONE_CHARACTER))
    # A word that is known stays itself; a question's grammar is derived from nothing.
    assert [t.phrase for t in dictionary.translate("northern others")] == ["northern"]


def test_every_form_has_a_weight(dictionary: Dictionary) -> None:
    for found in dictionary.translate("Is the library in the park open to the people?"):
        assert len(found.weights) == len(found.forms)
        assert all(0 < weight <= 1 for weight in found.weights)


def every_window(texts: list[str]) -> set[str]:
    """The words that occur in texts in search form, by looking up each part of each text."""
    return {
        text[start:end]
        for text in texts
        for start in range(len(text))
        for end in range(start + 1, min(start + LONGEST_FORM, len(text)) + 1)
    } & chinese()


@cache
def chinese() -> set[str]:
    return {
        word
        for word in {normalise(word) for _, _, word in (*glossary(), *cldr_terms())}
        | {word for word, _ in cedict.entries()}
        if len(word) <= LONGEST_FORM and re.fullmatch("(?:1[0-2]|[1-9])?[㐀-䶿一-鿿]+", word)
    }


def some_words() -> st.SearchStrategy[str]:
    words = sorted(chinese())[::997]
    return st.sampled_from([*words, "1", "12", "月", "华", "人民", "\n", "a "])


def forms_of(compiled: dict[str, dict[str, list[str]]]) -> set[str]:
    return {form for phrases in compiled.values() for forms in phrases.values() for form in forms}


# Deferred: the words are read when the test runs, not by each process that collects it.
@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.deferred(some_words)).map("".join), max_size=4))
def test_no_word_that_occurs_is_missed_and_none_is_made_up(texts: list[str]) -> None:
    translated = forms_of(compile_dictionary(sorted(every_window(texts))))
    assert forms_of(compile_dictionary(texts)) == translated
    assert translated <= every_window(texts)


def test_texts_added_one_by_one_give_the_file_of_all(tmp_path: Path) -> None:
    writer = DictionaryWriter()
    for text in TEXTS:
        writer.add(text)
    writer.finish(tmp_path)
    content = (tmp_path / FILE).read_text(encoding="utf-8")
    assert json.loads(content) == json.loads(json.dumps(compile_all(TEXTS)))
    # Chinese is stored as it is, without blanks between.
    assert '["公园"]' in content
    assert '", "' not in content
