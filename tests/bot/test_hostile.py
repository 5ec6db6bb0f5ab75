"""Hostile messages: nothing fails, nothing is refused, nothing is injected.

Some hundreds here; ``TEST_HOSTILE_MESSAGES=1000`` for more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.bot.conftest import RunningBot
from tests.bot.hostile import Send, things
from tests.telegram_server.process import BotProcess
from tests.telegram_server.server import TelegramServer

BATCH = 50
BATCHES = int(os.environ.get("TEST_HOSTILE_MESSAGES", "250")) // BATCH

HOSTS = {"t.me", "cncv.org.cn", "dfz.wuhan.gov.cn", "zgzyw.com.cn"}
"""Where links of the bot may lead: to itself, and to the originals of the reports that ship."""

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture(scope="module")
def bot(server: TelegramServer, running_bot: RunningBot) -> Iterator[BotProcess]:
    with running_bot(server, env={"CITYQA_TELEGRAM_CHAT_LIMIT": "10000"}) as bot:
        yield bot


def _failures(bot: BotProcess) -> list[str]:
    """The tracebacks in the log."""
    return re.findall(r"Traceback.*?\n(?=\d{4}-)", bot.log(), re.DOTALL)


@settings(
    max_examples=BATCHES,
    deadline=None,
    database=None,
    # Another batch would meet a bot in another state: what failed is in the report as it is.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(things, min_size=BATCH, max_size=BATCH))
def test_nothing_that_clients_send_does_harm(
    server: TelegramServer, bot: BotProcess, batch: list[Send]
) -> None:
    seen = len(server.requests)
    # Users of their own, so that no reply waits for another's second.
    for send in batch:
        send(server.private(language_code="zh-hant"))
    server.wait_until_taken()
    alive = server.private(language_code="en")
    alive.says("/help")
    assert "/ask" in alive.answer().text
    assert server.violations == []
    assert _failures(bot) == []
    for request in server.requests[seen:]:
        assert "parse_mode" not in request.params
    for message in (sent for chat in server.world.chats.values() for sent in chat.log):
        if message.update is None:
            assert not CONTROLS.search(message.text)
            for _, url in message.links:
                assert urlsplit(url).hostname in HOSTS, url


def test_after_all_that_questions_are_answered(server: TelegramServer, bot: BotProcess) -> None:
    chat = server.private(language_code="zh-hans")
    chat.says("武汉改造了多少个老旧小区？")
    assert "455个" in chat.answer(timeout=60).text
    assert bot.stop() == 0
    assert server.violations == []
    assert _failures(bot) == []
