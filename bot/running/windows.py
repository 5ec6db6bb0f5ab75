"""A sliding window of time in which only so many requests may be."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterator

MARGIN = 0.005
"""Seconds that a window is made longer by, for clocks that round."""


class Window:
    """At most so many requests in any period, as the server sees them.

    A request reaches the server at some moment between its start and its end. One that starts a
    whole period after another's end is therefore a whole period later there, too, however long
    each was under way: requests count from their start until a period after their end.

    Args:
        limit: requests that may be in it.
        period: seconds.
        clock: seconds that only grow.
    """

    def __init__(self, limit: int, period: float, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.period = period + MARGIN
        self._clock = clock
        self._under_way = 0
        self._ended: deque[float] = deque()

    def wait(self, kept_free: int = 0) -> float:
        """Seconds until a request may start; 0 where it may now.

        While requests are under way it is only known that it cannot be sooner: ask again then.

        Args:
            kept_free: places that are for others.
        """
        now = self._clock()
        while self._ended and self._ended[0] + self.period <= now:
            self._ended.popleft()
        over = self._under_way + len(self._ended) - (self.limit - kept_free)
        if over < 0:
            return 0.0
        if over < len(self._ended):
            return self._ended[over] + self.period - now
        return self.period

    @property
    def idle(self) -> bool:
        """Whether there is nothing in it."""
        return self._under_way == 0 and self.wait(self.limit - 1) == 0

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for a request from now on; to be called right after ``wait`` gave 0."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._ended.append(self._clock())


async def until_free(wait: Callable[[], float]) -> None:
    """Sleep until ``wait`` gives 0; nothing else runs between that and the return."""
    while (seconds := wait()) > 0:
        await asyncio.sleep(seconds)
