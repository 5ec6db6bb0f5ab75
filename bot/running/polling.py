"""Asks Telegram for updates, again and again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from telegram.error import Conflict, RetryAfter, TelegramError

from bot.running.filling import whole_number
from bot.running.intake import WANTED, Intake
from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.running.reach import Reach
from bot.running.tokens import wrong_token

LOG = logging.getLogger(__name__)

LONG = 20
"""Seconds that Telegram keeps a request open until there is an update."""

LONGEST_WAIT = 15.0
"""Seconds between two tries while Telegram cannot be reached."""

MOST_OPEN = 4000
"""Updates not finished above which no more are asked for; Telegram keeps them meanwhile."""

GRACE = 0.3
"""Seconds at the end for an answer that is under way: some servers count as received what they
have given, and do not give it again."""

# A server that answers at once where it has nothing is asked this often, in seconds.
_PAUSE = 0.3


class Polling:
    """Long polling with an own loop.

    Not PTB's ``Updater``, because there a batch with one update that cannot be parsed comes again
    for ever, and a 401 that a proxy made up ends it.

    Args:
        bot: to ask with.
        intake: for what comes.
        reach: told how it goes.
        open_updates: how many are not finished.
    """

    def __init__(
        self, bot: LenientBot, intake: Intake, reach: Reach, open_updates: Callable[[], int]
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._reach = reach
        self._open = open_updates
        self._offset: int | None = None

    async def run(self) -> None:
        """Ask until cancelled; what comes within moments of that is still taken.

        Raises:
            SettingsError: Telegram has refused the token for minutes.
        """
        await self._bot.delete_webhook()
        wait = 0.0
        while True:
            try:
                began = time.monotonic()
                raws = await self._unhurried(LONG)
            except TelegramError as error:
                self._reach.lost(error)
                if self._reach.token_is_wrong:
                    raise wrong_token() from error
                wait = min(max(0.5, wait * 2), LONGEST_WAIT)
                if isinstance(error, RetryAfter):
                    wait = max(wait, error._retry_after.total_seconds())
                await asyncio.sleep(wait)
                if isinstance(error, Conflict) and "webhook" in error.message.lower():
                    await self._bot.delete_webhook()
                continue
            self._reach.reached()
            wait = 0.0
            await self._take(raws)
            if not raws and time.monotonic() - began < _PAUSE:
                await asyncio.sleep(_PAUSE)
            while self._open() > MOST_OPEN:
                await asyncio.sleep(_PAUSE)

    async def confirm(self) -> None:
        """Tell Telegram what has been received, so that it does not come again.

        What comes instead is taken: it waits in the inbox for the next start.
        """
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(2):
                raws = await self._bot.call(
                    "getUpdates", {"offset": self._offset, "limit": 1, "timeout": 0}
                )
            if isinstance(raws, list):
                await self._intake.take(raws)
        except (TelegramError, TimeoutError) as error:
            # It comes again and is dropped: the inbox knows it.
            event(LOG, logging.INFO, "not_confirmed", error=type(error).__name__)

    async def _unhurried(self, seconds: int) -> list[Any]:
        """Ask; where that is cancelled, an answer that comes at once goes into the inbox."""
        asking = asyncio.create_task(self._ask(seconds))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            await asyncio.wait({asking}, timeout=GRACE)
            if not asking.cancel() and asking.exception() is None:
                await self._take(asking.result())
            await asyncio.gather(asking, return_exceptions=True)
            raise

    async def _ask(self, seconds: int) -> list[Any]:
        request = {"offset": self._offset, "timeout": seconds, "allowed_updates": list(WANTED)}
        found = await self._bot.call("getUpdates", request, read_seconds=seconds + 10)
        if not isinstance(found, list):
            raise TelegramError("getUpdates gave no list")
        return found

    async def _take(self, raws: list[Any]) -> None:
        await self._intake.take(raws)
        # Only now: what the next request confirms must be in the inbox.
        numbers = [whole_number(raw.get("update_id")) for raw in raws if isinstance(raw, dict)]
        known = [number for number in numbers if isinstance(number, int)]
        if known:
            self._offset = max(known) + 1
        elif raws:
            event(LOG, logging.WARNING, "updates_without_ids", count=len(raws))
            await asyncio.sleep(1)
