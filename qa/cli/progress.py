"""A progress bar on standard error; lines now and then where that is no terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.cli.output import complain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from qa.workspace import Progress

_STEPS = {
    "wait": "waiting for another process that builds this index",
    "read": "reading reports",
    "copies": "looking for copies",
    "embed": "embedding texts",
    "words": "writing words",
    "vectors": "arranging vectors",
    "check": "describing files",
    "calibrate": "calibrating",
    "store": "writing to the store",
    "ask": "asking questions",
    "add": "adding reports",
    "links": "trying addresses",
}

FEW = 100
"""Pieces of which no rate is told."""

SILENCE = 60.0
"""Seconds between two lines where there is no terminal, and before the first."""


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Shows each step from its first call on; nothing, and no cost, where there is none."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _lines()
        return
    with contextlib.ExitStack() as stack:
        bar: Bar | None = None
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            nonlocal bar
            if bar is None:
                bar = stack.enter_context(_bar())
            if step not in tasks:
                tasks[step] = bar.add_task(_STEPS[step], total=total)
            bar.update(tasks[step], completed=done)

        yield show


class StepTimes:
    """How long each step takes that a progress is told of, and how fast it goes.

    Args:
        progress: told of everything in its turn.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last: str | None = None
        self._at = time.monotonic()
        self._seconds: dict[str, float] = {}
        self._done: dict[str, tuple[int, int]] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell of a step."""
        now = time.monotonic()
        # What has passed counts for this step, unless it only begins.
        of = self._last if done == 0 and self._last is not None else step
        self._seconds[of] = self._seconds.get(of, 0.0) + now - self._at
        self._at, self._last = now, step
        first, _ = self._done.get(step, (done, done))
        self._done[step] = (first, done)
        self._progress(step, done, total)

    def lines(self) -> Iterator[str]:
        """One line a step that took a second or more, and how many seconds they took in all."""
        for step, seconds in self._seconds.items():
            if seconds >= 1.0:
                first, last = self._done[step]
                yield f"{_STEPS[step]}: {seconds:,.1f} s{_rate(last - first, seconds)}"


def _rate(done: int, seconds: float) -> str:
    """How fast a step goes; empty where a few long pieces would say nothing of it."""
    rate = done / seconds
    return f", {rate:,.0f} a second" if done >= FEW and rate >= 1 else ""


def _lines() -> Progress:
    last = time.monotonic()
    begun: dict[str, tuple[float, int]] = {}

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if step not in begun:
            begun[step] = (now, done)
        if now - last > SILENCE:
            last = now
            complain(f"{_STEPS[step]}: {done} of {total}{_left(*begun[step], now, done, total)}")

    return tell


def _left(begun: float, first: int, now: float, done: int, total: int) -> str:
    """How long a step will take at the rate so far; empty where there is none."""
    if done <= first or now <= begun:
        return ""
    minutes = (total - done) * (now - begun) / (done - first) / 60
    return f", about {minutes:,.0f} min left" if minutes >= 1 else ""


def _bar() -> Bar:
    # Imported here: most questions have nothing to wait for.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed and task.speed >= 1 else "")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    return Bar(*columns, console=Console(stderr=True), transient=True)
