"""The update that is being handled, known to whatever is called while it is."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar


class Current:
    """One update on its way through the handlers.

    Args:
        begin: notes that an answer to it is about to go out; called once.
        quick: whether it goes before answers.
        received: seconds of ``time.monotonic`` at which it came.
        alone: whether no other of its chat waited with it, so that nobody can take its answer for
            that of another.
    """

    def __init__(
        self,
        begin: Callable[[], Awaitable[None]] | None = None,
        *,
        quick: bool = False,
        received: float | None = None,
        alone: bool = True,
    ) -> None:
        self._begin = begin
        self.quick = quick
        self.alone = alone
        self.received = time.monotonic() if received is None else received

    async def begin(self) -> None:
        """Note, once, that from now on an answer to it may have gone out."""
        begin, self._begin = self._begin, None
        if begin is not None:
            await begin()

    @property
    def seconds(self) -> float:
        """Since it came."""
        return time.monotonic() - self.received


CURRENT: ContextVar[Current | None] = ContextVar("current update", default=None)
"""None outside of the handling of an update."""


def seconds_since_receipt() -> float:
    """Seconds since the current update came; 0 where there is none."""
    current = CURRENT.get()
    return 0.0 if current is None else current.seconds


def is_alone() -> bool:
    """Whether no other update of its chat waited with the current one."""
    current = CURRENT.get()
    return current is None or current.alone
