"""What drivers do reaches python-telegram-bot as Telegram would send it, and what they see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, RetryAfter

from tests.telegram_server.server import TelegramServer
from tests.telegram_server.transcript import rendered
from tests.telegram_server.updates import automatic_entities


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


def played(server: TelegramServer, bot: Callable[[Bot], Awaitable[None]]) -> None:
    async def play() -> None:
        async with Bot(server.token, base_url=server.base_url) as started:
            await bot(started)

    asyncio.run(play())


def received(server: TelegramServer) -> list[Update]:
    updates: list[Update] = []

    async def receive(bot: Bot) -> None:
        updates.extend(await bot.get_updates())
        if updates:
            await bot.get_updates(offset=updates[-1].update_id + 1)

    played(server, receive)
    return updates


def test_what_users_write_has_the_entities_of_telegram() -> None:
    text = "/ask@cityqa_bot 😀 @kim_lee, see https://example.org/a_b?c. a@b.org #x /y"
    encoded = text.encode("utf-16-le")
    found = [
        (
            entity["type"],
            encoded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode(
                "utf-16-le"
            ),
        )
        for entity in automatic_entities(text)
    ]
    assert found == [
        ("bot_command", "/ask@cityqa_bot"),
        ("mention", "@kim_lee"),
        ("url", "https://example.org/a_b?c"),
        ("email", "a@b.org"),
        ("hashtag", "#x"),
        ("bot_command", "/y"),
    ]


def test_a_private_chat_sends_every_kind_of_message(server: TelegramServer) -> None:
    chat = server.private(language_code="zh-hans", first_name="Kim")
    asked = chat.says("how many?")
    chat.edits(asked, "how few?")
    chat.starts("wuhan-1a2b")
    chat.follows("https://t.me/cityqa_bot?start=wuhan-3c4d")
    for kind in ("photo", "sticker", "voice", "audio", "video", "video_note", "animation"):
        chat.sends(kind)
    for kind in ("document", "location", "contact", "dice", "poll"):
        chat.sends(kind, "caption")
    updates = received(server)
    assert updates[0].message is not None
    assert updates[0].message.from_user is not None
    assert updates[0].message.from_user.language_code == "zh-hans"
    assert updates[1].edited_message is not None
    assert updates[1].edited_message.text == "how few?"
    # The message was sent as it was then.
    assert updates[0].message.text == "how many?"
    assert [update.message.text for update in updates[2:4] if update.message] == [
        "/start wuhan-1a2b",
        "/start wuhan-3c4d",
    ]
    assert all(update.message and update.message.text is None for update in updates[4:])
    assert len(updates) == 16


def test_a_group_has_members_topics_and_service_messages(server: TelegramServer) -> None:
    group = server.group(is_forum=True)
    member = group.joins(server.user(first_name="Lee"))
    thread = group.topic("Streets")
    asked = group.says("hello @cityqa_bot", by=member, thread=thread)
    group.says("me too", reply_to=asked)
    group.service(new_chat_title="New")
    group.removes_bot(by=member)
    group.adds_bot()
    updates = received(server)
    opened, said, replied, renamed, removed, added = updates
    assert opened.message is not None
    assert opened.message.forum_topic_created is not None
    assert said.message is not None
    assert (said.message.message_thread_id, said.message.from_user.first_name) == (thread, "Lee")  # type: ignore[union-attr]
    assert said.message.parse_entities(["mention"]) == {said.message.entities[0]: "@cityqa_bot"}
    assert replied.message is not None
    assert replied.message.reply_to_message is not None
    assert replied.message.reply_to_message.text == "hello @cityqa_bot"
    assert renamed.message is not None
    assert renamed.message.new_chat_title == "New"
    for update, statuses in ((removed, ("member", "kicked")), (added, ("left", "member"))):
        assert update.my_chat_member is not None
        changed = update.my_chat_member
        assert (changed.old_chat_member.status, changed.new_chat_member.status) == statuses


def test_privacy_mode_hides_what_is_not_for_the_bot() -> None:
    with TelegramServer(privacy=True) as server:
        group = server.group()

        async def speak(bot: Bot) -> None:
            await bot.send_message(group.id, "hello")

        played(server, speak)
        (hello,) = group.wait()
        for text in ("hidden", "@cityqa_bot hidden", "/ask@other_bot hidden"):
            assert group.says(text).update is None
        for text in ("/ask shown", "/ask@cityqa_bot shown"):
            group.says(text)
        group.says("shown", reply_to=hello)
        group.service(new_chat_title="shown")
        assert len(received(server)) == 4
        server.private().says("shown")
        assert len(received(server)) == 1


def test_buttons_are_pressed_by_label_or_data_on_any_message(server: TelegramServer) -> None:
    chat = server.private()
    rows = [[InlineKeyboardButton("open 1", callback_data="p:1")]]
    page = [[InlineKeyboardButton("page", url="https://example.org/")]]

    async def show(bot: Bot) -> None:
        await bot.send_message(chat.id, "first", reply_markup=InlineKeyboardMarkup(rows))
        await bot.send_message(chat.id, "last", reply_markup=InlineKeyboardMarkup(page))

    played(server, show)
    first, last = chat.wait(2)
    chat.presses("open")
    chat.presses(first.button("open 1"), first)
    chat.presses("\x00any", last)
    chat.presses("p:1", 77)
    chat.presses("p:1", first, without=("text",))
    chat.presses("p:1", first, without=("message",))
    with pytest.raises(ValueError, match="sends nothing"):
        chat.presses("page")
    with pytest.raises(LookupError, match=r"no button 'close' among \['open 1'\]"):
        first.button("close")
    queries = [update.callback_query for update in received(server)]
    assert all(query is not None for query in queries)
    assert [query.data for query in queries if query] == [
        "p:1",
        "p:1",
        "\x00any",
        "p:1",
        "p:1",
        "p:1",
    ]
    reached = [query.message and query.message.is_accessible for query in queries if query]
    assert reached == [True, True, True, False, True, None]
    texts = [getattr(query.message, "text", None) for query in queries if query]
    assert texts == ["first", "first", "last", None, None, None]


def test_the_errors_of_python_telegram_bot_are_raised(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    blocked, removed, old = server.private(), server.group(), server.group()
    blocked.blocks()
    removed.removes_bot()
    new = old.migrates(told=False)
    server.fault("sendMessage", retry_after=7, skip=4)

    async def fail(bot: Bot) -> None:
        for chat in (blocked, removed):
            with pytest.raises(Forbidden):
                await bot.send_message(chat.id, "x")
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(old.id, "x")
        assert moved.value.new_chat_id == new.id
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(5, "x")
        with pytest.raises(RetryAfter) as told:
            await bot.send_message(new.id, "x")
        assert told.value.retry_after == timedelta(seconds=7)
        polling = asyncio.create_task(bot.get_updates(offset=99, timeout=10))
        await asyncio.to_thread(server.wait_for_bot, 5)
        async with Bot(server.token, base_url=server.base_url) as other:
            await other.get_updates(offset=99)
        with pytest.raises(Conflict):
            await polling

    played(server, fail)
    assert server.violations == ["sendMessage: 400 Bad Request: chat not found"]


def test_a_transcript_shows_quotes_styles_links_and_buttons(server: TelegramServer) -> None:
    chat = server.private()
    text = "😀 head\nquoted 12\nmore\nlink"
    # The emoji has two units: head is 3 to 7, the quote 8 to 22, 12 is 15 to 17, link 23 to 27.
    entities = [
        MessageEntity(MessageEntity.BOLD, 3, 4),
        MessageEntity(MessageEntity.BLOCKQUOTE, 8, 14),
        MessageEntity(MessageEntity.BOLD, 15, 2),
        MessageEntity(MessageEntity.TEXT_LINK, 23, 4, url="https://example.org/"),
    ]
    rows = [
        [InlineKeyboardButton("a", callback_data="a"), InlineKeyboardButton("b", url="http://b.c")]
    ]

    async def show(bot: Bot) -> None:
        await bot.send_message(
            chat.id, text, entities=entities, reply_markup=InlineKeyboardMarkup(rows)
        )

    played(server, show)
    sent = chat.answer()
    assert sent.quotes == ["quoted 12\nmore"]
    assert sent.plain.endswith("link (https://example.org/)")
    assert rendered(sent).splitlines() == [
        "😀 **head**",
        "│ quoted **12**",
        "│ more",
        "link <https://example.org/>",
        "[ a ]   [ b ↗ ]",
    ]


def test_users_can_send_what_is_no_text(server: TelegramServer) -> None:
    chat = server.private()
    texts = ["\ud83d half /help", "\x00\u202e", "x" * 5000]
    for text in texts:
        chat.says(text)
    chat.presses("\udc00\x00" * 40, 1)
    updates = received(server)
    assert [update.message.text for update in updates[:3] if update.message] == texts
    assert updates[3].callback_query is not None
    assert updates[3].callback_query.data == "\udc00\x00" * 40
    # A lone surrogate is one unit.
    assert chat.history[0].styled("bot_command") == ["/help"]


def test_what_does_not_come_is_told(server: TelegramServer) -> None:
    chat = server.private()
    assert chat.is_quiet(0.01)
    with pytest.raises(TimeoutError, match="0 of 1 messages"):
        chat.wait(timeout=0.01)
    with pytest.raises(TimeoutError, match="is not answered"):
        chat.presses("d", 1).wait(0.01)
    with pytest.raises(TimeoutError, match="no bot receives updates"):
        server.wait_for_bot(0.01)
    with pytest.raises(TimeoutError, match="1 updates are not taken"):
        server.wait_until_taken(0.01)
