"""Whether Telegram can be reached: one line in the log when it cannot, one when it can again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.running.logs import event

LOG = logging.getLogger(__name__)

FRESH = 120.0
"""Seconds since Telegram was last reached after which the bot counts as not well."""

TOKEN_PATIENCE = 300.0
"""Seconds for which a token that was good before may be refused: proxies do that now and then."""


class Reach:
    """When Telegram was last reached, and why it is not.

    Args:
        base_url: where the Bot API is served.
        clock: seconds that only grow.
    """

    def __init__(self, base_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._base_url = base_url
        self._clock = clock
        self._last: float | None = None
        self._trouble: str | None = None
        self._refused_since: float | None = None

    def reached(self) -> None:
        """Telegram answered."""
        if self._trouble is not None:
            event(LOG, logging.INFO, "telegram_reached", where=self._base_url)
        self._last = self._clock()
        self._trouble = self._refused_since = None

    def lost(self, error: TelegramError) -> None:
        """Telegram did not answer, or refused; said once for every kind of trouble."""
        name, reason = told(error)
        if name != "token_refused":
            self._refused_since = None
        elif self._refused_since is None:
            self._refused_since = self._clock()
        if name != self._trouble:
            self._trouble = name
            event(
                LOG,
                logging.WARNING,
                name,
                where=self._base_url,
                reason=reason,
                next="trying again until it is reached",
            )

    @property
    def token_is_wrong(self) -> bool:
        """Whether Telegram has refused the token for so long that it will not take it again."""
        return (
            self._refused_since is not None
            and self._clock() - self._refused_since >= TOKEN_PATIENCE
        )

    @property
    def trouble(self) -> str | None:
        """Why the bot is not well, or none where Telegram was reached lately."""
        if self._last is not None and self._clock() - self._last <= FRESH:
            return None
        return self._trouble or "telegram_not_reached"


def told(error: TelegramError) -> tuple[str, str]:
    """The event and the reason, as the log tells an error."""
    if isinstance(error, Conflict):
        return "telegram_conflict", "another program receives updates with this token"
    if isinstance(error, InvalidToken):
        return "token_refused", "Telegram refuses the token"
    cause = error.__cause__
    kind = type(error).__name__ if cause is None else type(cause).__name__
    return "telegram_unreachable", kind if cause is not None else f"{kind}: {error}"
