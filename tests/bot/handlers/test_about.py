"""What the bot says about itself, and what it forgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.state.records import Chat as Kept
from bot.state.store import FILE as CHATS
from bot.state.store import ChatStore
from bot.views.commands import PUBLIC
from qa.feedback.hashing import chat_hash
from qa.feedback.store import FILE, FeedbackStore
from tests.telegram_server import answering
from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

ADMIN = 4242
KEY = "key of the tests"
ENV = {
    "CITYQA_TELEGRAM_HASH_KEY": KEY,
    "CITYQA_TELEGRAM_RETENTION_DAYS": "30",
    "CITYQA_TELEGRAM_ADMINS": str(ADMIN),
}

QUESTION = "武汉改造了多少个老旧小区？"
CITIES = ("武汉市东西湖区", "济南市", "娄底市", "武汉市", "张掖市")


@pytest.fixture(scope="module", autouse=True)
def _admin(server: TelegramServer) -> None:
    """The admin has a chat with the bot before it starts, as lists of commands need one."""
    server.private(ADMIN)


def raters(state: Path) -> list[str]:
    """Keyed hashes of all whose ratings are kept."""
    with FeedbackStore(state / FILE) as store:
        return [given.rater for answer in store.export() for given in answer.ratings]


def kept(state: Path, chat: int) -> Kept:
    with ChatStore(state / CHATS) as store:
        return store.chat(chat_hash(KEY, chat))


@pytest.mark.parametrize(
    ("code", "words"), [("en", "Hello"), ("zh-hans", "你好，我根据"), ("zh-hant", "你好，我根據")]
)
def test_the_start_names_what_is_covered(server: TelegramServer, code: str, words: str) -> None:
    chat = server.private(language_code=code)
    chat.starts()
    start = chat.answer()
    assert start.text.startswith(words)
    assert all(city in start.text for city in CITIES)


def test_example_questions_are_asked_by_their_buttons(server: TelegramServer) -> None:
    chat = server.private()
    chat.starts()
    start = chat.answer()
    assert len(start.buttons) == 3
    button = start.buttons[0]
    assert chat.presses(button, start).wait().text == button.text
    answer = chat.answer()
    assert answer.quotes
    assert answer.has_button("Helpful")
    # Also where what the button says is not known.
    chat.presses(button, start, without=("reply_markup", "text", "entities"))
    assert chat.answer().quotes == answer.quotes


def test_help_lists_every_command_and_how_a_group_asks(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/help")
    told = chat.answer().text
    assert all(f"\n/{command} " in told for command in PUBLIC)
    assert "/stats" not in told
    for command in ("/help", "/start"):
        group = server.group()
        group.says(command)
        assert "Here in the group: /ask" in group.answer().text


def test_privacy_tells_what_is_kept_for_how_many_days(server: TelegramServer) -> None:
    chat = server.private()
    chat.says("/privacy")
    told = chat.answer().text
    assert "For 30 days, then it is deleted." in told
    assert "/forget deletes all of it at once." in told
    # The setting that makes the log hold what people write is off.
    assert "log" not in told


def test_forgetting_deletes_all_of_a_chat_once_it_is_confirmed(
    server: TelegramServer, state: Path
) -> None:
    chat = server.private(language_code="zh-hans")
    chat.says("/cities 武汉")
    chat.answer()
    chat.says(QUESTION)
    answer = chat.answer()
    chat.presses("有帮助", answer).wait()
    chat.answer()
    rater = chat_hash(KEY, chat.id)
    chat.says("/forget")
    asked = chat.answer()
    assert kept(state, chat.id).cities == ("武汉市",)
    assert rater in raters(state)
    chat.presses("先不删", asked)
    assert chat.answer().text == "好的，什么都没有删除。"
    assert rater in raters(state)
    chat.presses("k:yes", asked)
    assert chat.answer().text == "好了，本聊天的内容已全部删除。"
    assert kept(state, chat.id) == Kept()
    assert rater not in raters(state)
    # The answer is there to read, and cannot be rated any more.
    assert "无法评价" in chat.presses("来源不对", answer).wait().text


def test_in_a_group_everyone_has_their_own_ratings_forgotten(
    server: TelegramServer, state: Path
) -> None:
    group = server.group()
    one, two = (group.joins(server.user()) for _ in range(2))
    group.says(f"/ask {QUESTION}", by=one)
    answer = group.answer()
    for member in (one, two):
        group.presses("有帮助", answer, by=member).wait()
    group.says("/forget", by=one)
    asked = group.answer()
    told = group.presses("Delete my ratings", asked, by=one).wait()
    assert (told.text, told.alert) == ("Your ratings are deleted.", True)
    assert chat_hash(KEY, one["id"]) not in raters(state)
    assert chat_hash(KEY, two["id"]) in raters(state)
    assert group.current(asked) == asked


def test_in_a_group_all_is_forgotten_for_administrators_only(
    server: TelegramServer, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = server.group()
    member = group.joins(server.user())
    head = group.joins(server.user(), "administrator")
    group.says("/language zh-hant", by=member)
    group.answer()
    group.says("/forget", by=member)
    asked = group.answer()
    told = group.presses("k:yes", asked, by=member).wait()
    assert (told.text, told.alert) == ("只有本群組管理員可以這樣做。", True)
    assert kept(state, group.id).language == "zh_Hant"
    server.fault("getChatMember", status=400)
    assert "管理員" in group.presses("k:yes", asked, by=head).wait().text
    assert kept(state, group.id).language == "zh_Hant"
    # No more is needed than what the member is.
    poor = {"status": "administrator"}
    plain = {**answering.PLAIN, "getChatMember": lambda world, params: poor}
    monkeypatch.setattr(answering, "PLAIN", plain)
    group.presses("k:yes", asked, by=head)
    assert group.answer().text == "好了，本聊天的內容已全部刪除。"
    assert kept(state, group.id) == Kept()


def test_statistics_are_for_admins_alone(server: TelegramServer) -> None:
    chat = server.private(ADMIN)
    chat.says(QUESTION)
    chat.presses("有帮助", chat.answer()).wait()
    chat.answer()
    chat.says("/stats")
    told = chat.answer()
    assert told.bold[:3] == ["In the last 24 hours", "In the last 7 days", "All that is kept"]
    assert "Reports: 5" in told.text
    assert "Latency: " in told.text
    other = server.private()
    other.says("/stats")
    unknown = other.answer().text
    other.says("/nonsense")
    assert other.answer().text == unknown
    group = server.group()
    group.says("/stats")
    assert group.is_quiet()
