"""Updates reach the bot, by long polling or webhook, until it has confirmed them."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.telegram_server.server import TelegramServer

Call = Callable[..., dict[str, Any]]
Calls = Callable[[TelegramServer], Call]


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer(retry_seconds=0.01) as server:
        yield server


@pytest.fixture
def call(server: TelegramServer, calls: Calls) -> Call:
    return calls(server)


def texts(answer: dict[str, Any]) -> list[str]:
    assert answer["ok"], answer
    return [update["message"]["text"] for update in answer["result"]]


def test_what_was_not_confirmed_comes_again(server: TelegramServer, call: Call) -> None:
    chat = server.private()
    sent = [chat.says(text) for text in "abc"]
    assert texts(call("getUpdates")) == ["a", "b", "c"]
    assert texts(call("getUpdates", limit=2)) == ["a", "b"]
    assert sent[1].update is not None
    assert texts(call("getUpdates", offset=sent[1].update)) == ["b", "c"]
    # What was confirmed never comes again, whatever is asked for.
    assert texts(call("getUpdates", offset=1)) == ["b", "c"]
    assert texts(call("getUpdates", offset=-1)) == ["c"]
    assert sent[2].update is not None
    assert texts(call("getUpdates", offset=sent[2].update + 1)) == []
    server.wait_until_taken(0.1)


def test_a_poll_waits_for_an_update(server: TelegramServer, call: Call) -> None:
    chat = server.private()
    with ThreadPoolExecutor(1) as pool:
        polled = pool.submit(call, "getUpdates", timeout=10)
        server.wait_for_bot(5)
        asked = time.monotonic()
        chat.says("a")
        assert texts(polled.result(5)) == ["a"]
        assert time.monotonic() - asked < 1


def test_a_poll_ends_with_nothing_after_its_time(server: TelegramServer, call: Call) -> None:
    begun = time.monotonic()
    assert texts(call("getUpdates", timeout=1)) == []
    assert 0.9 < time.monotonic() - begun < 3


def test_a_second_poller_takes_over(server: TelegramServer, call: Call) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(call, "getUpdates", timeout=10)
        server.wait_for_bot(5)
        assert call("getUpdates")["ok"]
        assert first.result(5) == {
            "ok": False,
            "error_code": 409,
            "description": "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        }
        assert server.violations == []


def test_only_kinds_that_are_asked_for_come(server: TelegramServer, call: Call) -> None:
    call("getUpdates", allowed_updates=["callback_query"])
    chat = server.private()
    chat.says("a")
    chat.presses("d", 1)
    (update,) = call("getUpdates")["result"]
    assert "callback_query" in update
    # An empty list means the usual ones, which do not have changes of members.
    call("getUpdates", offset=99, allowed_updates=[])
    chat.raw(chat_member={})
    chat.says("b")
    assert texts(call("getUpdates")) == ["b"]


class Hook:
    """A bot that has updates posted to it, and answers as it is told.

    Args:
        codes: of HTTP, one after another; then 200.
    """

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.updates: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = self.most = 0
        self.pause = 0.0
        self._lock = threading.Lock()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(hook.takes(json.loads(body), dict(self.headers)))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/hook"

    def takes(self, update: dict[str, Any], headers: dict[str, str]) -> int:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        time.sleep(self.pause)
        with self._lock:
            self.at_once -= 1
            self.updates.append(update)
            self.headers.append(headers)
            return self.codes.pop(0) if self.codes else 200

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


@contextlib.contextmanager
def hook(*codes: int) -> Iterator[Hook]:
    hook = Hook(*codes)
    thread = threading.Thread(target=hook.http.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hook
    finally:
        hook.http.shutdown()
        thread.join()
        hook.http.server_close()


def test_updates_are_posted_with_the_secret(server: TelegramServer, call: Call) -> None:
    chat = server.private()
    chat.says("before")
    with hook() as bot:
        assert call("setWebhook", url=bot.url, secret_token="a-Z_9", allowed_updates=["message"])
        chat.says("after")
        chat.presses("d", 1)
        server.wait_until_taken()
        assert bot.texts == ["before", "after"]
        for headers in bot.headers:
            assert headers["X-Telegram-Bot-Api-Secret-Token"] == "a-Z_9"
            assert headers["Content-Type"] == "application/json"
        assert call("getWebhookInfo")["result"] == {
            "url": bot.url,
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "max_connections": 40,
            "allowed_updates": ["message"],
        }
        assert call("getUpdates")["error_code"] == 409
        assert call("deleteWebhook")["ok"]
        chat.says("later")
        assert texts(call("getUpdates")) == ["later"]


def test_what_is_not_taken_is_posted_again_before_what_follows(
    server: TelegramServer, call: Call
) -> None:
    chat = server.private()
    with hook(500, 403) as bot:
        call("setWebhook", url=bot.url)
        first = chat.says("a")
        chat.says("b")
        server.wait_until_taken()
        assert bot.texts == ["a", "a", "a", "b"]
        assert first.update is not None
        assert server.delivery.posts[first.update] == 3
        assert "403" in call("getWebhookInfo")["result"]["last_error_message"]


def test_nothing_that_listens_is_tried_again(server: TelegramServer, call: Call) -> None:
    chat = server.private()
    with hook() as bot:
        url = bot.url
    call("setWebhook", url=url)
    chat.says("a")
    assert server.wait_until(lambda: server.delivery.posts[1] > 1)
    assert call("getWebhookInfo")["result"]["pending_update_count"] == 1
    with hook() as bot:
        call("setWebhook", url=bot.url)
        server.wait_until_taken()
        assert bot.texts == ["a"]


def test_chats_are_posted_beside_one_another_each_in_order(
    server: TelegramServer, call: Call
) -> None:
    chats = [server.private() for _ in range(4)]
    with hook() as bot:
        bot.pause = 0.02
        call("setWebhook", url=bot.url, max_connections=2)
        for number in range(3):
            for chat in chats:
                chat.says(f"{chat.id} {number}")
        server.wait_until_taken()
        assert bot.most == 2
        for chat in chats:
            own = [text for text in bot.texts if text.startswith(str(chat.id))]
            assert own == [f"{chat.id} {number}" for number in range(3)]


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"url": "http://bot.example.org/"}, "HTTPS URL"),
        ({"url": "https://bot.example.org:1234/"}, "ports 80, 88, 443 or 8443"),
        ({"url": "https://bot.example.org/", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "https://bot.example.org/", "secret_token": "a" * 257}, "too long"),
        ({"url": "https://bot.example.org/", "max_connections": 0}, "max_connections"),
    ],
)
def test_a_webhook_that_is_wrong_is_refused(call: Call, params: dict[str, Any], why: str) -> None:
    answer = call("setWebhook", **params)
    assert answer["error_code"] == 400
    assert why in answer["description"]
    assert call("getWebhookInfo")["result"]["url"] == ""


def test_what_is_queued_can_be_dropped(server: TelegramServer, call: Call) -> None:
    server.private().says("a")
    call("deleteWebhook", drop_pending_updates=True)
    assert texts(call("getUpdates")) == []
