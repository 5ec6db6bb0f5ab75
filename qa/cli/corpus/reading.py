"""The reports of the settings, read, for the commands that tell about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.errors import UnknownReport
from qa.cli.output import warn
from qa.settings import Settings
from qa.workspace import corpus_folders, left_out_lines

if TYPE_CHECKING:
    from corpus.library import Entry, Library


def read(settings: Settings) -> Library:
    """The reports, with a warning for each file that is none."""
    from corpus.library import read_library
    from qa.cli.progress import progress_bar

    with progress_bar() as progress:
        library = read_library(
            corpus_folders(settings), progress=lambda done, total: progress("read", done, total)
        )
    for line in left_out_lines(library):
        warn(line)
    return library


def entry_of(library: Library, name: str) -> Entry:
    """The report with an id.

    Raises:
        UnknownReport: there is none; it names those that there are.
    """
    for entry in library.entries:
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
    }
