"""What SQLite says is wrong, as errors that a user can act on."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import CityqaError, FeedbackDamaged, FeedbackNewer, StorageError
from qa.feedback.migrations import LATEST

ELSEWHERE = "name another folder in CITYQA_STATE"


@contextlib.contextmanager
def store_faults(path: Path) -> Iterator[None]:
    """Raise what SQLite and the disk refuse as one of our errors.

    Raises:
        FeedbackDamaged: the file is no store, cut short or changed.
        StorageError: full, no permission, read-only, or locked for too long.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _fault(error, path) from error
    except OSError as error:
        raise StorageError(
            f"feedback cannot be kept here ({error.strerror or error})",
            where=str(path),
            mend=ELSEWHERE,
        ) from error


def _fault(error: sqlite3.Error, path: Path) -> CityqaError:
    # Extended codes tell more in their upper bytes: https://www.sqlite.org/rescode.html.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    where = str(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError(
            "another process has kept the feedback store locked", where=where, mend="try again"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StorageError(
            "no permission to read and write the feedback store", where=where, mend=ELSEWHERE
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return StorageError(
            f"the disk is full or refuses ({error}); what was kept before is still kept",
            where=where,
            mend="free some space, or name another folder in CITYQA_STATE",
        )
    return damaged(path, str(error))


def damaged(path: Path, reason: str) -> FeedbackDamaged:
    """The file is no store, cut short or changed."""
    return FeedbackDamaged(
        f"the feedback store is damaged, or no feedback store ({reason})",
        where=str(path),
        mend="restore it from a copy, or move it away to begin a new one",
    )


def newer(path: Path, version: int) -> FeedbackNewer:
    """A later version of the program made the store."""
    return FeedbackNewer(
        f"the feedback store has version {version} of its layout, this program knows {LATEST}",
        where=str(path),
        mend="update cityqa, or name another folder in CITYQA_STATE",
    )
