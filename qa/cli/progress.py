"""A progress bar on standard error, on a terminal only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from qa.workspace import Progress

_STEPS = {"read": "reading reports", "embed": "embedding texts"}


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar a step, made when a step begins; where there is no terminal, one line a step."""
    if not sys.stderr.isatty():
        begun: set[str] = set()

        def tell(step: str, _done: int, total: int) -> None:
            if step not in begun:
                begun.add(step)
                sys.stderr.write(f"cityqa: {_STEPS[step]} ({total})\n")

        yield tell
        return
    # Imported here: most questions have nothing to wait for.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(_STEPS[step], total=total)
            bar.update(tasks[step], completed=done)

        yield show
