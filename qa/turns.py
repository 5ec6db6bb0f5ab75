"""Whose turn it is: of many threads that work at once, a few, in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """Lets a few threads work at a time; the others wait, and who came first goes first.

    A question is a thousand short operations, and threads that take turns at each of them spend
    more time on changing places than on the work.

    Args:
        at_once: threads that may work at the same time, at least 1.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and end it with the context."""
        gate: Lock | None = None
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                gate = Lock()
                gate.acquire()
                self._waiting.append(gate)
        if gate is not None:
            try:
                gate.acquire()
            except BaseException:
                self._give_up(gate)
                raise
        try:
            yield
        finally:
            self._end()

    def _end(self) -> None:
        """Hand the turn to who has waited the longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _give_up(self, gate: Lock) -> None:
        """Interrupted while waiting: nobody hands a turn to who is gone."""
        with self._lock:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return
        self._end()
