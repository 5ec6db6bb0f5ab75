"""Updates of shapes that are not quite Telegram's: what a user asked for is there all the same."""

from __future__ import annotations

import asyncio
import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from telegram import Message

from bot.running.intake import Received
from tests.bot.running.receiving import receiving

ADA = {"id": 5, "is_bot": False, "first_name": "Ada"}
CHAT = {"id": 5, "type": "private"}


def taken(raw: Any, state: Path) -> Received | None:
    """What comes out for an update, none where it is passed over."""

    async def main() -> Received | None:
        with receiving(state, "http://127.0.0.1:9/bot") as into:
            await into.intake.take([raw])
            return None if into.queue.empty() else await into.next()

    return asyncio.run(main())


def message(**fields: Any) -> dict[str, Any]:
    known = {"message_id": 3, "date": 1_711_886_400, "chat": CHAT, "from": ADA, "text": "why?"}
    return {"update_id": 7, "message": known | fields}


def query(**fields: Any) -> dict[str, Any]:
    known = {"id": "12", "from": ADA, "chat_instance": "1", "data": "n"}
    return {"update_id": 7, "callback_query": known | fields}


BUTTONS = {"inline_keyboard": [[{"text": "a", "callback_data": "n"}]]}


@pytest.mark.parametrize(
    "raw",
    [
        message() | {"update_id": "7"},
        message(chat={"id": "5"}),
        message(message_id="3"),
        message(**{"from": {"id": "5"}}),
        message(reply_markup=json.dumps(BUTTONS)),
        message(reply_markup="no JSON"),
        message(date="2024-03-31T12:00:00Z"),
        message(date="2024-03-31T12:00:00"),
        message(date=1_711_886_400_000),
    ],
)
def test_a_message_is_read_though_numbers_times_and_buttons_are_spelled_otherwise(
    tmp_path: Path, raw: dict[str, Any]
) -> None:
    update = taken(raw, tmp_path)
    assert update is not None
    assert update.message is not None
    assert (update.update_id, update.message.chat.id, update.message.message_id) == (7, 5, 3)
    assert update.message.from_user is not None
    assert update.message.from_user.id == 5
    assert update.message.text == "why?"
    noon = datetime.datetime(2024, 3, 31, 12, tzinfo=datetime.UTC)
    assert update.message.date == noon


def test_a_time_that_says_nothing_is_now(tmp_path: Path) -> None:
    update = taken(message(date="yesterday"), tmp_path)
    assert update is not None
    assert update.message is not None
    assert datetime.datetime.now(datetime.UTC) - update.message.date < datetime.timedelta(hours=1)


def test_a_button_is_read_though_its_id_is_a_number_and_the_message_has_none(
    tmp_path: Path,
) -> None:
    under = {"from": ADA, "chat": CHAT, "reply_markup": json.dumps(BUTTONS), "text": "b"}
    update = taken(query(id=12, message=under), tmp_path)
    assert update is not None
    assert update.callback_query is not None
    assert update.callback_query.id == "12"
    found = update.callback_query.message
    assert isinstance(found, Message)
    assert (found.message_id, found.chat.id) == (0, 5)
    assert found.reply_markup is not None
    assert found.reply_markup.inline_keyboard[0][0].text == "a"


def test_an_inline_query_is_read_though_its_id_is_a_number(tmp_path: Path) -> None:
    raw = {"update_id": 7, "inline_query": {"id": 12, "from": ADA, "query": "why?"}}
    update = taken(raw, tmp_path)
    assert update is not None
    assert update.inline_query is not None
    assert (update.inline_query.id, update.inline_query.query) == ("12", "why?")


@pytest.mark.parametrize(
    ("new", "status"),
    [
        ({"status": "member"}, "member"),
        ({"status": "administrator"}, "member"),
        ({"status": "restricted", "is_member": False}, "left"),
        ({"status": "kicked"}, "kicked"),
        ({"status": "left"}, "left"),
    ],
)
def test_that_the_bot_is_in_a_chat_is_read_though_nobody_says_when_and_who(
    tmp_path: Path, new: dict[str, Any], status: str
) -> None:
    change = {
        "chat": {"id": "-1009", "type": "supergroup"},
        "from": ADA,
        "old_chat_member": {"status": "left"},
        "new_chat_member": new,
    }
    update = taken({"update_id": 7, "my_chat_member": change}, tmp_path)
    assert update is not None
    assert update.my_chat_member is not None
    assert update.my_chat_member.chat.id == -1009
    assert update.my_chat_member.new_chat_member.status == status


@pytest.mark.parametrize(
    "raw",
    [
        message(chat={"id": "five"}),
        message(text=5),
        message() | {"update_id": "seven"},
        message() | {"update_id": "٧"},
        query(**{"from": {}}),
        {"update_id": 7, "my_chat_member": {"chat": CHAT, "from": ADA}},
    ],
)
def test_what_lacks_who_where_or_what_is_passed_over(tmp_path: Path, raw: dict[str, Any]) -> None:
    assert taken(raw, tmp_path) is None
