"""Updates that are polled, from servers that answer well and badly."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram.error import InvalidToken, NetworkError

from bot.running import reach as reaching
from bot.running.polling import Polling
from bot.running.reach import Reach
from tests.bot.running.receiving import Receiving, receiving
from tests.telegram_server.server import TelegramServer


@contextlib.asynccontextmanager
async def polling(state: Path, server: TelegramServer) -> AsyncIterator[Receiving]:
    with receiving(state, server.base_url) as into:
        await into.bot.initialize()
        poller = Polling(into.bot, into.intake, into.reach, into.queue.qsize)
        task = asyncio.create_task(poller.run())
        try:
            yield into
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await poller.confirm()
            await into.bot.shutdown()


def test_updates_come_in_order_and_are_confirmed(tmp_path: Path, telegram: TelegramServer) -> None:
    chat = telegram.private()

    async def main() -> None:
        async with polling(tmp_path, telegram) as into:
            for number in range(5):
                chat.says(f"question {number}?")
            texts = [(await into.next()).effective_message for _ in range(5)]
            assert [one.text for one in texts if one] == [f"question {n}?" for n in range(5)]
        telegram.wait_until_taken()

    asyncio.run(main())


def test_one_update_that_cannot_be_parsed_does_not_hold_up_the_others(
    tmp_path: Path, telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    chat = telegram.private()

    async def main() -> None:
        chat.says("before?")
        telegram.queue(message={"message_id": "no number", "chat": [], "date": {}})
        chat.says("after?")
        async with polling(tmp_path, telegram) as into:
            found = [(await into.next()).effective_message for _ in range(2)]
            assert [one.text for one in found if one] == ["before?", "after?"]
            assert into.counted("cityqa_updates_unreadable_total 1.0")
        telegram.wait_until_taken()

    asyncio.run(main())
    assert "update_unreadable" in caplog.text


def test_what_was_received_before_the_end_comes_again_from_the_inbox_once(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    chat = telegram.private()

    async def main() -> None:
        async with polling(tmp_path, telegram) as into:
            chat.says("how many?")
            await into.next()
        async with polling(tmp_path, telegram) as into:
            assert await into.intake.resume() == 1
            again = await into.next()
            assert again.inbox_key is not None
            into.chats.finish(again.inbox_key)
        with receiving(tmp_path, telegram.base_url) as into:
            assert await into.intake.resume() == 0

    asyncio.run(main())


class Forgetful:
    """A server that gives an update once: the first in the moment that the bot is stopped, the
    second when it confirms."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.stopped = asyncio.Event()

    async def delete_webhook(self) -> bool:
        return True

    async def call(self, endpoint: str, data: dict[str, Any], **_: Any) -> list[Any]:
        chat = {"id": 5, "type": "private", "first_name": "Ada"}
        number = 7 if data["timeout"] else 8
        message = {"message_id": number, "date": 1, "chat": chat, "text": "how many?"}
        if data["timeout"]:
            self.asked.set()
            await self.stopped.wait()
            await asyncio.sleep(0.02)
        return [{"update_id": number, "message": message}]


def test_what_is_given_in_the_moment_of_the_stop_waits_in_the_inbox(tmp_path: Path) -> None:
    async def main() -> None:
        with receiving(tmp_path, "http://127.0.0.1:9/bot") as into:
            server = Forgetful()
            poller = Polling(server, into.intake, into.reach, into.queue.qsize)  # type: ignore[arg-type]
            task = asyncio.create_task(poller.run())
            await server.asked.wait()
            server.stopped.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            await poller.confirm()
            payloads = [json.loads(one.payload) for one in into.chats.unfinished()]
            assert [payload["update_id"] for payload in payloads] == [7, 8]

    asyncio.run(main())


@pytest.mark.parametrize(
    "fault", [{"status": 502}, {"drop": "before"}, {"invalid_json": True}, {"status": 401}]
)
def test_polling_goes_on_after_a_bad_answer_and_says_so_once(
    tmp_path: Path,
    telegram: TelegramServer,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, object],
) -> None:
    caplog.set_level("INFO")
    telegram.fault("getUpdates", **fault)
    chat = telegram.private()

    async def main() -> None:
        async with polling(tmp_path, telegram) as into:
            chat.says("how many?")
            await into.next()
            # The update is there before the next request has shown that all is well.
            assert into.reach.trouble is None

    asyncio.run(main())
    names = [record.message for record in caplog.records if record.name == reaching.__name__]
    assert len(names) == 2
    assert names[0] in {"telegram_unreachable", "token_refused"}
    assert names[1] == "telegram_reached"


def test_a_poor_server_is_borne_with(tmp_path: Path) -> None:
    async def main() -> None:
        with TelegramServer(poor=True) as server:
            chat = server.private()
            async with polling(tmp_path, server) as into:
                chat.says("how many?")
                assert (await into.next()).effective_chat is not None
                assert into.bot.id == 123456

    asyncio.run(main())


def test_a_token_that_is_refused_for_minutes_counts_as_wrong() -> None:
    time = [0.0]
    reach = Reach("http://127.0.0.1:9/bot", lambda: time[0])
    reach.reached()
    reach.lost(InvalidToken("Unauthorized"))
    time[0] = 299.0
    reach.lost(InvalidToken("Unauthorized"))
    assert not reach.token_is_wrong
    time[0] = 301.0
    assert reach.token_is_wrong
    # A network error between shows that it is not the token.
    reach.lost(NetworkError("Bad Gateway"))
    reach.lost(InvalidToken("Unauthorized"))
    assert not reach.token_is_wrong


def test_health_follows_whether_telegram_was_reached_within_two_minutes() -> None:
    time = [0.0]
    reach = Reach("http://127.0.0.1:9/bot", lambda: time[0])
    assert reach.trouble == "telegram_not_reached"
    reach.reached()
    time[0] = 119.0
    reach.lost(NetworkError("Bad Gateway"))
    assert reach.trouble is None
    time[0] = 121.0
    assert reach.trouble == "telegram_unreachable"
    reach.reached()
    assert reach.trouble is None
