"""Stops, crashes and outages of a running bot; real processes."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bot.conftest import RunningBot
from tests.telegram_server.server import TelegramServer

QUESTION = "武汉改造了多少个老旧小区？"


def test_what_was_begun_is_finished_and_what_waited_is_answered_after_the_next_start(
    running_bot: RunningBot, telegram: TelegramServer, tmp_path: Path
) -> None:
    chat = telegram.private(language_code="zh-hans")
    with running_bot(telegram, state=tmp_path) as bot:
        telegram.fault("sendMessage", delay=0.8)
        for _ in range(2):
            chat.says(QUESTION)
        assert telegram.wait_until(lambda: telegram.requests_of("sendChatAction"))
        telegram.wait_until_taken()
        time.sleep(0.3)
        assert bot.stop() == 0
        assert len(chat.wait()) == 1
        assert "unfinished=2" in bot.log()
    with running_bot(telegram, state=tmp_path) as bot:
        assert len(chat.wait(timeout=20)) == 1
        assert "resumed=1" in bot.log()
        # Longer than the second that must pass between two messages.
        assert chat.is_quiet(1.2)
    assert telegram.violations == []


def test_killed_and_started_again_it_answers_what_was_left_and_nothing_twice(
    running_bot: RunningBot, telegram: TelegramServer, tmp_path: Path
) -> None:
    chats = [telegram.private(language_code="en") for _ in range(20)]
    with running_bot(telegram, state=tmp_path) as bot:
        for chat in chats:
            for _ in range(2):
                chat.says("/help")
        assert chats[0].wait()
        bot.kill()
    with running_bot(telegram, state=tmp_path):
        telegram.wait_until_taken(20)
        telegram.wait_until(lambda: len(telegram.requests_of("sendMessage")) >= 40, 5)
    sent = [request for request in telegram.requests_of("sendMessage") if request.code == 200]
    for chat in chats:
        mine = [request for request in sent if str(request.params["chat_id"]) == str(chat.id)]
        # One that was begun at the moment of the kill is not begun again: it may have gone out.
        assert 1 <= len(mine) <= 2
    assert len(sent) >= 35


def test_a_webhook_stays_set_when_the_bot_stops_and_its_updates_are_answered_later(
    running_bot: RunningBot, telegram: TelegramServer, tmp_path: Path
) -> None:
    chat = telegram.private(language_code="en")
    port_taken_again = {"CITYQA_TELEGRAM_WEBHOOK_SECRET": "the-same_secret"}
    with running_bot(telegram, state=tmp_path, webhook=True, env=port_taken_again) as bot:
        chat.says("/help")
        assert chat.wait()
        assert bot.stop() == 0
    assert telegram.requests_of("deleteWebhook") == []
    chat.says("/help")
    with running_bot(telegram, state=tmp_path, webhook=True, env=port_taken_again):
        assert chat.wait(timeout=20)
    assert telegram.violations == []
