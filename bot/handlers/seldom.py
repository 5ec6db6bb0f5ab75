"""What is said again only after a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Seldom:
    """Says whether something may be said again; what is too many to remember is forgotten.

    Args:
        seconds: from one time to the next, of the same thing.
        clock: seconds that only go forward.
        keep: things remembered, the latest.
    """

    def __init__(
        self, seconds: float, *, clock: Callable[[], float] = time.monotonic, keep: int = 4096
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._keep = keep
        self._said: OrderedDict[Hashable, float] = OrderedDict()

    def admits(self, thing: Hashable) -> bool:
        """Whether it was not said within the last while; then it counts as said now."""
        now = self._clock()
        last = self._said.get(thing)
        if last is not None and now - last < self._seconds:
            return False
        self._said[thing] = now
        self._said.move_to_end(thing)
        while len(self._said) > self._keep:
            self._said.popitem(last=False)
        return True
