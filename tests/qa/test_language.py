"""In which language a question is asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.language import (
    detect_language,
    in_traditional,
    interface_language,
    is_traditional,
    language_evidence,
)

TAGS = {"zh-Hans", "zh-Hant", "ja", "ko", "ru", "th", "ar"} | set(
    "en es fr de it pt nl pl tr".split()
)

QUESTIONS = {
    "武汉改造了几处公园": "zh-Hans",
    "武漢改造了幾處公園": "zh-Hant",
    "哪位著名作家到过乾隆年间的武汉": "zh-Hans",
    "于是否公開?臺灣": "zh-Hant",
    "濟南": "zh-Hant",
    "武汉的GDP增长率是多少": "zh-Hans",
    "GDP增长了多少": "zh-Hans",
    "老旧小区 455": "zh-Hans",
    "How many parks were built?": "en",
    "Wuhan GDP growth 2021": "en",
    "Which film was shown in 武汉?": "en",
    "Does the report mention the “大型纪录片” of the city?": "en",
    "What is Ухань known for?": "en",
    "Loudi Zhangye": "en",
    "¿Cuántos parques hay en Wuhan?": "es",
    "Cuantos parques se construyeron en Wuhan": "es",
    "Combien de parcs y a-t-il à Wuhan ?": "fr",
    "En quelle année a-t-il été fondé ?": "fr",
    "Wie viele Parks gibt es in Wuhan?": "de",
    "Warum wurde sie geschlossen?": "de",
    "Quanti parchi ci sono a Wuhan?": "it",
    "Quando è stata aperta la strada?": "it",
    "Quantos parques há em Wuhan?": "pt",
    "Quando foi inaugurada a estrada?": "pt",
    "Hoeveel parken zijn er in Wuhan?": "nl",
    "Wanneer werd de weg geopend?": "nl",
    "Ile parków jest w Wuhanie?": "pl",
    "Kto jest burmistrzem?": "pl",
    "Wuhan'da kaç park var?": "tr",
    "Yol ne zaman açıldı?": "tr",
    "Сколько парков в Ухане?": "ru",
    "武漢には公園がいくつありますか": "ja",
    "武漢の人口": "ja",
    "우한에 공원이 몇 개 있습니까?": "ko",
    "อู่ฮั่นมีสวนสาธารณะกี่แห่ง": "th",
    "كم عدد الحدائق في ووهان؟": "ar",
}


@pytest.mark.parametrize(("question", "tag"), QUESTIONS.items())
def test_the_language_of_a_question_is_detected(question: str, tag: str) -> None:
    assert detect_language(question) == tag


def test_characters_of_both_scripts_prove_nothing() -> None:
    assert not is_traditional("有多少人去上海")
    assert not is_traditional("")
    # One character that only one script has decides.
    assert is_traditional("有多少人去漢口")
    assert not is_traditional("有多少人去汉口")


def test_characters_that_simplified_text_keeps_are_no_sign_of_traditional() -> None:
    assert not is_traditional("著名")
    assert not is_traditional("乾隆")
    # Each alone is converted to Simplified by a converter, and each stands in GB 2312.
    for char in "著乾於":
        assert char.encode("gb2312")


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_the_interface_is_chinese_for_chinese_and_english_for_the_rest(tag: str) -> None:
    expected = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant"}.get(tag, "en")
    assert interface_language(tag) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_a_known_language(text: str) -> None:
    assert detect_language(text) in TAGS


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("How many parks?", "en"),
        ("What about 武汉?", "en"),
        ("武汉", "zh-Hans"),
        ("濟南", "zh-Hant"),
        ("¿Y en Loudi?", "es"),
        ("Сколько", "ru"),
        ("ประเทศ", "th"),
        ("Wie viele in Wuhan", "de"),
        ("in Wuhan", None),
        ("Wuhan GDP 2021", None),
        ("Loudi", None),
        ("2021", None),
        ("", None),
    ],
)
def test_a_language_is_evident_from_its_script_or_its_own_words(text: str, tag: str | None) -> None:
    assert language_evidence(text) == tag


@given(st.text(max_size=60))
def test_an_evident_language_is_the_one_detected(text: str) -> None:
    assert language_evidence(text) in {None, detect_language(text)}


def test_traditional_text_is_made_and_told() -> None:
    assert in_traditional("娄底的报告") == "婁底的報告"
    assert is_traditional(in_traditional("娄底的报告"))
