"""The reports read last, kept by how many they are and by their characters."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class _Text(Protocol):
    @property
    def text(self) -> str: ...


_V = TypeVar("_V", bound=_Text)


class KeptReports(Generic[_V]):
    """Of what was made of reports, the last that were asked for. Safe to share between threads.

    Args:
        most: reports kept.
        characters: of their texts, at most.
    """

    def __init__(self, most: int, characters: int) -> None:
        self._most = (most, characters)
        self._kept: OrderedDict[int, _V] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def get(self, number: int, make: Callable[[], _V]) -> _V:
        """What is kept of a report, made where there is nothing.

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
                self._characters += len(made.text)
            # One that is larger than all that may be kept is kept alone, for the passages that
            # are asked for one by one.
            while len(self._kept) > 1 and (
                len(self._kept) > self._most[0] or self._characters > self._most[1]
            ):
                self._characters -= len(self._kept.popitem(last=False)[1].text)
        return made
