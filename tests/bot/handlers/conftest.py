"""A bot that runs for all tests of a module; each test has users of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library import Library
from tests.bot.conftest import RunningBot
from tests.bot.handlers.in_process import library_of
from tests.telegram_server.process import BotProcess
from tests.telegram_server.server import TelegramServer


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    """The server of the module's bot, which in the end was asked for nothing wrong."""
    with TelegramServer() as running:
        yield running
        assert running.violations == []


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the module's bot."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def bot(
    request: pytest.FixtureRequest, server: TelegramServer, state: Path, running_bot: RunningBot
) -> Iterator[BotProcess]:
    """The module's bot; what the module has as ``ENV`` is added to its settings."""
    settings = getattr(request.module, "ENV", {})
    with running_bot(server, state=state, env=settings) as running:
        yield running


@pytest.fixture(scope="session")
def library(bot_cache: Path) -> Iterator[Library]:
    """The shipped reports, for an application in this process (``in_process.py``)."""
    opened = library_of(bot_cache)
    yield opened
    opened.close()
