"""What goes wrong when it is asked for, and no longer than it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.telegram_server.server import TelegramServer

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture
def call(server: TelegramServer, calls: Callable[[TelegramServer], Call]) -> Call:
    return calls(server)


def get(server: TelegramServer, client: httpx.Client, method: str = "getMe") -> httpx.Response:
    return client.get(f"{server.base_url}{server.token}/{method}")


def test_a_flood_answer_says_how_long_to_wait(server: TelegramServer, call: Call) -> None:
    server.fault("getMe", retry_after=3, times=2)
    for _ in range(2):
        answer = call("getMe")
        assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 3})
    assert call("getMe")["ok"]
    # The bot is not at fault.
    assert (server.violations, len(server.refusals)) == ([], 2)


def test_a_fault_is_for_its_method_and_may_come_later(
    server: TelegramServer, client: httpx.Client
) -> None:
    server.fault("getMe", status=502, skip=1)
    codes = [
        get(server, client, method).status_code
        for method in ("getWebhookInfo", "getMe", "getMe", "getMe")
    ]
    assert codes == [200, 200, 502, 200]


def test_a_fault_of_any_method_lasts_until_it_is_cleared(
    server: TelegramServer, client: httpx.Client
) -> None:
    server.fault(None, status=503, times=None)
    assert [get(server, client).status_code for _ in range(3)] == [503] * 3
    server.clear_faults()
    assert get(server, client).status_code == 200


@pytest.mark.parametrize(("drop", "sent"), [("before", []), ("after", ["x"])])
def test_a_connection_is_dropped_before_or_after_the_message_is_sent(
    server: TelegramServer, call: Call, drop: str, sent: list[str]
) -> None:
    chat = server.private()
    server.fault("sendMessage", drop=drop)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        call("sendMessage", chat_id=chat.id, text="x")
    assert [message.text for message in chat.history] == sent
    assert server.requests[-1].code == 0
    assert call("getMe")["ok"]


def test_an_answer_comes_late(server: TelegramServer, call: Call) -> None:
    server.fault("getMe", delay=0.2)
    begun = time.monotonic()
    assert call("getMe")["ok"]
    assert time.monotonic() - begun >= 0.2
    assert server.requests[-1].seconds >= 0.2


def test_an_answer_is_poor_or_cut(server: TelegramServer, client: httpx.Client, call: Call) -> None:
    chat = server.private()
    server.fault("sendMessage", poor=True)
    assert call("sendMessage", chat_id=chat.id, text="x")["result"] == {"message_id": 1}
    assert chat.answer().text == "x"
    server.fault("getMe", invalid_json=True)
    answer = get(server, client)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_nothing_listens_for_a_while(server: TelegramServer, client: httpx.Client) -> None:
    assert get(server, client).status_code == 200
    with server.unreachable(), pytest.raises(httpx.ConnectError):
        # The connection that is open is closed too.
        get(server, client)
    assert get(server, client).status_code == 200


def test_a_taken_port_is_told(server: TelegramServer) -> None:
    with pytest.raises(OSError, match="in use"):
        TelegramServer(port=server.port).start()


def test_queries_grow_old(calls: Callable[[TelegramServer], Call]) -> None:
    with TelegramServer(query_seconds=0.05) as server:
        press = server.private().presses("d", 1)
        time.sleep(0.06)
        answer = calls(server)("answerCallbackQuery", callback_query_id=press.id)
        assert answer["error_code"] == 400
        assert (server.violations, len(server.refusals)) == ([], 1)
