"""What Unicode CLDR calls countries, languages, months and cities."""

from __future__ import annotations

import pytest

from embeddings.cldr import LANGUAGES, cldr_terms
from embeddings.dictionary import Dictionary, compile_dictionary
from embeddings.words import STEMMERS

TEXTS = ["10月,德国代表团从伦敦来到江城,用德语介绍经验。", "六月的港口。", "6月的山。"]


@pytest.fixture(scope="module")
def terms() -> set[tuple[str, str, str]]:
    return set(cldr_terms())


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary(compile_dictionary(TEXTS))


def test_every_language_names_countries_and_cities(terms: set[tuple[str, str, str]]) -> None:
    for language in LANGUAGES:
        assert {"德国", "伦敦", "德语"} <= {form for tag, _, form in terms if tag == language}


@pytest.mark.parametrize(
    ("question", "language", "form"),
    [
        ("Who came from Germany?", "en", "德国"),
        ("¿Quién vino de Alemania?", "es", "德国"),
        ("Qui est venu de Londres ?", "fr", "伦敦"),
        ("Кто приехал из Лондона?", "ru", "伦敦"),
        ("Wat gebeurde er in Londen?", "nl", "伦敦"),
        ("Kto przyjechał w październiku?", "pl", "10月"),
        ("Almanya'dan kim geldi?", "tr", "德国"),
        ("ドイツから誰が来たか", "ja", "德国"),
        ("런던에서 누가 왔나요?", "ko", "伦敦"),
        ("ใครมาจากลอนดอน", "th", "伦敦"),
        ("من جاء من لندن؟", "ar", "伦敦"),
    ],
)
def test_names_are_translated_from_every_language(
    dictionary: Dictionary, question: str, language: str, form: str
) -> None:
    assert form in {
        form for found in dictionary.translate(question, language) for form in found.forms
    }


def test_a_language_also_names_the_country_where_it_is_spoken(
    terms: set[tuple[str, str, str]],
) -> None:
    assert {form for tag, name, form in terms if (tag, name) == ("en", "German")} == {
        "德语",
        "德国",
    }
    # English, 英语: of 英国; 拉丁语 is of no country.
    assert {form for tag, name, form in terms if (tag, name) == ("en", "Latin")} == {"拉丁语"}


def test_a_month_is_written_in_either_way(dictionary: Dictionary) -> None:
    (june,) = dictionary.translate("in June")
    assert set(june.forms) == {"6月", "六月"}
    (october,) = dictionary.translate("im Oktober", "de")
    assert october.forms == ("10月",)


def test_only_scripts_that_part_words_are_stemmed() -> None:
    assert set(LANGUAGES) - set(STEMMERS) == {"ar", "ja", "ko", "th"}
