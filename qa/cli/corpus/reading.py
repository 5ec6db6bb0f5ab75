"""The reports of the settings, read, for the commands that tell about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import UnknownReport
from qa.cli.output import warn
from qa.corpus_reports import left_out_lines
from qa.settings import Settings
from qa.workspace import corpus_folders

if TYPE_CHECKING:
    from corpus.library import Entry, Library
    from corpus.report import Source


def read(settings: Settings) -> Library:
    """The reports, with a warning for each file that is none."""
    from corpus.library import read_library
    from embeddings.threads import usable_cores
    from qa.cli.progress import progress_bar

    with progress_bar() as progress:
        library = read_library(
            corpus_folders(settings),
            progress=lambda done, total: progress("read", done, total),
            jobs=usable_cores(),
        )
    for line in left_out_lines(library.left_out):
        warn(line)
    return library


def entry_of(library: Library, name: str) -> Entry:
    """The report with an id.

    Raises:
        UnknownReport: there is none; it names those that there are.
    """
    for entry in (*library.entries, *library.copies):
        if entry.report.id == name:
            return entry
    known = ", ".join(report.id for report in library.reports)
    raise UnknownReport(f"there is no report {name}", mend=f"the reports are {known}")


def facts(entry: Entry) -> dict[str, object]:
    """What is known of a report, as plain values."""
    report = entry.report
    return {
        "id": report.id,
        "kind": report.kind,
        "city": report.city,
        "aliases": list(report.aliases),
        "title": report.title,
        "source_title": report.source_title,
        "publisher": report.publisher,
        "authors": list(report.authors),
        "date": report.date.isoformat() if report.date else None,
        "url": report.url,
        "language": report.language,
        "passages": len(report.passages),
        "sentences": sum(len(passage.sentences) for passage in report.passages),
        "path": str(entry.path),
        "mirrors": [source_facts(mirror) for mirror in report.mirrors],
    }


def source_facts(source: Source) -> dict[str, object]:
    """What is known of another copy of a report, as plain values."""
    return {
        "id": source.id,
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "url": source.url,
        "path": source.origin,
    }


def source_line(source: Source) -> str:
    """Another copy of a report in one line."""
    parts = (
        source.id,
        source.publisher or "(no publisher)",
        source.date.isoformat() if source.date else "(no date)",
        source.url or source.origin,
    )
    return "  ".join(parts)
