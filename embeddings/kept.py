"""What was made last, kept by how many there are and by their sizes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_V = TypeVar("_V")


class Kept(Generic[_V]):
    """Of what was made, the last that was asked for. Safe to share between threads.

    Args:
        most: how many are kept.
        sizes: of those kept, together at most.
        size: of one; nothing where sizes do not count.
    """

    def __init__(self, most: int, sizes: int = 0, size: Callable[[_V], int] = lambda _: 0) -> None:
        self._most = (most, sizes)
        self._size = size
        self._kept: OrderedDict[int, _V] = OrderedDict()
        self._sizes = 0
        self._lock = threading.Lock()

    def get(self, number: int, make: Callable[[], _V]) -> _V:
        """What is kept of a number, made where there is nothing.

        Raises:
            Exception: that of ``make``.
        """
        with self._lock:
            found = self._kept.get(number)
            if found is not None:
                self._kept.move_to_end(number)
                return found
        made = make()
        with self._lock:
            if number not in self._kept:
                self._kept[number] = made
                self._sizes += self._size(made)
            # One that is larger than all that may be kept is kept alone: of a report, for the
            # passages that are asked for one by one.
            while len(self._kept) > 1 and (
                len(self._kept) > self._most[0] or self._sizes > self._most[1]
            ):
                self._sizes -= self._size(self._kept.popitem(last=False)[1])
        return made
