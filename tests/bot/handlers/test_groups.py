"""In groups the bot answers what is meant for it, and nothing else."""

from __future__ import annotations

import pytest

from tests.telegram_server.kinds import Group
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.updates import automatic_entities

pytestmark = pytest.mark.usefixtures("bot")

QUESTION = "武汉评选出多少部优质党课？"
FIGURE = "100部"


@pytest.fixture
def group(server: TelegramServer) -> Group:
    return server.group(is_supergroup=True)


@pytest.mark.parametrize(
    "text",
    [
        f"/ask {QUESTION}",
        f"/ask@cityqa_bot {QUESTION}",
        f"@cityqa_bot {QUESTION}",
        f"@CityQA_Bot, {QUESTION}",
        "请问@cityqa_bot武汉评选出多少部优质党课？",
        f"{QUESTION} @cityqa_bot",
    ],
)
def test_what_mentions_or_commands_the_bot_is_answered_as_a_reply(group: Group, text: str) -> None:
    asked = group.says(text)
    answer = group.answer()
    assert FIGURE in answer.quotes[0]
    assert answer.reply_to == asked.id
    # The mention is no part of the question.
    assert "cityqa_bot" not in answer.text


def test_talk_among_others_is_left_alone(group: Group) -> None:
    asked = group.says(QUESTION)
    group.says("What do you think?", reply_to=asked)
    group.says(f"mail to someone@cityqa_bot.example: {QUESTION}")
    group.says(f"@cityqa_bot2 {QUESTION}")
    group.says(f"/ask@another_bot {QUESTION}")
    group.says("/nosuchcommand")
    group.sends("photo", QUESTION)
    group.sends("sticker")
    group.sends("poll")
    group.service(new_chat_title="Neighbours and friends")
    group.edits(asked, f"{QUESTION}?")
    bot = {"id": 99, "is_bot": True, "first_name": "Other", "username": "another_bot"}
    group.says(f"@cityqa_bot {QUESTION}", by=bot)
    assert group.is_quiet(1.0)


def test_a_reply_to_the_bot_goes_on_from_what_it_answered(group: Group) -> None:
    group.says("/ask 娄底办了多少期简报增刊？")
    answer = group.answer()
    group.says("那武汉呢？", reply_to=answer)
    assert "理解为：武汉办了多少期简报增刊" in group.answer().text


def test_a_link_to_the_bot_by_name_is_a_mention(server: TelegramServer, group: Group) -> None:
    # An emoji is two UTF-16 units, so offsets in characters would cut the wrong part out.
    text = f"😀 bot, {QUESTION}"
    mention = {"type": "text_mention", "offset": 3, "length": 3, "user": dict(server.world.bot)}
    group.says(text, entities=[*automatic_entities(text), mention])
    assert FIGURE in group.answer().quotes[0]


def test_a_mention_alone_asks_the_message_that_it_replies_to(group: Group) -> None:
    asked = group.says(QUESTION)
    group.says("@cityqa_bot", reply_to=asked)
    assert FIGURE in group.answer().quotes[0]
    group.says("@cityqa_bot")
    assert "/ask" in group.answer().text


def test_an_edited_question_may_lose_its_mention(group: Group) -> None:
    asked = group.says(f"@cityqa_bot {QUESTION}")
    answer = group.answer()
    group.edits(asked, "娄底办了多少期简报增刊？")
    anew = group.answer()
    assert anew.id == answer.id
    assert "15期" in anew.quotes[0]


def test_an_administrator_who_stays_anonymous_is_answered(group: Group) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnon"}
    group.says(f"/ask {QUESTION}", by=anonymous, sender_chat=group.state.payload)
    assert FIGURE in group.answer().quotes[0]


def test_in_a_forum_answers_stay_in_the_topic_where_not_all_is_a_reply_to_the_bot(
    server: TelegramServer,
) -> None:
    forum = server.group(is_forum=True)
    # The bot opened it, and every message in it replies to that.
    topic = forum.topic("Cities", by=dict(server.world.bot))
    forum.wait()
    forum.says(QUESTION, thread=topic, reply_to=topic)
    assert forum.is_quiet()
    forum.says(f"/ask {QUESTION}", thread=topic)
    assert forum.answer().thread == topic
