"""An event loop in which sleeping takes no time: its clock jumps to the next thing to do."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Jumping(selectors.SelectSelector):
    """Does not wait for what it is told to wait for, but adds it up."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is not None and timeout > 0:
            self.waited += timeout
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.waited


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run work that only sleeps; nothing from outside comes in meanwhile."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


def now() -> float:
    """The clock of the running loop, in seconds."""
    return asyncio.get_running_loop().time()
