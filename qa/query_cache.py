"""Answers to questions that were asked before, for as long as the index is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

_V = TypeVar("_V")

KEPT = 512
"""Questions; each takes 50 to 100 KB."""


class QueryCache(Generic[_V]):
    """The values of the keys that were asked for last. Safe to share between threads.

    A key begins with the digest of what a value follows from, so that one cache may outlive an
    index: what another index gave is never found, and makes room in time.

    Args:
        kept: keys, at most; 0 to keep none.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._values: OrderedDict[Hashable, _V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable) -> _V | None:
        """The value of a key, or none."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Hashable, value: _V) -> None:
        """Keep a value; the one that was not asked for the longest gives way."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._kept:
                self._values.popitem(last=False)
