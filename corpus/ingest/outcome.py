"""What became of each file and page that was to be added."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import CityqaError

if TYPE_CHECKING:
    from corpus.library import Entry

Status = Literal["added", "unchanged", "version", "duplicate", "left out"]


@dataclass(frozen=True, slots=True)
class Summary:
    """A report in brief: hundreds are kept until they are told about.

    Attributes:
        id, city, date, publisher, title: as of the report.
        passages: how many there are.
        changes: how many cleaning made.
    """

    id: str
    city: str
    date: datetime.date | None
    publisher: str | None
    title: str
    passages: int
    changes: int


def summary(entry: Entry) -> Summary:
    """A report in brief."""
    report = entry.report
    return Summary(
        id=report.id,
        city=report.city,
        date=report.date,
        publisher=report.publisher,
        title=report.title,
        passages=len(report.passages),
        changes=len(entry.trace),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source.

    Attributes:
        source: the path or address that was given.
        status: ``added``; ``unchanged``, for it was there with this text; ``version``, for its
            text took the place of an earlier one; ``duplicate``, for it was added as another copy
            of a report; ``left out``.
        report: the id; empty for what was left out.
        path: its file in the corpus folder.
        summary: of the report, where it was read.
        original: of a duplicate, the id of the report that it is a copy of.
        error: why it was left out.
    """

    source: str
    status: Status
    report: str = ""
    path: Path | None = None
    summary: Summary | None = None
    original: str = ""
    error: CityqaError | None = None


def counted(outcomes: Iterable[Outcome]) -> dict[Status, int]:
    """How many sources came to each end; all of them are there, in the order of ``Status``."""
    counts = Counter(outcome.status for outcome in outcomes)
    order: tuple[Status, ...] = ("added", "unchanged", "version", "duplicate", "left out")
    return {status: counts[status] for status in order}
