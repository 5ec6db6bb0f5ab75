"""In which order updates are handled: a chat's one after another, chats beside each other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.callback_data import Action, CallbackData
from bot.running.current import CURRENT, Current
from bot.running.intake import Received, kind_of
from bot.running.logs import event
from bot.state.store import ChatStore
from corpus.errors import CityqaError

LOG = logging.getLogger(__name__)

MOST = 4096
"""Updates that are handled, or wait for their turn, at a time."""

ANSWERING = frozenset({"ask", "compare"})
"""Commands that ask the reports, and so take their turn among the questions."""

_HASH_DIGITS = 8


@dataclass(slots=True)
class _Lane:
    """The last slow and the last quick update of a chat, and how many are in it."""

    slow: asyncio.Future[None] | None = None
    quick: asyncio.Future[None] | None = None
    count: int = 0
    newest: object = None


class Lanes(BaseUpdateProcessor):
    """Hands updates on when it is their turn.

    Questions of a chat go one after another, in the order they came. Quick ones (buttons, commands
    that ask nothing of the reports) go one after another, too, but pass by questions that wait; a
    question waits for the quick ones before it, as it may depend on what they set. Of the inline
    queries of one user that wait, only the newest is handled: each letter typed makes one.

    Args:
        chats: has the inbox.
        hashed: makes the keyed hash of a chat's id, for the log.
        log_text: whether the log holds what people write.
    """

    def __init__(
        self, chats: ChatStore, hashed: Callable[[int], str], *, log_text: bool = False
    ) -> None:
        super().__init__(MOST)
        self._chats = chats
        self._hashed = hashed
        self._log_text = log_text
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._closing = False
        self.open = 0

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Let no update begin any more: those that wait stay in the inbox for the next start."""
        self._closing = True

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle an update when its turn has come."""
        if not isinstance(update, Update):
            await coroutine
            return
        assert isinstance(coroutine, Coroutine)
        self.open += 1
        try:
            await self._in_turn(update, coroutine)
        finally:
            self.open -= 1
            # Does nothing where it has run.
            coroutine.close()

    async def _in_turn(self, update: Update, coroutine: Coroutine[Any, Any, Any]) -> None:
        key = update.inbox_key if isinstance(update, Received) else None
        quick = is_quick(update)
        place = _place(update)
        lane = self._lanes.setdefault(place, _Lane())
        before = [lane.quick] if quick else [lane.slow, lane.quick]
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if quick:
            lane.quick = done
        else:
            lane.slow = done
        lane.count += 1
        lane.newest = update
        alone = all(one is None or one.done() for one in before)
        try:
            for one in before:
                if one is not None:
                    # Shielded: cancelling who waits must not end the turn of who is waited for.
                    await asyncio.shield(one)
            if self._closing:
                return
            if update.inline_query is None or lane.newest is update:
                alone = alone and lane.count == 1
                await self._handle(update, key, coroutine, quick=quick, alone=alone)
        finally:
            if not done.done():
                done.set_result(None)
            lane.count -= 1
            if lane.count == 0:
                del self._lanes[place]
        await self._finish(key)

    async def _handle(
        self,
        update: Update,
        key: str | None,
        coroutine: Coroutine[Any, Any, Any],
        *,
        quick: bool,
        alone: bool,
    ) -> None:
        began = time.monotonic()
        received = update.received if isinstance(update, Received) else began

        async def begin() -> None:
            if key is not None:
                await self._stored(self._chats.begin, key)

        CURRENT.set(Current(begin, quick=quick, received=received, alone=alone))
        failed: str | None = None
        try:
            await coroutine
        except Exception as error:  # Not even the error handler could handle it.
            failed = type(error).__name__
            event(LOG, logging.ERROR, "update_failed", trace=True, update=update.update_id)
        chat = update.effective_chat or update.effective_user
        message = update.effective_message
        event(
            LOG,
            logging.INFO,
            "update_done",
            update=update.update_id,
            kind=kind_of(update),
            chat=self._hashed(chat.id)[:_HASH_DIGITS] if chat else None,
            waited_ms=round((began - received) * 1000),
            ms=round((time.monotonic() - began) * 1000),
            failed=failed,
            text=message.text if self._log_text and message else None,
        )

    async def _finish(self, key: str | None) -> None:
        if key is not None:
            await self._stored(self._chats.finish, key)

    async def _stored(self, method: Callable[[str], None], key: str) -> None:
        try:
            await asyncio.to_thread(method, key)
        except CityqaError as error:
            event(LOG, logging.ERROR, "inbox_failed", reason=str(error))


def is_quick(update: Update) -> bool:
    """Whether an update goes before questions: it needs no search in the reports."""
    if update.callback_query is not None:
        pressed = CallbackData.parse(update.callback_query.data or "")
        return pressed is None or pressed.action is not Action.EXAMPLE
    message = update.message or update.edited_message
    text = message.text if message is not None else None
    if not text or not text.startswith("/"):
        return False
    command = text[1:].split(maxsplit=1)[0].partition("@")[0] if text[1:].strip() else ""
    return command.lower() not in ANSWERING


def _place(update: Update) -> tuple[str, int]:
    """Where an update takes its turn: its chat, or the inline queries of its user."""
    if update.inline_query is not None:
        return ("inline", update.inline_query.from_user.id)
    chat = update.effective_chat
    if chat is not None:
        return ("chat", chat.id)
    user = update.effective_user
    # What belongs to nobody takes no turn.
    return ("user", user.id) if user is not None else ("update", update.update_id)
