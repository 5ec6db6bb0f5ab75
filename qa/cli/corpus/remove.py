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
    """Remove REPORT: its file and its earlier versions are deleted.

    An index that was not named follows at the next question. A report that other copies are known
    of lives on in the first of them.
    """
    from corpus.ingest.disk import locked
    from corpus.ingest.stated import unstate
    from corpus.ingest.target import remove as delete
    from corpus.library import SHIPPED

    entry = entry_of(read(effective(corpus=folders)), report)
    if entry.path.is_relative_to(SHIPPED):
        raise UsageError(
            f"{report} comes with the program and cannot be removed",
            mend="name your own folders in CITYQA_CORPUS to work without the shipped reports",
        )
    if not yes:
        click.confirm(f"Delete {entry.path}?", abort=True)
    folder = entry.path.parent
    with locked(folder):
        versions = delete(entry.path)
        for name in (entry.path.stem, entry.path.name):
            unstate(folder, name)
    earlier = f", with {versions} earlier version{'s' * (versions > 1)}" if versions else ""
    say(f"{report} removed: {entry.path}{earlier}")
