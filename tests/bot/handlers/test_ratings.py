"""Ratings: acknowledged once they are kept, of the answer of this chat, by whoever rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.state.store import FILE as CHATS
from bot.state.store import ChatStore
from qa.feedback.hashing import chat_hash
from qa.feedback.records import RatedAnswer
from qa.feedback.store import FILE, FeedbackStore
from tests.bot.conftest import RunningBot
from tests.telegram_server.chats import Chat
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

KEY = "key of the tests"
ENV = {"CITYQA_TELEGRAM_HASH_KEY": KEY}

QUESTION = "How many old residential communities were renovated in Wuhan?"


def asked(chat: Chat, text: str = QUESTION) -> SentMessage:
    """The answer to a question, with its buttons."""
    chat.says(text)
    return chat.answer()


def number(answer: SentMessage) -> int:
    """The id that the buttons of an answer carry."""
    carried = next(b.data for b in answer.buttons if (b.data or "").startswith("f:"))
    assert carried is not None
    return int(carried.split(":")[1])


def kept(state: Path, answer: int) -> RatedAnswer | None:
    """What the store has of an answer that was rated."""
    with FeedbackStore(state / FILE) as store:
        return next((one for one in store.export() if one.id == answer), None)


def labels(message: SentMessage, letter: str) -> dict[str, str]:
    """The buttons that give a rating, rank to label."""
    marked = [b for b in message.buttons if (b.data or "").split(":")[:3:2] == ["f", letter]]
    return {(b.data or "").split(":")[3]: b.text for b in marked}


def test_a_rating_is_kept_when_it_is_acknowledged_and_shown_then(
    server: TelegramServer, state: Path
) -> None:
    chat = server.private()
    answer = asked(chat)
    assert chat.presses("Helpful", answer).wait().text == "Thank you. It is noted."
    found = kept(state, number(answer))
    assert found is not None
    assert [(given.rating, given.rank) for given in found.ratings] == [("helpful", None)]
    assert found.answer.question == QUESTION
    shown = chat.answer()
    assert (shown.id, shown.text, shown.entities) == (answer.id, answer.text, answer.entities)
    assert "✓ Helpful" in [b.text for b in shown.buttons]
    # What does not rate is still there.
    others = [b for b in answer.buttons if not (b.data or "").startswith("f:")]
    assert [b for b in shown.buttons if not (b.data or "").startswith("f:")] == others


def test_it_can_be_said_of_one_extract_and_changed(server: TelegramServer, state: Path) -> None:
    chat = server.private()
    answer = asked(chat)
    extracts = sum((b.data or "").startswith("p:") for b in answer.buttons)
    assert extracts > 1
    chat.presses("Wrong source", answer)
    shown = chat.answer()
    ranks = {(b.data or "").rsplit(":", 1)[1] for b in shown.buttons if ":w:" in (b.data or "")}
    assert ranks == {str(rank) for rank in range(extracts + 1)}
    second = f"f:{number(answer)}:w:2"
    chat.presses(next(b for b in shown.buttons if b.data == second), shown).wait()
    shown = chat.answer()
    assert [b.text for b in shown.buttons if b.data == second] == ["✓ [2]"]
    found = kept(state, number(answer))
    assert found is not None
    assert [(given.rating, given.rank) for given in found.ratings] == [("wrong_source", 2)]
    chat.presses("Not an answer", shown).wait()
    shown = chat.answer()
    assert not any(b.data == second for b in shown.buttons)
    found = kept(state, number(answer))
    assert found is not None
    assert [(given.rating, given.rank) for given in found.ratings] == [("not_an_answer", None)]


def test_the_buttons_of_an_answer_stay_in_its_language(server: TelegramServer) -> None:
    chat = server.private(language_code="en")
    answer = asked(chat, "武漢改造了多少個老舊小區？")
    chat.presses("有幫助", answer)
    assert "✓ 有幫助" in [b.text for b in chat.answer().buttons]


def test_in_a_group_each_has_a_vote_and_nobody_sees_anothers(
    server: TelegramServer, state: Path
) -> None:
    group = server.group()
    members = [group.joins(server.user()) for _ in range(2)]
    group.says(f"/ask {QUESTION}", by=members[0])
    answer = group.answer()
    for member, label in zip(members, ("Helpful", "Not an answer"), strict=True):
        assert group.presses(label, answer, by=member).wait().text.startswith("Thank you")
    found = kept(state, number(answer))
    assert found is not None
    assert sorted(given.rating for given in found.ratings) == ["helpful", "not_an_answer"]
    assert group.is_quiet()
    assert group.current(answer) == answer


def test_an_answer_of_another_chat_cannot_be_rated(server: TelegramServer, state: Path) -> None:
    answer = asked(server.private())
    other = server.private()
    own = asked(other)
    told = other.presses(f"f:{number(answer)}:h:0", own).wait().text
    assert told == "This answer is no longer kept, so it cannot be rated."
    assert other.presses("f:999999:h:0", own).wait().text == told
    assert kept(state, number(answer)) is None
    assert other.is_quiet()


def test_an_extract_that_was_not_shown_cannot_be_rated(server: TelegramServer, state: Path) -> None:
    chat = server.private()
    answer = asked(chat)
    assert "no longer known" in chat.presses(f"f:{number(answer)}:h:9", answer).wait().text
    assert kept(state, number(answer)) is None


def test_without_its_buttons_a_message_is_rated_and_left_alone(
    server: TelegramServer, state: Path
) -> None:
    chat = server.private()
    answer = asked(chat)
    press = chat.presses("Helpful", answer, without=("text", "entities", "reply_markup"))
    assert press.wait().text.startswith("Thank you")
    assert kept(state, number(answer)) is not None
    assert chat.is_quiet()


def test_a_rating_that_the_disk_refuses_is_not_acknowledged(
    server: TelegramServer, state: Path
) -> None:
    chat = server.private()
    answer = asked(chat)
    file, away = state / FILE, state / "away"
    away.mkdir()
    moved = [path.rename(away / path.name) for path in state.glob(f"{FILE}*")]
    # Where the file was there is a folder now.
    file.mkdir()
    try:
        told = chat.presses("Helpful", answer).wait()
        assert told.text.startswith("This could not be kept just now.")
        assert told.alert
    finally:
        file.rmdir()
        for path in moved:
            path.rename(state / path.name)
    assert kept(state, number(answer)) is None
    assert chat.is_quiet()
    assert chat.presses("Helpful", answer).wait().text.startswith("Thank you")


def test_rating_needs_no_memory_of_the_chat(server: TelegramServer, state: Path) -> None:
    chat = server.private()
    answer = asked(chat)
    with ChatStore(state / CHATS) as chats:
        # An answer is remembered just after it was sent.
        assert server.wait_until(lambda: chats.forget(chat_hash(KEY, chat.id)))
    assert chat.presses("Helpful", answer).wait().text.startswith("Thank you")
    assert "✓ Helpful" in [b.text for b in chat.answer().buttons]
    assert kept(state, number(answer)) is not None


def test_a_poorer_server_gets_its_ratings_as_well(running_bot: RunningBot, tmp_path: Path) -> None:
    with TelegramServer(poor=True) as server, running_bot(server, state=tmp_path):
        chat = server.private()
        answer = asked(chat)
        assert chat.presses(f"f:{number(answer)}:n:0", answer).wait().text.startswith("Thank you")
    assert kept(tmp_path, number(answer)) is not None
