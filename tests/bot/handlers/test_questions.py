"""Questions in a chat with the running bot: what is answered, and how."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.feedback.store import FILE, FeedbackStore
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

ENV = {"CITYQA_TELEGRAM_USER_LIMIT": "5"}

# Figures of the shipped digests.
LESSONS = "武汉评选出多少部优质党课？", "100部"
BRIEFS = "娄底办了多少期简报增刊？", "15期"
FILES = "张掖印发了多少份指导性文件？", "63份"


def first_extract(message: SentMessage) -> str:
    return message.quotes[0]


def labels(message: SentMessage) -> list[str]:
    return [button.text for button in message.buttons]


def test_a_question_gets_numbered_extracts_with_their_source_and_buttons(
    server: TelegramServer,
) -> None:
    ada = server.private(language_code="zh-hans")
    question, figure = LESSONS
    ada.says(question)
    answer = ada.answer()
    assert figure in first_extract(answer)
    assert "[1] 武汉市 · 《" in answer.text
    assert any("[1]" in label for label in labels(answer))
    assert answer.reply_to is None
    assert not answer.preview
    kinds = [
        request.method
        for request in server.requests
        if request.params.get("chat_id") == str(ada.id)
    ]
    assert kinds.index("sendChatAction") < kinds.index("sendMessage")


@pytest.mark.parametrize(
    ("code", "question", "figure", "refuse"),
    [
        ("en", "武漢向多少個國家的駐華使節講過戰疫故事？", "155", "有幫助"),
        ("en", "武汉评选出多少部优质党课？", "100", "有帮助"),
        ("zh-hans", "How many red stories did Dongxihu collect?", "200", "elpful"),
        ("zh-hant", "¿Cuántas historias rojas reunió Dongxihu?", "200", "有幫助"),
        ("es", "¿Cuántas historias rojas reunió Dongxihu?", "200", "elpful"),
    ],
)
def test_the_interface_speaks_as_the_question_does_else_as_the_user(
    server: TelegramServer, code: str, question: str, figure: str, refuse: str
) -> None:
    user = server.private(language_code=code)
    user.says(question)
    answer = user.answer()
    assert figure in answer.text
    assert any(refuse in label for label in labels(answer))


def test_a_follow_up_goes_on_from_the_last_question_or_from_that_of_the_answer_replied_to(
    server: TelegramServer,
) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says(BRIEFS[0])
    briefs = ada.answer()
    # Small talk in between is nothing to go on from.
    ada.says("谢谢！")
    ada.answer()
    asked = ada.says("那武汉呢？")
    assert "理解为：武汉办了多少期简报增刊" in ada.answer().text
    ada.edits(asked, FILES[0])
    assert FILES[1] in first_extract(ada.answer())
    ada.says("那武汉呢？", reply_to=briefs)
    assert "理解为：武汉办了多少期简报增刊" in ada.answer().text


def test_answers_to_several_that_wait_quote_their_questions(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    asked = [ada.says(question) for question, _ in (LESSONS, BRIEFS)]
    answers = ada.wait(2)
    for (_, figure), answer in zip((LESSONS, BRIEFS), answers, strict=True):
        assert figure in answer.text
    assert answers[1].reply_to == asked[1].id


def test_an_edited_question_is_answered_anew_in_place(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    asked = ada.says(LESSONS[0])
    answer = ada.answer()
    ada.edits(asked, BRIEFS[0])
    anew = ada.answer()
    assert anew.edited
    assert anew.id == answer.id
    assert BRIEFS[1] in first_extract(anew)
    # What changes nothing does nothing; Telegram sends such edits for link previews.
    ada.edits(asked, BRIEFS[0])
    assert ada.is_quiet(0.3)
    # An edit can also take the question away, and bring another.
    ada.edits(asked, "你好")
    assert ada.answer().id == answer.id
    ada.edits(asked, FILES[0])
    assert FILES[1] in first_extract(ada.answer())


def test_where_the_server_tells_no_id_follow_ups_go_on_and_edits_are_answered_anew(
    server: TelegramServer,
) -> None:
    ada = server.private(language_code="zh-hans")
    server.fault("sendMessage", invalid_json=True)
    asked = ada.says(BRIEFS[0])
    ada.answer()
    ada.edits(asked, LESSONS[0])
    anew = ada.answer()
    assert not anew.edited
    assert LESSONS[1] in first_extract(anew)
    ada.says("那娄底呢？")
    assert "理解为：娄底评选出多少部优质党课" in ada.answer().text


def test_an_edit_of_what_was_not_answered_is_ignored(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    unknown = ada.says("/nosuchcommand")
    ada.answer()
    ada.edits(unknown, LESSONS[0])
    assert ada.is_quiet(0.3)


def test_ask_takes_a_question_or_that_of_the_message_replied_to(server: TelegramServer) -> None:
    bob, ada = server.private(language_code="zh-hans"), server.private(language_code="zh-hans")
    bob.says(f"/ask {LESSONS[0]}")
    assert LESSONS[1] in first_extract(bob.answer())
    photo = ada.sends("photo", FILES[0])
    assert FILES[1] in first_extract(ada.answer())
    ada.says("/ask@CityQA_bot", reply_to=photo)
    assert FILES[1] in first_extract(ada.answer())


def test_ask_alone_says_how_to_ask_with_examples_that_can_be_pressed(
    server: TelegramServer,
) -> None:
    eve = server.private(language_code="en")
    eve.says("/ask")
    told = eve.answer()
    assert "/ask" in told.text
    assert len(told.buttons) == 3
    eve.presses(told.buttons[0], told)
    answer = eve.answer()
    assert answer.quotes
    assert answer.id != told.id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hello!", "Hello"),
        ("???", "in words"),
        ("a" * 2001, "2,001 characters"),
        ("/nosuchcommand", "/help"),
        ("/ask@another_bot Loudi?", "/help"),
    ],
)
def test_what_is_no_question_gets_a_friendly_line(
    server: TelegramServer, text: str, told: str
) -> None:
    eve = server.private(language_code="en")
    eve.says(text)
    line = eve.answer()
    assert told in line.text
    assert not line.quotes


def test_media_without_text_get_one_line_an_album(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    for _ in range(3):
        eve.sends("photo", media_group_id="album of eve")
    eve.service(pinned_message={"message_id": 1, "date": 0, "chat": eve.state.payload})
    assert "only read text" in eve.answer().text
    assert eve.is_quiet(1.1)


def test_a_message_that_the_bot_itself_gave_through_inline_mode_is_not_answered(
    server: TelegramServer,
) -> None:
    eve = server.private(language_code="en")
    eve.says(LESSONS[0], via_bot=dict(server.world.bot))
    assert eve.is_quiet(0.3)


def test_who_asks_too_much_is_told_so_once(server: TelegramServer) -> None:
    eve = server.private(language_code="en")
    asked = eve.says("Hello!")
    # Edits ask as well.
    texts = ["Thanks!", "Hello?", "Thank you", "Good evening", "Hi", "Good morning"]
    for text in texts:
        eve.edits(asked, text)
    said = eve.wait(6)
    assert [("a lot at once" in one.text) for one in said] == [False] * 5 + [True]
    assert eve.is_quiet(0.3)


def test_a_question_outside_the_filter_offers_to_lift_it(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says("/cities 娄底")
    ada.answer()
    ada.says(BRIEFS[0])
    inside = ada.answer()
    assert BRIEFS[1] in first_extract(inside)
    assert "/cities" in inside.text
    outside = ada.says(LESSONS[0])
    offer = ada.answer()
    assert "武汉市" in offer.text
    assert "娄底市" in offer.text
    assert not offer.quotes
    assert offer.reply_to == outside.id
    # Lifted, the filter is off, and what was asked is answered.
    ada.presses("查所有城市", offer)
    answer = ada.answer()
    assert LESSONS[1] in first_extract(answer)
    assert "/cities" not in answer.text


def test_answers_are_kept_in_the_feedback_store_without_ids(
    server: TelegramServer, state: Path
) -> None:
    eve = server.private(language_code="en")
    with FeedbackStore(state / FILE) as store:
        before = store.statistics().questions
        eve.says("How many red stories did Dongxihu collect?")
        answer = eve.answer()
        assert store.statistics().questions == before + 1
        rate = next(button for button in answer.buttons if "elpful" in button.text)
        eve.presses(rate, answer).wait()
        kept = [one.answer for one in store.export() if "red stories" in one.answer.question]
    assert kept[-1].channel == "telegram"
    # As a word: the digits of a signal may be the same by chance.
    assert not re.search(rf"(?<![\d.]){eve.id}(?!\d)", repr(kept[-1]))
    assert kept[-1].latency_ms > 0
