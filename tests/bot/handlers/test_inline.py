"""Inline queries: a result an extract."""

from __future__ import annotations

import pytest

from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

ENV = {"CITYQA_TELEGRAM_CHAT_LIMIT": "4"}

QUESTION = "武汉评选出多少部优质党课？"
FIGURE = "100部"


def test_each_extract_is_a_result_that_sends_it_with_its_citation(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    answer = ada.inline(QUESTION).wait()
    first = answer.results[0]
    assert FIGURE in first.text
    assert "武汉市 · 《" in first.text
    assert FIGURE in first.description
    assert first.title.startswith("武汉市")
    assert first.entities[0]["type"] == "blockquote"
    assert [button.url is not None for row in first.keyboard for button in row] == [True, True]
    assert (answer.cache_seconds, answer.personal) == (60, True)
    # Its link opens the passage with the bot.
    ada.follows(str(first.keyboard[0][0].url))
    assert FIGURE in ada.answer().text


def test_an_empty_query_offers_the_chat_with_the_bot(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    answer = eve.inline("").wait()
    assert answer.results == ()
    assert answer.button is not None
    assert answer.button["text"] == "Open the chat"
    eve.starts(answer.button["start_parameter"])
    assert "Hello" in eve.answer().text


def test_what_the_reports_do_not_tell_has_no_results_and_says_so(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    answer = eve.inline("Who invented the telephone and when was it?").wait()
    assert answer.results == ()
    assert answer.button is not None
    assert answer.button["text"] == "The reports do not tell."


def test_the_language_chosen_in_the_chat_with_the_bot_holds(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    eve.says("/language zh-hant")
    eve.answer()
    answer = eve.inline("").wait()
    assert answer.button is not None
    assert answer.button["text"] == "開啟聊天"


def test_a_single_letter_and_one_query_too_many_are_not_answered(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    for _ in range(4):
        eve.inline("red stories of Dongxihu").wait()
    late = [eve.inline("r"), eve.inline("red stories of Dongxihu")]
    # An empty query is searched for nothing, and so not counted.
    eve.inline("").wait()
    assert not any(query.is_answered for query in late)
    # Questions in the chat are counted apart.
    eve.says("How many red stories did Dongxihu collect?")
    assert "200" in eve.answer().quotes[0]
