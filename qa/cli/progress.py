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

    from qa.workspace import Progress

_STEPS = {
    "wait": "waiting for another process that builds this index",
    "read": "reading reports",
    "embed": "embedding texts",
    "store": "writing to the store",
    "ask": "asking questions",
    "add": "adding reports",
    "links": "trying addresses",
}

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
        tasks = {}

        def show(step: str, done: int, total: int) -> None:
            nonlocal bar
            if bar is None:
                bar = stack.enter_context(_bar())
            if step not in tasks:
                tasks[step] = bar.add_task(_STEPS[step], total=total)
            bar.update(tasks[step], completed=done)

        yield show


def _lines() -> Progress:
    last = time.monotonic()

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > SILENCE:
            last = time.monotonic()
            complain(f"{_STEPS[step]}: {done} of {total}")

    return tell


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
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    return Bar(*columns, console=Console(stderr=True), transient=True)
