"""``cityqa corpus doctor``."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import click

from corpus.errors import CorpusError
from qa.cli.options import corpus_option, effective
from qa.cli.output import say, say_json
from qa.workspace import corpus_folders


@click.command()
@corpus_option
@click.option("--strict", is_flag=True, help="Exit with 1 where something is found.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array and nothing else.")
def doctor(folders: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Tell what is wrong with the reports, a line each, and how to mend it.

    Missing city, date, title or publisher, misread characters, lines that belong to the page,
    passages of odd size or that no question can reach, ids that two files have, and statements in
    reports.toml about files that are not there.
    """
    from corpus.doctor import examine
    from corpus.library import read_library
    from embeddings.threads import usable_cores
    from qa.cli.progress import progress_bar

    places = corpus_folders(effective(corpus=folders))
    with progress_bar() as progress:
        library = read_library(
            places,
            progress=lambda done, total: progress("read", done, total),
            jobs=usable_cores(),
        )
    found = examine(library, places, today=datetime.datetime.now(datetime.UTC).date())
    if as_json:
        say_json(
            [
                {
                    "check": one.check,
                    "report": one.report or None,
                    "passage": one.passage,
                    "path": str(one.path),
                    "what": one.what,
                    "mend": one.mend,
                }
                for one in found
            ]
        )
    else:
        for one in found:
            where = one.passage or one.report or str(one.path)
            say(f"{one.check}: {where}: {one.what}; {one.mend}")
        counts = Counter(one.check for one in found)
        counted = ", ".join(f"{count} {check}" for check, count in sorted(counts.items()))
        say(f"{len(library.entries)} reports, {counted or 'nothing found'}")
    if strict and found:
        raise CorpusError(f"{len(found)} faults were found")
