"""What citations need and a report does not tell: city, title, publisher, date."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from corpus.doctor.finding import Finding, about
from corpus.library import OVERRIDES, Entry

EARLIEST: Final = datetime.date(1949, 10, 1)
"""An earlier date is rather a misread number."""


def faults(entry: Entry, today: datetime.date) -> Iterator[Finding]:
    """Missing and impossible metadata of a report."""
    report = entry.report
    table = entry.path.parent / OVERRIDES

    def state(line: str) -> str:
        return f"write {line} under [{entry.path.stem}] in {table}"

    if not report.city:
        what = "no city was found, so that no question that names one reaches it"
        yield about(entry, "city", what, state('city = "…"'))
    if report.title.startswith("[") and report.title.endswith("]"):
        what = "no title was found; its opening words stand for it"
        yield about(entry, "title", what, state('title = "…"'))
    if not report.publisher:
        yield about(entry, "publisher", "no publisher was found", state('publisher = "…"'))
    if report.date is None:
        what = "no date was found, so that newer reports of its city go before it"
        yield about(entry, "date", what, state("date = 2021-12-31"))
    elif report.date > today:
        what = f"its date {report.date} is in the future"
        yield about(entry, "future", what, state("date = 2021-12-31"))
    elif report.date < EARLIEST:
        yield about(entry, "date", f"its date {report.date} is odd", state("date = 2021-12-31"))
