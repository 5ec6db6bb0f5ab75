"""``cityqa corpus watch``."""

from __future__ import annotations

import datetime
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from corpus.errors import CityqaError, UsageError
from qa.cli.options import corpus_option, effective, index_option, model_option
from qa.cli.output import complain, say
from qa.settings import IndexPlace, Settings, expanded
from qa.workspace import bring_up_to_date, corpus_folders, embedder_of

if TYPE_CHECKING:
    from corpus.ingest.watching import Change, Reading, Stamp
    from corpus.library import Entry
    from embeddings.embedder import Embedder

_SIGNS = {"new": "+", "changed": "~", "removed": "-"}


@click.command()
@click.argument("watched", nargs=-1, metavar="[DIR]...")
@corpus_option
@index_option
@model_option
@click.option(
    "--interval",
    type=click.FloatRange(0.05, 3600),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks at the folder.",
)
@click.option(
    "--settle",
    type=click.FloatRange(0, 3600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="Without a change, before changes are taken up.",
)
def watch(
    watched: tuple[str, ...],
    folders: tuple[Path, ...],
    folder: IndexPlace | None,
    model: str | None,
    interval: float,
    settle: float,
) -> None:
    """Keep the index of DIR, or of the corpus, up to date until stopped.

    A line tells of each file that is new (+), changed (~), gone (-) or no report (!), and one of
    each index made. Files that are still being written are waited for.
    """
    from corpus.ingest.watching import Reading, look, settled
    from embeddings.threads import usable_cores

    named = tuple(expanded(name) for name in watched)
    if named and folders:
        raise UsageError("folders are named twice", mend="name them as DIR or with --corpus")
    settings = effective(corpus=named or folders, index=folder, model=model)
    places = corpus_folders(settings)
    for place in named or folders:
        if not place.is_dir():
            raise UsageError("there is no such folder", where=str(place), mend="make it first")
    signal.signal(signal.SIGTERM, _stop)
    try:
        embedder = embedder_of(settings)
        reading = Reading(places, jobs=usable_cores())
        _read(reading, look(places), ())
        _index(settings, reading, embedder)
        say(f"watching {', '.join(map(str, places))}")
        for changes, stamps in settled(places, reading.stamps, interval=interval, settle=settle):
            _read(reading, stamps, changes)
            _index(settings, reading, embedder)
    except KeyboardInterrupt:
        # The index is the one before or the one after; nothing is half done.
        say("stopped")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _read(reading: Reading, stamps: Mapping[Path, Stamp], changes: Sequence[Change]) -> None:
    read = reading.update(stamps)
    for change in changes:
        result = read.get(change.path)
        if isinstance(result, CityqaError):
            continue
        told = f": {_brief(result)}" if result is not None else ""
        say(f"{_now()} {_SIGNS[change.kind]} {change.path}{told}")
    for path, result in read.items():
        if isinstance(result, CityqaError):
            mend = f"; {result.mend}" if result.mend else ""
            say(f"{_now()} ! {path}: {result.what}{mend}")


def _brief(entry: Entry) -> str:
    report = entry.report
    return f"{report.id}, {report.city or '(no city)'}, {len(report.passages)} passages"


def _index(settings: Settings, reading: Reading, embedder: Embedder) -> None:
    try:
        snapshot = bring_up_to_date(settings, reading.library, embedder)
    except CityqaError as error:
        # Whatever it is, the next change may mend it; who asks has the index before.
        complain(str(error))
        return
    manifest = snapshot.manifest
    say(
        f"{_now()} index: {len(manifest.reports)} reports, {manifest.passages} passages, "
        f"in {settings.index or snapshot.folder.parent}"
    )


def _now() -> str:
    return datetime.datetime.now().astimezone().strftime("%H:%M:%S")
