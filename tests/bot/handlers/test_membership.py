"""The bot comes into chats and leaves them; groups become supergroups."""

from __future__ import annotations

import pytest

from tests.telegram_server.server import TelegramServer

pytestmark = pytest.mark.usefixtures("bot")

QUESTION = "武汉评选出多少部优质党课？"
FIGURE = "100部"


def test_a_group_that_takes_the_bot_in_is_told_how_to_ask(server: TelegramServer) -> None:
    group = server.group()
    group.adds_bot()
    told = group.answer()
    # Among other bots, a command without a name may not reach it.
    assert "/ask@cityqa_bot" in told.text
    assert len(told.text.splitlines()) == 1


def test_removed_from_a_group_the_bot_forgets_its_settings(server: TelegramServer) -> None:
    group = server.group()
    group.says("/cities 娄底")
    group.answer()
    group.removes_bot()
    group.adds_bot()
    group.answer()
    group.says(f"/ask {QUESTION}")
    assert FIGURE in group.answer().quotes[0]


def test_blocked_by_a_user_it_forgets_what_was_asked(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says("娄底办了多少期简报增刊？")
    ada.answer()
    ada.blocks()
    ada.unblocks()
    ada.says("那武汉呢？")
    assert "理解为" not in ada.answer().text


def test_what_is_asked_before_a_user_blocks_the_bot_harms_nothing(server: TelegramServer) -> None:
    ada = server.private(language_code="zh-hans")
    ada.says(QUESTION)
    ada.says(QUESTION)
    ada.blocks()
    other = server.private(language_code="zh-hans")
    other.says(QUESTION)
    assert FIGURE in other.answer().quotes[0]


@pytest.mark.parametrize("told", [True, False])
def test_a_supergroup_keeps_the_settings_of_its_group(server: TelegramServer, told: bool) -> None:
    group = server.group()
    group.says("/cities 娄底")
    group.answer()
    new = group.migrates(told=told)
    if not told:
        # It learns so when Telegram refuses to send to the old one.
        group.says(f"/ask {QUESTION}")
        new.wait()
    new.says(f"/ask {QUESTION}")
    answer = new.answer()
    assert "娄底市" in answer.text
    assert not answer.quotes
