"""``cityqa site build``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import EmptyCorpus, UsageError
from qa.cli.options import corpus_option, effective, index_option
from qa.cli.output import say, warn
from qa.corpus_reports import left_out_lines
from qa.index_place import open_place
from qa.settings import IndexPlace, Settings, expanded
from qa.workspace import corpus_folders

if TYPE_CHECKING:
    from corpus.library import Library
    from corpus.pages.site import Site
    from corpus.report import Described, Report


@click.group()
def site() -> None:
    """Write the report pages as a static site."""


def _out(_context: click.Context, _parameter: click.Parameter, value: str) -> Path:
    if not value.strip():
        raise click.BadParameter("the name of the folder is empty")
    return expanded(value)


@site.command()
@corpus_option
@index_option
@click.option(
    "--out", required=True, metavar="DIR", callback=_out, help="The folder to write the site into."
)
def build(folders: tuple[Path, ...], folder: IndexPlace | None, out: Path) -> None:
    """Write one page a report, an index of cities, and a page on how the texts were cleaned.

    Any static host can serve the folder; CITYQA_PUBLIC_URL tells the pages where it does. Written
    again, the site is brought up to date file by file, pages of reports that are gone are removed,
    and links to passages whose text changed lead to what took their place.
    """
    from corpus.pages.site import site_files
    from corpus.pages.site_folder import check_folder, write_site

    settings = effective(corpus=folders, index=folder)
    if folders and folder is None:
        settings = settings.model_copy(update={"index": None})
    check_folder(out)
    _check_apart(out, corpus_folders(settings))
    made = _site(settings, out)
    done = write_site(site_files(made), out)
    cities = len({report.city for report in made.listed if report.city})
    passages = sum(report.passage_count for report in made.listed)
    say(
        f"{len(made.reports)} reports of {cities} cities, {passages} passages, "
        f"{len(made.moved)} old ids; {done.written} files written, {done.same} as they were, "
        f"{done.removed} removed: {out}"
    )


def _check_apart(out: Path, folders: Sequence[Path]) -> None:
    """The site is none of the corpus, which would take its pages for reports.

    Raises:
        UsageError: it lies in a folder of reports.
    """
    for folder in folders:
        if out.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                "lies in a folder of reports, where its pages would be read as reports",
                where=str(out),
                mend="name a folder elsewhere with --out",
            )


def _site(settings: Settings, out: Path) -> Site:
    from corpus.pages.former import moved_since_site
    from corpus.pages.site import Site
    from corpus.pages.site_folder import site_names

    if settings.index is not None:
        snapshot = open_place(settings)
        # Read one by one, as often as they are asked for.
        reports: Collection[Report] = snapshot.reports.values()
        heads: Collection[Described] | None = snapshot.heads.values()
        moved = dict(snapshot.moved)
        traces = {}
        try:
            library = _read(settings)
        except EmptyCorpus:
            # The index has all but what cleaning changed.
            library = None
        for entry in library.entries if library else ():
            indexed = snapshot.reports.get(entry.report.id)
            if indexed is not None and indexed.text == entry.report.text:
                traces[indexed.id] = entry.trace
    else:
        from embeddings.moved import moved_since
        from qa.workspace import cached_index

        library = _read(settings)
        reports, heads = library.reports, None
        moved = moved_since(cached_index(settings, corpus_folders(settings)), reports)
        traces = {entry.report.id: entry.trace for entry in library.entries}
    earlier = moved_since_site(out, reports) if site_names(out) else {}
    base = str(settings.public_url) if settings.public_url else None
    return Site(reports, traces, {**earlier, **moved}, base, heads)


def _read(settings: Settings) -> Library:
    from corpus.library import read_library
    from qa.cli.progress import progress_bar

    with progress_bar() as progress:
        library = read_library(
            corpus_folders(settings), progress=lambda done, total: progress("read", done, total)
        )
    for line in left_out_lines(library.left_out):
        warn(line)
    return library
