"""Chats that the operator has not listed are told their id, and nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.handlers import register
from bot.library import Library
from tests.bot.handlers.in_process import in_process
from tests.telegram_server.server import TelegramServer

QUESTION = "武汉评选出多少部优质党课？"


def test_a_chat_that_is_not_listed_is_told_its_id_once_a_day(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    listed = telegram.private(language_code="zh-hans")
    other = telegram.private(language_code="en")
    group = telegram.group()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path, allowed_chats=(listed.id,)) as app:
            register(app.application)
            await app.takes(listed.says(QUESTION))
            await app.takes(other.says(QUESTION))
            await app.takes(other.says("/start"))
            # In a group only what is meant for the bot.
            await app.takes(group.says(QUESTION))
            assert group.is_quiet(0.1)
            await app.takes(group.says(f"/ask {QUESTION}"))

    asyncio.run(run())
    assert "100部" in listed.answer().quotes[0]
    assert str(other.id) in other.answer().text
    assert str(group.id) in group.answer().text
    assert telegram.violations == []
