"""Updates come in: first into the inbox on disk, then into PTB's queue."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from telegram import Update

from bot.running.filling import filled, whole_number
from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.running.metrics import Metrics
from bot.running.whole import is_whole
from bot.state.inbox import canonical, update_key
from bot.state.store import ChatStore
from corpus.errors import CityqaError

LOG = logging.getLogger(__name__)

WANTED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""Kinds of updates that Telegram is asked for."""


class Received(Update):
    """An update with its key in the inbox, and when it came."""

    __slots__ = ("_inbox_key", "_received")

    _inbox_key: str | None
    _received: float

    def came(self, key: str | None, at: float) -> None:
        """Note the key, none where the inbox has it not, and the time (``time.monotonic``)."""
        self._inbox_key, self._received = key, at

    @property
    def inbox_key(self) -> str | None:
        """Its key in the inbox."""
        return self._inbox_key

    @property
    def received(self) -> float:
        """Seconds of ``time.monotonic``."""
        return self._received


class Intake:
    """Takes updates in, one batch after another, and drops those that came before.

    Args:
        bot: that the updates are for.
        chats: has the inbox.
        queue: PTB's.
        metrics: counts them.
    """

    def __init__(
        self, bot: LenientBot, chats: ChatStore, queue: asyncio.Queue[object], metrics: Metrics
    ) -> None:
        self._bot = bot
        self._chats = chats
        self._queue = queue
        self._metrics = metrics
        self._turn = asyncio.Lock()

    async def take(self, raws: Sequence[Any]) -> None:
        """Take updates as the JSON had them; when this returns, the inbox has them.

        One that cannot be parsed is logged and dropped. Where the disk refuses, updates are
        handled all the same: they are lost only if the program is killed meanwhile.
        """
        now = time.monotonic()
        raws = [_numbered(raw) for raw in raws]
        good = [(raw, update) for raw in raws if (update := self._parsed(raw)) is not None]
        if not good:
            return
        async with self._turn:
            found = await asyncio.to_thread(self._keep, [raw for raw, _ in good])
            for (_, update), (key, new) in zip(good, found, strict=True):
                if not new:
                    self._metrics.repeated()
                    continue
                update.came(key, now)
                self._metrics.update(kind_of(update))
                self._queue.put_nowait(update)

    async def resume(self) -> int:
        """Take the updates that were received before the last stop and not finished; how many."""
        waiting = await asyncio.to_thread(self._chats.unfinished)
        now = time.monotonic()
        for one in waiting:
            update = self._parsed(json.loads(one.payload))
            if update is None:
                await asyncio.to_thread(self._chats.finish, one.key)
                continue
            update.came(one.key, now)
            self._queue.put_nowait(update)
        return len(waiting)

    def _parsed(self, raw: Any) -> Received | None:
        try:
            if not isinstance(raw["update_id"], int):
                raise TypeError("update_id is no number")
            return self._made(raw)
        except Exception as error:  # Whatever PTB raises on JSON of any shape.
            self._metrics.unreadable()
            number = raw.get("update_id") if isinstance(raw, dict) else None
            event(
                LOG,
                logging.WARNING,
                "update_unreadable",
                update=number if isinstance(number, int) else None,
                error=type(error).__name__,
            )
            return None

    def _made(self, raw: dict[str, Any]) -> Received:
        # Whatever PTB raises on JSON of any shape: it may be one that can be mended.
        with contextlib.suppress(Exception):
            update = Received.de_json(raw, self._bot)
            if isinstance(update, Received) and is_whole(update):
                return update
        update = Received.de_json(filled(raw), self._bot)
        if not isinstance(update, Received) or not is_whole(update):
            raise ValueError("it lacks who, where or what")
        return update

    def _keep(self, raws: Sequence[dict[str, Any]]) -> list[tuple[str | None, bool]]:
        """The key of each, and whether it is new."""
        kept: list[tuple[str | None, bool]] = []
        for raw in raws:
            payload = canonical(raw)
            try:
                new = self._chats.receive(raw["update_id"], payload)
                kept.append((update_key(raw["update_id"], payload), new))
            except CityqaError as error:
                event(LOG, logging.ERROR, "inbox_failed", reason=str(error))
                kept.append((None, True))
        return kept


def _numbered(raw: Any) -> Any:
    """An update whose id is a number, where it was a text of digits."""
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), str):
        return raw
    return {**raw, "update_id": whole_number(raw["update_id"])}


def kind_of(update: Update) -> str:
    """The field that an update carries: ``message``, ``callback_query``… or ``other``."""
    with contextlib.suppress(StopIteration):
        return next(name for name in WANTED if getattr(update, name) is not None)
    return "other"
