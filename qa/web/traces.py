"""What cleaning changed in reports, read again from their files where that costs little.

The index does not hold it, but names the file that each report was read from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.cleaning import Change
from corpus.library import read_entry
from corpus.readers.media import is_pdf, is_zip
from corpus.report import Report

MOST_READ = 2 << 20
"""Bytes of a file that is read again for one page; it takes about two seconds."""

MOST_READ_FOR_ALL = 8 << 20
"""Bytes of all files that are read again for the page on cleaning."""

_HEAD = 1024
"""Bytes by which a PDF or DOCX file is told from others; both take long to read."""


def trace_of(report: Report) -> Sequence[Change] | None:
    """The changes of a report; none where they are not known.

    So it is where the file is no longer what it was, or would take long to read: the page of the
    report is shown without them.
    """
    path = Path(report.origin)
    if not 0 < _size(path) <= MOST_READ:
        return None
    try:
        entry = read_entry(path)
    except Exception:
        # Whatever it is, it is about this file alone, which could be read once.
        return None
    return entry.trace if entry.report.text == report.text else None


def traces_of(reports: Sequence[Report]) -> dict[str, Sequence[Change]]:
    """Report id to changes, of the reports whose changes are known."""
    found = {}
    left = MOST_READ_FOR_ALL
    for report in reports:
        size = _size(Path(report.origin))
        if size > left:
            continue
        left -= size
        trace = trace_of(report)
        if trace is not None:
            found[report.id] = trace
    return found


def _size(path: Path) -> int:
    """Bytes of a file of text; 0 where there is none, or it is of another kind."""
    try:
        if not path.is_file():
            return 0
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return 0 if is_pdf(head, expected=True) or is_zip(head) else path.stat().st_size
    except (OSError, ValueError):
        return 0
