"""Questions off the event loop, one after another; those that would wait too long are put off."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")

THREADS = 1
"""Threads that answer. Two answer no more questions a second, for they take turns holding the
interpreter, but each takes twice as long."""


class Overloaded(Exception):
    """So many questions wait that this one would not be answered in time."""


class TookTooLong(Exception):
    """The answer did not come in time."""


class Asking:
    """A bounded queue of questions before the thread that answers them.

    Args:
        limit: questions that may wait or be answered at once.
        seconds: after which one is given up.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ask")
        self._lock = threading.Lock()
        self._open = 0
        self._begun: float | None = None

    @property
    def open(self) -> int:
        """Questions that wait or are being answered."""
        return self._open

    @property
    def stuck(self) -> bool:
        """Whether one question has taken so long that those behind it are given up."""
        begun = self._begun
        return begun is not None and time.monotonic() - begun > 2 * self._seconds

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do some work when its turn has come.

        Where the task that waits is cancelled, work whose turn has not come is never done.

        Raises:
            Overloaded: too much waits.
            TookTooLong: it was not done in time.
            Exception: what the work raises.
        """
        if self._open >= self._limit:
            raise Overloaded
        with self._lock:
            self._open += 1
        future = self._pool.submit(self._timed, work)
        # Counted until it is done, also where nobody waits for it any more: it still takes time.
        future.add_done_callback(self._done)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise TookTooLong from error

    def _timed(self, work: Callable[[], _T]) -> _T:
        self._begun = time.monotonic()
        try:
            return work()
        finally:
            self._begun = None

    def _done(self, _future: Future[_T]) -> None:
        with self._lock:
            self._open -= 1

    def close(self) -> None:
        """Finish what was begun, and drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)
