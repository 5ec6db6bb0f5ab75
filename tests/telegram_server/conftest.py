"""One server for the tests of a module, and requests to it as a bot makes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.telegram_server.kinds import PrivateChat
from tests.telegram_server.server import TelegramServer

Call = Callable[..., dict[str, Any]]


def caller(server: TelegramServer, client: httpx.Client) -> Call:
    """Requests as form fields, with JSON within them, as bots send them."""

    def call(method: str, **params: Any) -> dict[str, Any]:
        fields = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        response = client.post(f"{server.base_url}{server.token}/{method}", data=fields)
        body: dict[str, Any] = response.json()
        assert response.status_code == body.get("error_code", 200)
        return body

    return call


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as client:
        yield client


@pytest.fixture
def call(server: TelegramServer, client: httpx.Client) -> Call:
    return caller(server, client)


@pytest.fixture
def calls(client: httpx.Client) -> Callable[[TelegramServer], Call]:
    """Requests to another server."""
    return lambda server: caller(server, client)


@pytest.fixture
def chat(server: TelegramServer) -> PrivateChat:
    """A user who has written nothing yet."""
    return server.private()
