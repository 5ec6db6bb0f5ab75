"""Updates posted over real HTTP, as Telegram and others post them."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram.error import InvalidToken, TelegramError

from bot.running.telegram_settings import load_telegram
from bot.running.webhook import HEADER, MOST_BYTES, Webhook
from corpus.errors import SettingsError
from tests.bot.running.receiving import Receiving, receiving
from tests.telegram_server.process import free_port

SECRET = "only-Telegram_knows"
PATH = "/hooks/cityqa"


def update(number: int) -> dict[str, Any]:
    chat = {"id": 5, "type": "private", "first_name": "Ada"}
    message = {"message_id": number, "date": 1, "chat": chat, "text": "how many?"}
    return {"update_id": number, "message": message}


@asynccontextmanager
async def listening(
    state: Path, **settings: Any
) -> AsyncIterator[tuple[Receiving, httpx.AsyncClient]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}{PATH}"
    settings = {"webhook_secret": SECRET, **settings}
    telegram = load_telegram(webhook_url=url, webhook_port=port, **settings)
    with receiving(state, "http://127.0.0.1:9/bot") as into:
        webhook = Webhook(telegram, into.reach)
        webhook.listen(into.intake)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                yield into, client
        finally:
            await webhook.stop()


def test_an_update_is_in_the_inbox_when_it_is_confirmed(tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(tmp_path) as (into, client):
            headers = {HEADER: SECRET, "Content-Type": "application/json; charset=utf-8"}
            body = json.dumps(update(7)).encode()
            answer = await client.post(PATH, content=body, headers=headers)
            assert answer.status_code == 200
            assert len(into.chats.unfinished()) == 1
            received = await into.next()
            assert received.update_id == 7
            # Once more, as Telegram does where the confirmation was lost.
            answer = await client.post(PATH, content=body, headers={HEADER: SECRET})
            assert answer.status_code == 200
            assert into.queue.empty()
            assert into.counted("cityqa_updates_repeated_total 1.0")
            assert into.reach.trouble is None

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "path", "secret", "body", "status"),
    [
        ("POST", PATH, "wrong", b"{}", 403),
        ("POST", PATH, None, b"{}", 403),
        ("POST", PATH, "sëcret", b"{}", 403),
        ("POST", PATH, SECRET, b"no JSON", 400),
        ("POST", PATH, SECRET, b"\xff\xfe", 400),
        ("POST", PATH, SECRET, b"[" * 100_000, 400),
        ("POST", "/", None, b"{}", 403),
        ("POST", f"{PATH}/more", "wrong", b"{}", 403),
        ("GET", PATH, SECRET, b"", 405),
        # JSON, but nothing that could ever be parsed: it must not come again.
        ("POST", PATH, SECRET, b"[]", 200),
        ("POST", PATH, SECRET, b"{}", 200),
        ("POST", PATH, SECRET, b'{"update_id": "x"}', 200),
        ("POST", PATH, SECRET, b'{"update_id": 1, "message": {"text": 5}}', 200),
    ],
)
def test_what_is_no_update_is_not_received(
    tmp_path: Path, method: str, path: str, secret: str | None, body: bytes, status: int
) -> None:
    async def main() -> None:
        async with listening(tmp_path) as (into, client):
            headers = {HEADER: secret.encode()} if secret is not None else {}
            answer = await client.request(method, path, content=body, headers=headers)
            assert answer.status_code == status
            assert into.queue.empty()
            # The server goes on.
            answer = await client.post(PATH, json=update(1), headers={HEADER: SECRET})
            assert (await into.next()).update_id == 1

    asyncio.run(main())


def test_with_the_secret_any_path_will_do_as_proxies_take_parts_away(tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(tmp_path) as (into, client):
            for number, path in enumerate((f"{PATH}/", "/", "/cityqa"), 1):
                answer = await client.post(path, json=update(number), headers={HEADER: SECRET})
                assert answer.status_code == 200
                assert (await into.next()).update_id == number

    asyncio.run(main())


def test_on_loopback_without_a_secret_posts_need_none_and_wrong_ones_are_logged_once_a_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with listening(tmp_path, webhook_secret=None) as (into, client):
            assert (await client.post(f"{PATH}/", json=update(1))).status_code == 200
            assert (await into.next()).update_id == 1
            for _ in range(3):
                answer = await client.post(PATH, json=update(2), headers={HEADER: "wrong"})
                assert answer.status_code == 403
            assert (await client.post("/other", json=update(3))).status_code == 403
            assert into.queue.empty()

    asyncio.run(main())
    assert [record.message for record in caplog.records] == ["webhook_secret_wrong"]


class Told:
    """A bot whose server tells of the webhook what it was handed."""

    def __init__(self, *infos: dict[str, Any]) -> None:
        self.infos = list(infos)
        self.set = 0
        self.error: TelegramError | None = None

    async def call(self, endpoint: str, data: dict[str, Any], **_: Any) -> Any:
        if endpoint == "setWebhook":
            self.set += 1
            if self.error is not None:
                raise self.error
        return self.infos.pop(0) if endpoint == "getWebhookInfo" else {}


def test_what_is_told_of_the_webhook_is_logged_where_it_is_news(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    start = int(time.time())

    async def looked(bot: Told, count: int) -> None:
        telegram = load_telegram(webhook_url="https://b.example/hook", webhook_port=free_port())
        with receiving(Path("unused"), "http://127.0.0.1:9/bot") as into:
            webhook = Webhook(telegram, into.reach)
            try:
                await webhook.announce(bot)  # type: ignore[arg-type]
                for _ in range(count):
                    await webhook.look(bot)  # type: ignore[arg-type]
            finally:
                await webhook.stop()

    old, new = start - 100, start + 100
    same = "https://B.example:443/hook/"
    infos = [{"url": same, "last_error_date": when} for when in (old, new, new)]
    asyncio.run(looked(Told({}, *infos), 4))
    names = [record.message for record in caplog.records]
    assert names == ["webhook_set", "webhook_not_reached"]

    # A server that never tells an address has it set again once, and no more.
    bot = Told({"url": ""}, {"url": ""}, {"url": ""}, {"url": "https://other.example/"})
    asyncio.run(looked(bot, 4))
    assert bot.set == 3

    caplog.clear()
    bot = Told()
    bot.error = InvalidToken("Not Found")
    asyncio.run(looked(bot, 0))
    assert [record.message for record in caplog.records] == ["webhook_not_set"]


def test_a_huge_body_is_refused_and_the_server_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(tmp_path) as (into, client):
            huge = b" " * (MOST_BYTES + 1)
            try:
                answer = await client.post(PATH, content=huge, headers={HEADER: SECRET})
                assert answer.status_code >= 400
            except httpx.TransportError:
                pass
            answer = await client.post(PATH, json=update(1), headers={HEADER: SECRET})
            assert answer.status_code == 200
            assert (await into.next()).update_id == 1

    asyncio.run(main())


def test_updates_posted_side_by_side_all_arrive_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(tmp_path) as (into, client):
            # Each twice.
            posts = [
                client.post(PATH, json=update(number % 30), headers={HEADER: SECRET})
                for number in range(60)
            ]
            assert {answer.status_code for answer in await asyncio.gather(*posts)} == {200}
            found = [(await into.next()).update_id for _ in range(30)]
            assert sorted(found) == list(range(30))
            assert into.queue.empty()

    asyncio.run(main())


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        telegram = load_telegram(webhook_url="https://bot.example.org/", webhook_port=port)
        with (
            pytest.raises(SettingsError, match=f"127.0.0.1:{port}.*CITYQA_TELEGRAM_WEBHOOK_PORT"),
            receiving(Path("unused"), "http://127.0.0.1:9/bot") as into,
        ):
            Webhook(telegram, into.reach)


@pytest.mark.parametrize("secret", ["has blanks", "密", "a" * 257])
def test_a_secret_that_telegram_would_refuse_is_refused_first(secret: str) -> None:
    telegram = load_telegram(
        webhook_url="https://bot.example.org/", webhook_secret=secret, webhook_port=free_port()
    )
    with (
        receiving(Path("unused"), "http://127.0.0.1:9/bot") as into,
        pytest.raises(SettingsError, match="CITYQA_TELEGRAM_WEBHOOK_SECRET"),
    ):
        Webhook(telegram, into.reach)
