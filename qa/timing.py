"""How long the steps of an answer take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Timings:
    """Milliseconds by step, added up over all times that a step is taken. Of one thread.

    Attributes:
        steps: in the order in which they were first taken.
    """

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._started = time.perf_counter()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time that a block takes to a step."""
        started = time.perf_counter()
        try:
            yield
        finally:
            taken = (time.perf_counter() - started) * 1000
            self.steps[name] = self.steps.get(name, 0.0) + taken

    def total(self) -> dict[str, float]:
        """The steps, and as ``total`` the time since this was made."""
        return {**self.steps, "total": (time.perf_counter() - self._started) * 1000}
