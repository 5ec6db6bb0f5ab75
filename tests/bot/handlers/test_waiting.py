"""The typing status lasts as long as an answer is looked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

from telegram import Update

from bot.handlers.showing import place_of
from bot.handlers.waiting import while_typing
from bot.library import Library
from tests.bot.handlers.in_process import in_process
from tests.telegram_server.server import TelegramServer


def test_the_typing_status_is_renewed_until_the_answer_is_there(
    telegram: TelegramServer, library: Library, tmp_path: Path
) -> None:
    said = telegram.private().says("question")

    def shown() -> int:
        return len(telegram.requests_of("sendChatAction"))

    async def answer() -> str:
        while shown() < 3:
            await asyncio.sleep(0.01)
        return "answer"

    async def run() -> None:
        async with in_process(telegram, library, tmp_path) as app:
            payload = {"update_id": said.update, "message": dict(said.raw)}
            update = Update.de_json(payload, app.application.bot)
            place = place_of(app.services, update)
            assert place is not None
            async with asyncio.timeout(10):
                assert await while_typing(place, answer(), renewed=0.02) == "answer"
            await app.services.sender.settled()
            before = shown()
            await asyncio.sleep(0.1)
            assert shown() == before

    asyncio.run(run())
