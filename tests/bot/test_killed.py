"""Killed again and again under load: nothing acknowledged is lost, nothing is answered twice.

A few times here; ``TEST_KILLS=20`` for more.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.store import FILE as CHATS
from embeddings.snapshot import open_index
from qa.feedback.store import FILE as FEEDBACK
from qa.feedback.store import FeedbackStore
from tests.bot.conftest import RunningBot
from tests.telegram_server.kinds import PrivateChat
from tests.telegram_server.server import TelegramServer

KILLS = int(os.environ.get("TEST_KILLS", "3"))
SECONDS_BETWEEN_QUESTIONS = 0.1
QUESTION = "武汉改造了多少个老旧小区？"


class Crowd(threading.Thread):
    """Users who ask one question each, and rate the answer when they have it."""

    def __init__(self, server: TelegramServer) -> None:
        super().__init__(name="crowd", daemon=True)
        self.server = server
        self.chats: list[PrivateChat] = []
        self.acknowledged: set[int] = set()
        self._leave = threading.Event()

    def run(self) -> None:
        waiting: list[PrivateChat] = []
        raters: list[threading.Thread] = []
        while not self._leave.wait(SECONDS_BETWEEN_QUESTIONS):
            chat = self.server.private(language_code="zh-hans")
            chat.says(QUESTION)
            self.chats.append(chat)
            waiting.append(chat)
            for answered in [chat for chat in waiting if not chat.is_quiet(0)]:
                waiting.remove(answered)
                raters.append(threading.Thread(target=self._rate, args=(answered,), daemon=True))
                raters[-1].start()
        for rater in raters:
            rater.join()

    def leave(self) -> None:
        """Ask no more."""
        self._leave.set()
        self.join()

    def _rate(self, chat: PrivateChat) -> None:
        answer = chat.wait()[0]
        button = next(each for each in answer.buttons if (each.data or "").startswith("f:"))
        press = chat.presses(button, answer)
        with contextlib.suppress(TimeoutError):
            press.wait(timeout=20)
            self.acknowledged.add(int((button.data or "").split(":")[1]))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def crowd(running_bot: RunningBot, state: Path) -> Iterator[Crowd]:
    """What is left after all kills, and one good start and stop."""
    chance = random.Random(4)
    with TelegramServer() as server:
        crowd = Crowd(server)
        crowd.start()
        for _ in range(KILLS):
            with running_bot(server, state=state) as bot:
                time.sleep(chance.uniform(0.1, 1.5))
                bot.kill()
        with running_bot(server, state=state) as bot:
            crowd.leave()
            server.wait_until_taken()
            last = server.private(language_code="en")
            last.says(QUESTION)
            assert "455个" in last.answer(timeout=60).text
            assert bot.stop() == 0
            assert "Traceback" not in bot.log()
        yield crowd


def test_no_question_is_answered_twice_and_few_go_without(crowd: Crowd) -> None:
    assert len(crowd.chats) > 10 * KILLS
    answers = [
        sum(not message.edited and message.update is None for message in chat.history)
        for chat in crowd.chats
    ]
    assert max(answers) == 1
    # An answer that was about to go out at the moment of the kill may have gone out or not.
    assert answers.count(0) <= 3 * KILLS
    # A notice may have gone out before the kill, and be tried again after it; Telegram knows.
    assert {line for line in crowd.server.violations if "query is too old" not in line} == set()


def test_no_rating_that_was_acknowledged_is_lost(crowd: Crowd, state: Path) -> None:
    assert len(crowd.acknowledged) > KILLS
    with FeedbackStore(state / FEEDBACK) as store:
        kept = {rated.id for rated in store.export()}
    assert crowd.acknowledged <= kept


def test_the_stores_and_the_index_are_whole(crowd: Crowd, state: Path, bot_cache: Path) -> None:
    for file in (CHATS, FEEDBACK):
        with contextlib.closing(sqlite3.connect(state / file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    (current,) = (bot_cache / "indexes").glob("*/CURRENT")
    assert open_index(current.parent, verify=True).reports
