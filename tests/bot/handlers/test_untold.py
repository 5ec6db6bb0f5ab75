"""What a server does not tell: the bot's name, who wrote a message, what a member is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.handlers import register
from bot.library import Library
from tests.bot.handlers.in_process import in_process
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

QUESTION = "武汉评选出多少部优质党课？"
FIGURE = "100部"


def by_nobody(said: SentMessage) -> SentMessage:
    """The message, replying to one that nobody is told to have written."""
    earlier = {k: v for k, v in said.raw["reply_to_message"].items() if k != "from"}
    return replace(said, raw={**said.raw, "reply_to_message": earlier})


def test_without_the_bots_name_it_is_asked_and_nothing_is_said_of_a_name(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    del telegram.world.bot["username"]
    ada, group = telegram.private(), telegram.group()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path) as app:
            register(app.application)
            await app.takes(group.says(f"/ask@foo {QUESTION}"))
            assert FIGURE in group.answer().quotes[0]
            for command in ("/help", "/start"):
                for chat in (ada, group):
                    await app.takes(chat.says(command))
                    told = chat.answer().text
                    assert "@" not in told
                    assert ("Here in the group: /ask" in told) == (chat is group)

    asyncio.run(run())


def test_a_reply_to_an_answer_is_known_by_it_where_its_author_is_not_told(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    group = telegram.group()

    async def run() -> None:
        async with in_process(telegram, library, tmp_path) as app:
            register(app.application)
            asked = group.says(f"/ask {QUESTION}")
            await app.takes(asked)
            answer = group.answer()
            await app.takes(by_nobody(group.says(QUESTION, reply_to=asked)))
            assert group.is_quiet(0.1)
            await app.takes(by_nobody(group.says(QUESTION, reply_to=answer)))
            assert FIGURE in group.answer().quotes[0]

    asyncio.run(run())
