"""Keeps requests within Telegram's sending limits, and waits where Telegram says so.

Why not PTB's ``AIORateLimiter``: it is a leaky bucket, which lets 30 requests through at once and
30 more in the second that follows from it, 60 in a second as the server sees it; it does not pace
private chats, where Telegram allows one message a second; and when one chat has to wait, it makes
all others wait as well. Here windows slide, and count from a request's end, so that the limits
hold at the server whatever the network does (``bot/running/windows.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.limits import CHAT_SECONDS, GROUP_MESSAGES_A_MINUTE, MESSAGES_A_SECOND
from bot.running.current import CURRENT
from bot.running.metrics import Metrics
from bot.running.windows import Window, until_free

QUICK_PLACES = 2
"""Messages of every second that are kept for quick replies."""

SPACING = 0.015
"""Seconds from the start of one request to that of the next: of those that were begun at one
moment, a crash would leave it open which went out."""

TRIES = 6
"""Times that a request is made while Telegram says to wait."""

PATIENCE = 120.0
"""Seconds that Telegram may ask to wait; where it asks for more, the request is given up."""

PASSING_PATIENCE = 5.0
"""The same, for what nobody waits for longer: typing, answers to buttons and inline queries."""

_MARGIN = 0.2

_MESSAGES = frozenset({"sendMessage", "sendDocument"})
_EDITS = frozenset({"editMessageText", "editMessageReplyMarkup", "editMessageCaption"})
_PACED = _MESSAGES | _EDITS
_PASSING = frozenset({"sendChatAction", "answerCallbackQuery", "answerInlineQuery"})

_MINUTE = 60.0

# Chats kept before those are looked for that have been idle.
_MANY = 512

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class _Chat:
    """One chat's pace: one message after another, a second apart."""

    def __init__(self, group: bool, clock: Callable[[], float]) -> None:
        self.turn = asyncio.Lock()
        self.gap = Window(1, CHAT_SECONDS, clock)
        self.minute = Window(GROUP_MESSAGES_A_MINUTE, _MINUTE, clock) if group else None
        self.blocked = 0.0
        self.users = 0

    def idle(self, now: float) -> bool:
        return (
            self.users == 0
            and self.blocked <= now
            and self.gap.idle
            and (self.minute is None or self.minute.idle)
        )


class Pacing(BaseRateLimiter[int]):
    """Lets each request go when Telegram's limits allow it.

    Messages: at most 30 in any second over all chats (28 where the current update is not a quick
    one), a second apart in each chat, at most 20 a minute in a group. Edits count over all chats
    and in the minute of a group. All else does not wait. Where Telegram answers 429, requests to
    that chat wait as long as it says, and a request without a chat waits alone; each is made up
    to 6 times. ``rate_limit_args``: another number of times.

    Args:
        metrics: counts what is made again.
        clock: seconds that only grow.
    """

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._clock = clock
        self._overall = Window(MESSAGES_A_SECOND, 1.0, clock)
        # Whoever waits for a place holds the turn of its kind, so that places go in order.
        self._turns = {True: asyncio.Lock(), False: asyncio.Lock()}
        self._chats: dict[str, _Chat] = {}
        self._many = _MANY
        self._next_start = 0.0

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Make a request when its turn has come.

        Raises:
            RetryAfter: Telegram says to wait again and again, or for longer than is any use.
        """
        tries = rate_limit_args or TRIES
        patience = PASSING_PATIENCE if endpoint in _PASSING else PATIENCE
        chat_id = data.get("chat_id")
        async with self._chat(chat_id) as chat:
            for attempt in range(1, tries + 1):
                try:
                    async with self._allowed(endpoint, chat):
                        if endpoint in _MESSAGES and (current := CURRENT.get()) is not None:
                            await current.begin()
                        return await callback(*args, **kwargs)
                except RetryAfter as error:
                    seconds = _seconds(error)
                    if attempt == tries or seconds > patience:
                        raise
                    self._metrics.retried("flood")
                    if chat is not None:
                        chat.blocked = max(chat.blocked, self._clock() + seconds + _MARGIN)
                    if chat is None or endpoint not in _PACED:
                        await asyncio.sleep(seconds + _MARGIN)
        raise AssertionError("the last try returns or raises")

    @contextlib.asynccontextmanager
    async def _allowed(self, endpoint: str, chat: _Chat | None) -> AsyncIterator[None]:
        """The time in which a request may be under way."""
        if chat is None or endpoint not in _PACED:
            yield
            return
        async with contextlib.AsyncExitStack() as stack:
            if endpoint in _MESSAGES:
                await stack.enter_async_context(chat.turn)
            await until_free(lambda: max(0.0, chat.blocked - self._clock()))
            if endpoint in _MESSAGES:
                await until_free(chat.gap.wait)
                stack.enter_context(chat.gap.place())
            if chat.minute is not None:
                await until_free(chat.minute.wait)
                stack.enter_context(chat.minute.place())
            current = CURRENT.get()
            quick = current is not None and current.quick
            async with self._turns[quick]:
                await until_free(lambda: self._overall_wait(quick))
                stack.enter_context(self._overall.place())
                self._next_start = self._clock() + SPACING
            yield

    def _overall_wait(self, quick: bool) -> float:
        places = self._overall.wait(0 if quick else QUICK_PLACES)
        return max(places, self._next_start - self._clock(), 0.0)

    @contextlib.asynccontextmanager
    async def _chat(self, chat_id: Any) -> AsyncIterator[_Chat | None]:
        """The pace of a chat, kept while it is used and as long as it matters."""
        if chat_id is None:
            yield None
            return
        name = str(chat_id)
        if len(self._chats) >= self._many:
            self._forget_idle()
        chat = self._chats.get(name)
        if chat is None:
            # Ids of groups and channels are negative; names are those of public ones.
            group = not name.isdigit()
            chat = self._chats[name] = _Chat(group, self._clock)
        chat.users += 1
        try:
            yield chat
        finally:
            chat.users -= 1

    def _forget_idle(self) -> None:
        now = self._clock()
        self._chats = {name: chat for name, chat in self._chats.items() if not chat.idle(now)}
        self._many = max(_MANY, 2 * len(self._chats))


def _seconds(error: RetryAfter) -> float:
    # The public attribute warns, and changes its type with an environment variable.
    return error._retry_after.total_seconds()
