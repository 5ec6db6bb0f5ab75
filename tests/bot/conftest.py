"""The Bot API server for tests, and the bot as a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.preloaded import commands
from tests.telegram_server import process
from tests.telegram_server.process import BotProcess
from tests.telegram_server.server import TelegramServer


class RunningBot(Protocol):
    """`process.running_bot`, with the folder of the index."""

    def __call__(
        self, server: TelegramServer, *, state: Path | None = None, **options: Any
    ) -> AbstractContextManager[BotProcess]: ...


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A Bot API server; see ``tests/telegram_server/README.md``."""
    with TelegramServer() as server:
        yield server


@pytest.fixture(scope="session")
def bot_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the index of the shipped reports, shared by all test processes."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    # The same as that of the end-to-end tests of the command line.
    folder = base / "shipped" / "cache"
    # Two processes that build the same index wait for one another.
    process.build_index(folder, launch=commands.launch)
    return folder


@pytest.fixture(scope="session")
def running_bot(bot_cache: Path) -> RunningBot:
    """Start ``cityqa bot``: ``with running_bot(server, state=…, env=…) as bot``.

    It is a fork of a process that has the program loaded; ``launch=from_scratch`` for another.
    """

    def start(
        server: TelegramServer, *, state: Path | None = None, **options: Any
    ) -> AbstractContextManager[BotProcess]:
        options.setdefault("launch", commands.launch)
        return process.running_bot(server, cache=bot_cache, state=state, **options)

    return start
