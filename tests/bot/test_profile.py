"""What Telegram is told of the bot: lists of commands and texts, once."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from bot.limits import BOT_DESCRIPTION, BOT_SHORT_DESCRIPTION, COMMAND_DESCRIPTION
from bot.running.lenient_bot import make_bot
from bot.running.metrics import Metrics
from bot.running.pacing import Pacing
from bot.running.profile import Item, items, tell
from bot.state.store import FILE, ChatStore
from bot.views.commands import ADMIN, PUBLIC
from tests.telegram_server.server import TelegramServer

ADMINS = (77,)


def told(server: TelegramServer, state: Path, wanted: list[Item] | None = None) -> int:
    """How many requests a start of the bot makes for its profile."""

    async def start() -> None:
        bot = make_bot(server.token, server.base_url, Pacing(Metrics()))
        async with bot:
            with ChatStore(state / FILE) as chats:
                await tell(bot, items(ADMINS) if wanted is None else wanted, chats)

    before = len(server.requests)
    asyncio.run(start())
    return sum(request.method != "getMe" for request in server.requests[before:])


def commands(server: TelegramServer, scope: dict[str, object], code: str) -> dict[str, str]:
    listed = server.profile.commands[json.dumps(scope, sort_keys=True), code]
    return {one["command"]: one["description"] for one in listed}


def test_lists_of_commands_are_set_for_each_scope_and_language(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    telegram.private(*ADMINS)
    told(telegram, tmp_path)
    for kind in ("default", "all_private_chats", "all_group_chats"):
        english = commands(telegram, {"type": kind}, "")
        assert tuple(english) == PUBLIC
        assert english["ask"] == "ask a question"
        assert commands(telegram, {"type": kind}, "zh")["ask"] == "提一个问题"
    assert tuple(commands(telegram, {"type": "chat", "chat_id": 77}, "")) == ADMIN
    assert set(telegram.profile.texts) == {
        (text, code) for text in ("description", "short_description") for code in ("", "zh")
    }
    assert telegram.violations == []


def test_nothing_is_told_twice(telegram: TelegramServer, tmp_path: Path) -> None:
    telegram.private(*ADMINS)
    # Two languages, each with three scopes, an admin and two texts.
    assert told(telegram, tmp_path) == 2 * (3 + 1 + 2)
    assert told(telegram, tmp_path) == 0
    # The admin's id is not in what is noted.
    with ChatStore(tmp_path / FILE) as chats:
        noted = json.loads(chats.fact("profile") or "{}")
    assert len(noted) == 12
    assert {len(name) for name in noted} == {64}
    # What has changed since is told alone.
    first, *rest = items(ADMINS)
    other = Item(first.name, first.endpoint, {**first.params, "commands": []})
    assert told(telegram, tmp_path, [other, *rest]) == 1


def test_an_admin_who_has_no_chat_with_the_bot_is_told_of_later(
    telegram: TelegramServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert told(telegram, tmp_path) == 12
    assert [record.message for record in caplog.records] == ["profile_failed"]
    # Only the admin's list, in both languages, is left to tell.
    telegram.private(*ADMINS)
    assert told(telegram, tmp_path) == 2
    assert told(telegram, tmp_path) == 0


def test_a_server_without_a_profile_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with TelegramServer(poor=True) as server, caplog.at_level(logging.WARNING):
        assert told(server, tmp_path) == 1
    assert [record.message for record in caplog.records] == ["profile_failed"]


def test_texts_keep_to_the_limits() -> None:
    limits = {"description": BOT_DESCRIPTION, "short_description": BOT_SHORT_DESCRIPTION}
    seen = 0
    for item in items(ADMINS):
        for command in item.params.get("commands", ()):
            assert 1 <= len(command["description"]) <= COMMAND_DESCRIPTION
        for field, limit in limits.items():
            assert len(item.params.get(field, "")) <= limit
            seen += field in item.params
    assert seen == 4
