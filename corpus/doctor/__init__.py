"""What is wrong with the reports of a corpus, and how to mend it: a module a kind of fault."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from corpus.doctor import boilerplate, files, metadata, passages, remains
from corpus.doctor.finding import Finding
from corpus.library import Library

__all__ = ["Finding", "examine"]


def examine(
    library: Library, folders: Sequence[Path], *, today: datetime.date
) -> tuple[Finding, ...]:
    """The faults of the reports of some folders: those of files first, then report by report.

    Args:
        library: the folders as read.
        folders: in order.
        today: a later date is one in the future.

    Raises:
        EmptyCorpus, MetadataError, StorageError: as reading the folders.
    """
    found = [*files.faults(library, folders)]
    recurring = boilerplate.recurring(library.reports)
    twins = passages.twins(library.reports)
    for entry in library.entries:
        found += metadata.faults(entry, today)
        found += remains.faults(entry)
        found += boilerplate.faults(entry, recurring)
        found += passages.faults(entry, twins)
    return tuple(found)
