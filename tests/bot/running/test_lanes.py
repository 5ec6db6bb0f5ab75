"""In which order updates are handled."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.callback_data import Action, data
from bot.running.current import CURRENT
from bot.running.intake import Received
from bot.running.lanes import Lanes, is_quick
from bot.state.inbox import canonical, update_key
from bot.state.store import ChatStore
from tests.bot.running.virtual_time import now, run


def message(number: int, text: str, chat: int = 1) -> Update:
    raw = {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1,
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "Ada"},
            "text": text,
        },
    }
    return made(raw)


def made(raw: dict[str, Any], key: str | None = None) -> Update:
    update = Received.de_json(raw)
    assert isinstance(update, Received)
    update.came(key, 0.0)
    return update


def button(number: int, pressed: str) -> Update:
    user = {"id": 1, "is_bot": False, "first_name": "Ada"}
    query = {"id": str(number), "from": user, "chat_instance": "1", "data": pressed}
    return made({"update_id": number, "callback_query": query})


def inline(number: int, text: str) -> Update:
    user = {"id": 1, "is_bot": False, "first_name": "Ada"}
    query = {"id": str(number), "from": user, "query": text, "offset": ""}
    return made({"update_id": number, "inline_query": query})


class NoStore:
    """Updates without a key need none."""


@dataclass
class Watched:
    """Handles updates, each for some seconds, and notes when."""

    begun: list[tuple[int, float]] = field(default_factory=list)
    ended: dict[int, float] = field(default_factory=dict)

    async def handle(self, update: Update, seconds: float) -> None:
        self.begun.append((update.update_id, now()))
        await asyncio.sleep(seconds)
        self.ended[update.update_id] = now()

    @property
    def order(self) -> list[int]:
        return [number for number, _ in self.begun]


def handled(updates: Sequence[tuple[Update, float]], lanes: Lanes | None = None) -> Watched:
    """What happens where updates come all at once, each to be handled for some seconds."""
    watched = Watched()

    async def main() -> None:
        processor = lanes or Lanes(NoStore(), str)  # type: ignore[arg-type]
        tasks = [
            asyncio.create_task(processor.process_update(update, watched.handle(update, seconds)))
            for update, seconds in updates
        ]
        await asyncio.gather(*tasks)
        assert processor.open == 0
        assert processor._lanes == {}

    run(main())
    return watched


@given(
    st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.integers(0, 9).map(float)), max_size=25)
)
@settings(max_examples=50, deadline=None)
def test_a_chats_questions_go_one_after_another_in_the_order_they_came(
    asked: list[tuple[int, bool, float]],
) -> None:
    updates = [
        (message(number, "/help" if quick else "how many?", chat), seconds)
        for number, (chat, quick, seconds) in enumerate(asked)
    ]
    watched = handled(updates)
    for chat in (1, 2, 3):
        for kind in (True, False):
            mine = [
                n for n, (where, quick, _) in enumerate(asked) if (where, quick) == (chat, kind)
            ]
            times = dict(watched.begun)
            assert [number for number in watched.order if number in mine] == mine
            for earlier, later in itertools.pairwise(mine):
                assert times[later] >= watched.ended[earlier]


def test_chats_do_not_wait_for_one_another() -> None:
    watched = handled([(message(n, "how many?", chat=n), 5.0) for n in range(50)])
    assert {time for _, time in watched.begun} == {0.0}


def test_a_command_passes_by_questions_that_wait() -> None:
    watched = handled(
        [(message(1, "one?"), 10.0), (message(2, "two?"), 10.0), (message(3, "/help"), 1.0)]
    )
    assert watched.ended == {3: 1.0, 1: 10.0, 2: 20.0}


def test_a_question_waits_for_the_commands_before_it() -> None:
    watched = handled([(message(1, "/cities Wuhan"), 3.0), (message(2, "how many?"), 1.0)])
    assert watched.begun == [(1, 0.0), (2, 3.0)]


def test_of_waiting_inline_queries_only_the_newest_is_handled() -> None:
    watched = handled([(inline(n, "wuhan"[:n]), 1.0) for n in range(1, 6)])
    # The first begins before the others have come.
    assert watched.order == [1, 5]


def test_an_error_does_not_hold_up_the_next(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()

    async def failing() -> None:
        raise ZeroDivisionError

    async def main() -> None:
        lanes = Lanes(NoStore(), str)  # type: ignore[arg-type]
        second = message(2, "two?")
        await asyncio.gather(
            lanes.process_update(message(1, "one?"), failing()),
            lanes.process_update(second, watched.handle(second, 1.0)),
        )

    run(main())
    assert watched.order == [2]
    assert "update_failed" in caplog.text


@pytest.mark.parametrize(
    ("update", "quick"),
    [
        (message(1, "how many?"), False),
        (message(1, "/help"), True),
        (message(1, "/cities@cityqa_bot Wuhan"), True),
        (message(1, "/ask how many?"), False),
        (message(1, "/ASK@cityqa_bot how many?"), False),
        (message(1, "/compare how many?"), False),
        (message(1, "/"), True),
        (message(1, "/ask"), False),
        (button(1, data(Action.PASSAGE, "wuhan-1a2b3c4d")), True),
        (button(1, data(Action.EXAMPLE, "1a2b3c4d")), False),
        (button(1, "what is this"), True),
        (inline(1, "how many?"), False),
    ],
)
def test_what_searches_the_reports_is_not_quick(update: Update, quick: bool) -> None:
    assert is_quick(update) is quick


def kept(store: ChatStore, number: int) -> Update:
    update = message(number, f"question {number}?")
    payload = canonical(update.to_dict())
    assert store.receive(number, payload)
    return made(update.to_dict(), update_key(number, payload))


def test_what_was_handled_is_finished_in_the_inbox_and_what_was_not_is_left(
    tmp_path: Path,
) -> None:
    async def main(store: ChatStore) -> None:
        lanes = Lanes(store, str)
        first, second = kept(store, 1), kept(store, 2)

        async def handle() -> None:
            current = CURRENT.get()
            assert current is not None
            await current.begin()
            lanes.close()

        async def never() -> None:
            raise AssertionError("begun though the bot is stopping")

        await asyncio.gather(
            lanes.process_update(first, handle()), lanes.process_update(second, never())
        )
        assert [waiting.key for waiting in store.unfinished()] == [second.inbox_key]  # type: ignore[attr-defined]

    with ChatStore(tmp_path / "telegram.sqlite3") as store:
        asyncio.run(main(store))


def test_an_update_that_was_cancelled_before_its_answer_is_left_in_the_inbox(
    tmp_path: Path,
) -> None:
    async def main(store: ChatStore) -> None:
        lanes = Lanes(store, str)
        update = kept(store, 1)
        task = asyncio.create_task(lanes.process_update(update, asyncio.sleep(60)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert len(store.unfinished()) == 1

    with ChatStore(tmp_path / "telegram.sqlite3") as store:
        asyncio.run(main(store))
