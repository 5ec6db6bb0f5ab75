"""Requests that fail, and which of them are made again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeVar

import httpx
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.running.metrics import Metrics
from bot.running.requests import CutOff, UnknownMethod

TRIES = 6
"""Times that a request is made."""

PATIENCE = 60.0
"""Seconds from the first try after which none is begun."""

FIRST_WAIT = 0.5
"""Seconds before the second try; each later wait is twice as long."""

_T = TypeVar("_T")

# What httpx raises before anything of the request has gone out.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Failure(StrEnum):
    """Why a request failed."""

    UNSENT = "unreachable"  # no connection: nothing went out
    DROPPED = "dropped"  # the connection ended before the request was carried out
    CUT = "cut"  # it ended without an answer: the request may have been carried out
    SERVER = "server"  # 5xx
    SILENT = "timeout"  # no answer in time: it may have been done
    FLOOD = "flood"  # Telegram says to wait, again and again
    FORBIDDEN = "forbidden"  # blocked by the user, removed from the group
    REFUSED = "refused"  # 400: something is wrong with the request
    TOKEN = "token"  # 401
    UNKNOWN = "unknown_method"  # 404, 405, 501
    OTHER = "other"


AGAIN = frozenset({Failure.UNSENT, Failure.DROPPED, Failure.SERVER, Failure.TOKEN})
"""Failures after which any request is made again: proxies make up a 401 now and then."""

MAYBE_DONE = frozenset({Failure.SILENT, Failure.CUT})
"""Failures after which the request may have been carried out."""

AGAIN_IF_REPEATABLE = AGAIN | MAYBE_DONE
"""The same for a request that may be done twice without anybody noticing."""


def failure_of(error: TelegramError) -> Failure:
    """Why a request failed, from what PTB raised."""
    cause = error.__cause__
    if isinstance(error, Forbidden):
        return Failure.FORBIDDEN
    if isinstance(error, BadRequest):
        return Failure.REFUSED
    if isinstance(error, RetryAfter):
        return Failure.FLOOD
    if isinstance(error, UnknownMethod):
        return Failure.UNKNOWN
    if isinstance(error, InvalidToken):
        # PTB raises it for 404, too. A token that was good does not become a malformed one.
        known = "unauthorized" in error.message.lower()
        return Failure.TOKEN if known else Failure.UNKNOWN
    if isinstance(error, CutOff):
        return Failure.CUT
    if isinstance(cause, _UNSENT):
        return Failure.UNSENT
    if isinstance(error, TimedOut):
        return Failure.SILENT
    if isinstance(error, NetworkError):
        return Failure.DROPPED if isinstance(cause, httpx.HTTPError) else Failure.SERVER
    return Failure.OTHER if not isinstance(error, Conflict) else Failure.SERVER


async def persistently(
    request: Callable[[], Awaitable[_T]],
    metrics: Metrics,
    *,
    repeatable: bool,
    patience: float = PATIENCE,
) -> _T:
    """Make a request, again where that may help and does no harm.

    Args:
        request: makes it once.
        metrics: counts what is made again.
        repeatable: whether it may be made again where it may have been done: an edit, not a
            message, which is made again once where its connection ended, and not where it only
            got no answer in time.
        patience: seconds from the first try after which none is begun.

    Raises:
        TelegramError: of the last try.
    """
    again = AGAIN_IF_REPEATABLE if repeatable else AGAIN
    # A question left without an answer is worse than an answer that is there twice, and most
    # connections that end so were closed before the request was looked at.
    cuts_left = TRIES if repeatable else 1
    end = time.monotonic() + patience
    wait = FIRST_WAIT
    for tries_left in range(TRIES - 1, -1, -1):
        try:
            return await request()
        except TelegramError as error:
            failure = failure_of(error)
            if failure is Failure.CUT:
                cuts_left -= 1
            wanted = cuts_left >= 0 if failure is Failure.CUT else failure in again
            if not wanted or not tries_left or time.monotonic() + wait > end:
                raise
            metrics.retried(failure.value)
        await asyncio.sleep(wait)
        wait *= 2
    raise AssertionError("the last try returns or raises")
