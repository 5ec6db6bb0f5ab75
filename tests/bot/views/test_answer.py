"""An answer is one message that shows extracts as they are, where they stand and what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.callback_data import Action, CallbackData
from bot.view import ViewContext
from bot.views.answer import answer_view
from bot.views.fitting import marks, shares
from corpus.report import Span
from qa.answer import Answer, Extract
from tests.bot.sendable import check_keyboard, check_view, labels, length, pieces, targets
from tests.bot.views.samples import (
    BARE,
    ENGLISH,
    NAMELESS,
    SERVED,
    WITH_PAGES,
    answer,
    extract,
)

QUOTE, FOLDED = MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE


def show(given: Answer, context: ViewContext = ENGLISH, **options: Any) -> Any:
    return check_view(answer_view(given, context, **{"answer_id": None, **options}))


def test_an_extract_is_quoted_verbatim_with_matching_words_bold_and_its_source_below() -> None:
    message = show(answer(extract("全市新建桥梁12座，改造3座。")))
    assert pieces(message, QUOTE) == ["全市新建桥梁12座，改造3座。"]
    assert pieces(message, MessageEntity.BOLD) == ["新建桥梁"]
    assert message.text.split("\n")[1] == (
        "[1] 保山市 · 《保山市年度综述》 · digest · 保山日报 · 2023-04-05 · 交通 · original page"
    )
    assert [entity.url for entity in message.entities if entity.url] == [
        "https://t.me/cityqa_bot?start=baoshan-0a1b2c3d",
        "https://news.example.org/baoshan",
    ]


def test_extracts_are_numbered_with_an_empty_line_between_them() -> None:
    message = show(answer(extract("新建12座。"), extract("改造3座。", 2)))
    paragraphs = message.text.split("\n\n")
    assert [paragraph.split("\n")[0] for paragraph in paragraphs] == ["新建12座。", "改造3座。"]
    assert [paragraph.split("\n")[1][:4] for paragraph in paragraphs] == ["[1] ", "[2] "]


def test_what_a_report_does_not_state_is_said_or_left_out() -> None:
    one = extract(kind="original", publisher=None, date=None, section="", source_link=None)
    message = show(answer(one))
    assert message.text.endswith("《保山市年度综述》 · original · publisher not stated · undated")


def test_long_titles_are_shortened() -> None:
    line = show(answer(extract(title="长" * 500))).text.split("\n")[1]
    assert f"《{'长' * 39}…》" in line


def test_how_the_question_was_read_comes_first() -> None:
    message = show(answer(extract(), read_as="保山 新建 桥"))
    assert message.text.startswith("Read as: 保山 新建 桥\n\n全市")
    assert pieces(message, MessageEntity.ITALIC) == ["Read as: 保山 新建 桥"]


def test_the_filter_and_cities_without_a_report_are_told() -> None:
    message = show(answer(extract(), absent=("大理",)), filtered=["保山市", "昭通市"])
    assert message.text.split("\n")[:2] == [
        "Only reports about 保山市、昭通市; change it with /cities",
        "There is no report about 大理; this answers for the others.",
    ]


def test_the_interface_speaks_the_language_of_the_view() -> None:
    assert "原文网页" in show(answer(extract()), ViewContext("zh_Hans", BARE)).text
    assert "原文網頁" in show(answer(extract()), ViewContext("zh_Hant", BARE)).text


def test_the_passage_around_the_first_extract_is_folded_with_the_extract_bold() -> None:
    around = "前情如此。" * 30 + "新建12座。" + "后事不表。" * 30
    message = show(answer(extract("新建12座。"), words=()), passages={"baoshan-0a1b2c3d": around})
    assert pieces(message, FOLDED) == [around]
    assert pieces(message, MessageEntity.BOLD) == ["新建12座。"]
    assert "\n\nAround [1]:\n" in message.text


def test_long_surroundings_are_cut_on_both_sides_of_the_extract() -> None:
    around = "前情如此。" * 900 + "新建12座。" + "后事不表。" * 900
    message = show(answer(extract("新建12座。")), passages={"baoshan-0a1b2c3d": around})
    (folded,) = pieces(message, FOLDED)
    assert folded.startswith("…前情如此。")
    assert "前情如此。新建12座。后事不表。" in folded
    assert folded.endswith("后事不表。…")
    assert 1000 < length(folded) <= 1200


@pytest.mark.parametrize("around", ["新建12座。", " 新建12座。\n", "别的话。", ""])
def test_no_surroundings_where_the_passage_holds_no_more(around: str) -> None:
    message = show(answer(extract("新建12座。")), passages={"baoshan-0a1b2c3d": around})
    assert pieces(message, FOLDED) == []


def test_a_group_gets_no_surroundings_and_no_buttons_that_lead_away() -> None:
    given = answer(extract("新建12座。", link="https://reports.example.org/a.html#b"))
    passages = {"baoshan-0a1b2c3d": "前情如此。新建12座。"}
    view = answer_view(given, WITH_PAGES, answer_id=7, group=True, passages=passages)
    assert pieces(check_view(view), FOLDED) == []
    assert labels(view) == [["Passage"], ["👍 Helpful", "Wrong source", "👎 Not an answer"]]


def test_one_extract_has_buttons_in_words() -> None:
    given = answer(extract(link="https://reports.example.org/a.html#b"))
    view = answer_view(given, WITH_PAGES, answer_id=7)
    assert targets(view) == {
        "Passage": "p:baoshan-0a1b2c3d",
        "Page": "https://reports.example.org/a.html#b",
        "Original": "https://news.example.org/baoshan",
        "👍 Helpful": "f:7:h:0",
        "Wrong source": "f:7:w:0",
        "👎 Not an answer": "f:7:n:0",
    }


def test_several_extracts_have_numbered_buttons_and_equal_addresses_one() -> None:
    given = answer(
        extract(link="https://reports.example.org/a.html#1"),
        extract(rank=2, passage="baoshan-2", link="https://reports.example.org/a.html#2"),
    )
    assert labels(answer_view(given, WITH_PAGES, answer_id=None)) == [
        ["[1] passage", "[2] passage"],
        ["[1] page", "[2] page"],
        ["[1][2] original"],
    ]


def test_without_served_pages_no_button_leads_to_one() -> None:
    view = answer_view(answer(extract(source_link=None)), ENGLISH, answer_id=None)
    assert labels(view) == [["Passage"]]


@pytest.mark.parametrize(
    "url", ["http://localhost/a", "https://user@example.org/", "javascript:x", "https://a.b:port/"]
)
def test_addresses_that_telegram_refuses_on_buttons_have_none(url: str) -> None:
    view = answer_view(answer(extract(source_link=url)), ENGLISH, answer_id=None)
    check_view(view)
    assert labels(view) == [["Passage"]]


def test_a_bot_without_a_name_links_no_title_to_a_chat() -> None:
    context = ViewContext("en", NAMELESS)
    given = answer(extract(link="https://t.me/?start=baoshan-0a1b2c3d", source_link=None))
    assert pieces(show(given, context), MessageEntity.TEXT_LINK) == []


def test_a_rating_is_marked_and_asks_which_extract_is_meant() -> None:
    given = answer(extract(), extract(rank=2))
    rated = labels(answer_view(given, ENGLISH, answer_id=7, rated="wrong_source"))
    assert rated[-2:] == [
        ["👍 Helpful", "✓ Wrong source", "👎 Not an answer"],
        ["[1]", "[2]", "all"],
    ]
    view = answer_view(given, ENGLISH, answer_id=7, rated="helpful", rated_rank=2)
    assert labels(view)[-1] == ["[1]", "✓ [2]", "all"]
    assert targets(view)["✓ [2]"] == "f:7:h:2"
    assert targets(view)["all"] == "f:7:h:0"


def test_a_rating_of_one_extract_or_as_no_answer_asks_nothing() -> None:
    one = answer(extract())
    assert labels(answer_view(one, ENGLISH, answer_id=7, rated="helpful"))[-1][0] == "✓ Helpful"
    two = answer(extract(), extract(rank=2))
    rated = labels(answer_view(two, ENGLISH, answer_id=7, rated="not_an_answer"))
    assert rated[-1] == ["👍 Helpful", "Wrong source", "✓ Not an answer"]


def test_a_refusal_offers_the_nearest_passages_unconfirmed_and_the_cities() -> None:
    near = extract("新建12座。"), extract("改" * 300 + "。", 2, passage="baoshan-2")
    view = answer_view(answer(*near, refused=True), ENGLISH, answer_id=None)
    message = check_view(view)
    assert pieces(message, MessageEntity.BOLD)[0] == "The reports do not tell."
    head, rest = message.text.split("\n\n", 1)
    assert head == "The reports do not tell.\nThe reports cover: 保山市、昭通市"
    assert rest.startswith("Nearest passages, unconfirmed:\n新建12座。\n[1] 保山市")
    (folded,) = pieces(message, FOLDED)
    assert rest.endswith(folded)
    # 160 units, the last of them the dots.
    assert "\n" + "改" * 159 + "…\n[2]" in folded
    assert labels(view)[0] == ["[1] passage", "[2] in full"]


def test_of_hundreds_of_cities_a_refusal_names_two_dozen_and_counts_the_others() -> None:
    cities = tuple(f"城{number:03}" for number in range(300))
    line = show(answer(refused=True, cities=cities)).text.split("\n")[1]
    assert line == f"The reports cover: {'、'.join(cities[:24])}, and 276 more"


def test_a_refusal_names_the_city_without_a_report() -> None:
    given = answer(refused=True, reason="not_covered", absent=("大理",))
    assert show(given).text.startswith("No report covers 大理.\n")


def test_the_last_extracts_are_shortened_first_and_their_buttons_open_them() -> None:
    long = "一句有十个字的话在此。" * 200  # 2200 units
    given = answer(extract(long), extract(long, 2, passage="b-2"), extract(long, 3, passage="b-3"))
    view = answer_view(given, ENGLISH, answer_id=None)
    message = check_view(view)
    first, second, third = pieces(message, QUOTE)
    assert first == long
    assert second.endswith("此。…")
    assert long.startswith(second[:-1])
    # The least that an extract is given: 80 units, cut at the end of a sentence of 11.
    assert third == long[:77] + "…"
    assert labels(view) == [["[1] passage", "[2] in full", "[3] in full"], ["[1][2][3] original"]]


def test_twenty_long_extracts_are_all_shown_with_shorter_source_lines() -> None:
    many = [
        extract("长话。" * 2000, rank, title="题" * 500, passage=f"baoshan-{rank}")
        for rank in range(1, 21)
    ]
    view = answer_view(answer(*many), ENGLISH, answer_id=7, rated="helpful")
    message = check_view(view)
    quotes = pieces(message, QUOTE)
    assert len(quotes) == 20
    assert all(length(quote) >= 70 for quote in quotes)
    passages = [data for data in check_keyboard(view.keyboard) if data.action == Action.PASSAGE]
    assert passages == [CallbackData(Action.PASSAGE, (f"baoshan-{n}",)) for n in range(1, 21)]


def test_long_addresses_shorten_source_lines_before_extracts() -> None:
    # 3 x 1,000 units of text and 3 x 700 of addresses are more than a message, without the
    # addresses of the originals they are less.
    text = "一句有十个字的话在此了。" * 83
    address = "https://example.org/" + "%E6" * 200
    many = [
        extract(text, rank, passage=f"b-{rank}", source_link=f"{address}{rank}")
        for rank in (1, 2, 3)
    ]
    view = answer_view(answer(*many), ENGLISH, answer_id=None)
    message = check_view(view)
    assert pieces(message, QUOTE) == [text] * 3
    assert "original page" not in message.text
    assert labels(view)[1] == ["[1] original", "[2] original", "[3] original"]


def test_marks_are_capped_so_that_the_shortest_go_first() -> None:
    text = "桥，新建桥梁。" * 200
    message = show(answer(extract(text), words=("桥", "新建桥梁")))
    # 90 entities: the quote, two links, and 87 marks, all of the longer word.
    assert len(message.entities) == 90
    assert set(pieces(message, MessageEntity.BOLD)) == {"新建桥梁"}


def test_neighbouring_marks_are_one() -> None:
    assert marks(["新建·桥梁，桥"], ["新建", "桥梁", "桥"], 9) == [[Span(0, 5), Span(6, 7)]]
    assert marks(["桥梁。", "桥"], ["桥梁", "桥"], 1) == [[Span(0, 2)], []]


def test_shares_give_the_first_all_they_need_and_each_the_least() -> None:
    assert shares([50, 50, 5], 100, 20) == [50, 45, 5]
    assert shares([50, 50, 5], 44, 20) is None
    assert shares([], 10, 20) == []


def test_what_a_report_holds_is_never_markup() -> None:
    hostile = "<b>x</b> [a](https://e.org) @all /stop #tag 新建"
    message = show(answer(extract(hostile, title=hostile, publisher=hostile, source_link=None)))
    assert pieces(message, QUOTE) == [hostile]
    kinds = [entity.type for entity in message.entities]
    assert kinds == [QUOTE, MessageEntity.BOLD, MessageEntity.TEXT_LINK]


TEXTS = st.one_of(
    st.text(max_size=40),
    st.builds(
        lambda text, times: text * times,
        st.sampled_from(
            [
                "新建桥梁。",
                "👨‍👩‍👧",
                "a\u0301",
                "\ud800x",
                "\u202e新建",
                "\x00\n\n",
                "桥 x",
                "\u2067桥\u2069",
            ]
        ),
        st.integers(0, 3000),
    ),
)
ADDRESSES = st.sampled_from(
    [
        "https://example.org/a",
        "https://example.org/" + "%E6" * 600,
        "http://localhost/x",
        "javascript:x",
        "https://t.me/cityqa_bot?start=x",
        "",
    ]
)


@st.composite
def extracts(draw: st.DrawFn) -> tuple[Extract, ...]:
    return tuple(
        extract(
            draw(TEXTS),
            rank,
            city=draw(TEXTS),
            title=draw(TEXTS),
            publisher=draw(st.none() | TEXTS),
            section=draw(TEXTS),
            passage="x" * 35 + f"-{rank:08x}",
            link=draw(ADDRESSES),
            source_link=draw(st.none() | ADDRESSES),
        )
        for rank in range(1, draw(st.integers(0, 20)) + 1)
    )


@settings(max_examples=30, deadline=None)
@given(
    extracts(),
    st.booleans(),
    st.lists(TEXTS, max_size=3),
    st.sampled_from([None, "helpful", "wrong_source", "not_an_answer"]),
    TEXTS,
    st.sampled_from([BARE, SERVED, NAMELESS]),
    st.sampled_from(["en", "zh_Hans"]),
)
def test_every_answer_is_one_message_that_can_be_sent(
    shown: tuple[Extract, ...],
    refused: bool,
    names: list[str],
    rated: Any,
    text: str,
    links: Any,
    language: Any,
) -> None:
    given = answer(*shown, refused=refused or not shown, cities=tuple(names), read_as=text)
    given = replace(given, absent=tuple(names), words=("新建", "桥", "x"))
    view = answer_view(
        given,
        ViewContext(language, links),
        answer_id=2**62 // 10_000,
        filtered=names,
        rated=rated,
        passages={shown[0].citation.passage: text + shown[0].text + text} if shown else {},
    )
    visible = [one for one in shown if one.text.strip()]
    if visible or given.refused:
        check_view(view)
    carried = check_keyboard(view.keyboard)
    passages = [data.fields[0] for data in carried if data.action == Action.PASSAGE]
    assert passages == [one.citation.passage for one in shown]
    assert sum(data.action == Action.RATE for data in carried) >= 3
