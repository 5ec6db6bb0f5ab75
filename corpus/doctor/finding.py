"""One thing that is wrong with a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.library import Entry

SHOWN = 24
"""Characters of a text that is quoted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Attributes:
        check: its kind: ``city``, ``date``, ``mojibake``, ``boilerplate`` and so on.
        report: the id; empty where it is about a file that is no report.
        path: the file to look at.
        what: is wrong.
        mend: what can be done.
        passage: the id, where it is about one.
    """

    check: str
    report: str
    path: Path
    what: str
    mend: str
    passage: str | None = None


def about(entry: Entry, check: str, what: str, mend: str, passage: str | None = None) -> Finding:
    """A fault of a report."""
    return Finding(check, entry.report.id, entry.path, what, mend, passage)


def quoted(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return f"“{line[:SHOWN]}{'…' if len(line) > SHOWN else ''}”"


def times(count: int) -> str:
    """``once``, ``3 times``."""
    return "once" if count == 1 else f"{count} times"
