"""``cityqa corpus remove``."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.errors import UsageError
from qa.cli.corpus.reading import entry_of, read
from qa.cli.options import corpus_option, effective
from qa.cli.output import say


@click.command()
@click.argument("report")
@corpus_option
@click.option("--yes", is_flag=True, help="Do not ask before the file is deleted.")
def remove(report: str, folders: tuple[Path, ...], yes: bool) -> None:
    """Remove REPORT: its file is deleted, the index follows at the next question."""
    from corpus.adding import remove_entry
    from corpus.library import SHIPPED

    entry = entry_of(read(effective(corpus=folders)), report)
    if entry.path.is_relative_to(SHIPPED):
        raise UsageError(
            f"{report} comes with the program and cannot be removed",
            mend="name your own folders in CITYQA_CORPUS to work without the shipped reports",
        )
    if not yes:
        click.confirm(f"Delete {entry.path}?", abort=True)
    remove_entry(entry)
    say(f"{report} removed: {entry.path}")
