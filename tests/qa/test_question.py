"""What is known about a question before anything is searched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UsageError
from corpus.places.recognise import PlaceFinder
from qa.question import MAX_CHARS, Question, understand


@pytest.mark.parametrize("text", ["", " \n\t ", "？！…", "。", "\u3000"])
def test_nothing_to_ask_is_an_error(text: str, finder: PlaceFinder) -> None:
    with pytest.raises(UsageError, match="the question is empty") as caught:
        understand(text, finder)
    assert caught.value.exit_code == 2


def test_a_question_may_have_so_many_characters(finder: PlaceFinder) -> None:
    assert understand("公" * MAX_CHARS, finder).text == "公" * MAX_CHARS
    with pytest.raises(UsageError, match="100,000 characters, at most 2,000"):
        understand("公" * 100_000, finder)


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("武汉建了几个公园", [("wuhan",)]),
        ("武漢市建了幾個公園", [("wuhan",)]),
        ("How many parks are there in Wuhan?", [("wuhan",)]),
        ("Сколько парков в Ухане?", [("wuhan",)]),
        # A district that has its own report is not its city.
        ("东西湖建了几个公园", [("dongxihu",)]),
        ("武汉市东西湖区建了几个公园", [("dongxihu",)]),
        ("Parks in Dongxihu District, Wuhan", [("dongxihu",)]),
        # A county without a report leads to the city that has one.
        ("高台县建了几个公园", [("zhangye",)]),
        # With a typing error.
        ("章掖建了几个公园", [("zhangye",)]),
        ("有几个公园", []),
        ("长沙建了几个公园", []),
    ],
)
def test_a_named_place_focuses_the_question(
    text: str, focus: list[tuple[str, ...]], finder: PlaceFinder
) -> None:
    assert list(understand(text, finder).focus) == focus


def test_two_cities_give_two_groups_in_the_order_named(finder: PlaceFinder) -> None:
    question = understand("娄底和武汉各建了几个公园？", finder)
    assert question.focus == (("loudi",), ("wuhan",))
    assert question.compares
    assert understand("武汉比娄底多建了几个公园？", finder).focus == (("wuhan",), ("loudi",))
    assert understand("武汉、武漢和Wuhan建了几个公园？", finder).focus == (("wuhan",),)
    assert not understand("武汉、武漢和Wuhan建了几个公园？", finder).compares


@pytest.mark.parametrize(
    "text",
    [
        "哪个城市建的公园最多？",
        "除了武汉，哪个城市也建了公园？",
        "Which city built most parks?",
        "Which city, like Wuhan, built parks?",
        "¿Qué ciudad construyó más parques?",
    ],
)
def test_which_city_ranks_across_all_reports(text: str, finder: PlaceFinder) -> None:
    assert understand(text, finder).focus == ()


@pytest.mark.parametrize(
    "text", ["武汉的哪个市场最大", "张掖哪个县建了公园", "武汉和娄底哪个城市公园多"]
)
def test_markets_counties_and_named_cities_are_no_which_city(
    text: str, finder: PlaceFinder
) -> None:
    assert understand(text, finder).focus


def test_a_city_without_a_report_is_absent(finder: PlaceFinder) -> None:
    question = understand("长沙和武汉各建了几个公园？", finder)
    assert question.absent == ("长沙",)
    assert question.focus == (("wuhan",),)
    assert understand("How many parks are there in Shanghai?", finder).absent == ("Shanghai",)
    # A province is no city, and a name that the reports use as a word is one.
    assert understand("湖南建了几个公园？", finder).absent == ()
    assert understand("长沙建了几个公园？", finder, lambda _: True).absent == ()


def test_the_city_is_no_part_of_what_is_searched_in_its_report(finder: PlaceFinder) -> None:
    question = understand("武汉市改造了多少个小区？", finder)
    assert question.content == "改造了多少个小区？"
    assert question.terms == "改造了 个小区"


def test_a_county_is_part_of_what_is_searched(finder: PlaceFinder) -> None:
    assert "临泽县" in understand("临泽县办了几件实事？", finder).content


def test_a_question_of_a_name_alone_is_searched_by_it(finder: PlaceFinder) -> None:
    assert understand("武汉", finder).content == "武汉"
    assert understand("武汉？", finder).content == "武汉？"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("武汉2021年建了几个公园", (2021,)),
        ("2019年和２０２０年", (2019, 2020)),
        ("In 2021, and 2021 again", (2021,)),
        ("12021个", ()),
        ("20210个", ()),
        ("1900年", ()),
        ("武汉二〇二一年和二零二二年建了几个公园", (2021, 2022)),
        ("一九九八年", (1998,)),
        # Not of a year, or of one with more before it.
        ("二〇二一个", ()),
        ("百二〇二一年", ()),
        ("二十二年", ()),
    ],
)
def test_years_are_read(text: str, years: tuple[int, ...], finder: PlaceFinder) -> None:
    assert understand(text, finder).years == years


def test_language_and_interface_go_with_the_question(finder: PlaceFinder) -> None:
    question = understand("  武漢建了幾個公園？ ", finder)
    assert (question.text, question.language) == ("武漢建了幾個公園？", "zh-Hant")
    assert question.interface == "zh_Hant"
    assert question.units == ("个",)
    assert question.wants == {"number"}


PIECES = st.sampled_from(
    ["武汉", "东西湖区", "娄底", "哪个城市", "2021年", "长沙", "?", " ", "Wuhan"]
)


@settings(max_examples=150, deadline=None)
@given(text=st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join))
def test_any_text_is_a_question_or_a_usage_error(text: str, finder: PlaceFinder) -> None:
    try:
        question = understand(text, finder)
    except UsageError:
        return
    assert isinstance(question, Question)
    assert question.content
    assert question.text == text.strip()
    assert len(set(question.focus)) == len(question.focus)
    assert all(name in question.text for name in question.absent)
