"""Work that many may ask for at once and that is done once, beside the questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from qa.web.asking import Overloaded, TookTooLong

_K = TypeVar("_K")
_V = TypeVar("_V")


class Making(Generic[_K, _V]):
    """A bounded queue of things to make; whoever asks for one that is in it waits for that one.

    Args:
        limit: things that may wait or be made at once.
        seconds: after which one is given up by who waits for it; it is made all the same.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        # One, as for questions: two would only take turns.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="make")
        self._open: dict[_K, Future[_V]] = {}

    async def once(self, key: _K, make: Callable[[], _V]) -> _V:
        """What ``make`` makes; to be called from one event loop.

        Args:
            key: the same for the same thing.
            make: keeps what it made, where that is not to be made again.

        Raises:
            Overloaded: too much waits.
            TookTooLong: it was not made in time.
            Exception: what the making raises, told to everyone who waits for it.
        """
        future = self._open.get(key)
        if future is None:
            if len(self._open) >= self._limit:
                raise Overloaded
            future = self._pool.submit(make)
            self._open[key] = future
            future.add_done_callback(lambda _: self._open.pop(key, None))
        try:
            async with asyncio.timeout(self._seconds):
                # One who goes away takes it from nobody else.
                return await asyncio.shield(asyncio.wrap_future(future))
        except TimeoutError as error:
            raise TookTooLong from error

    def close(self) -> None:
        """Finish what was begun, and drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)
