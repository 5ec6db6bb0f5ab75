"""What SQLite says is wrong, as errors that a user can act on."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import CityqaError, StorageError
from qa.feedback.layout import Layout

ELSEWHERE = "name another folder in CITYQA_STATE"


@contextlib.contextmanager
def store_faults(path: Path, layout: Layout) -> Iterator[None]:
    """Raise what SQLite and the disk refuse as one of our errors.

    Raises:
        layout.damaged: the file is no such store, cut short or changed.
        StorageError: full, no permission, read-only, or locked for too long.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _fault(error, path, layout) from error
    except OSError as error:
        raise StorageError(
            f"the {layout.name} cannot be kept here ({error.strerror or error})",
            where=str(path),
            mend=ELSEWHERE,
        ) from error


def _fault(error: sqlite3.Error, path: Path, layout: Layout) -> CityqaError:
    # Extended codes tell more in their upper bytes: https://www.sqlite.org/rescode.html.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    where = str(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError(
            f"another process has kept the {layout.name} locked", where=where, mend="try again"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StorageError(
            f"no permission to read and write the {layout.name}", where=where, mend=ELSEWHERE
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return StorageError(
            f"the disk is full or refuses ({error}); what was kept before is still kept",
            where=where,
            mend="free some space, or name another folder in CITYQA_STATE",
        )
    return damaged(path, layout, str(error))


def damaged(path: Path, layout: Layout, reason: str) -> CityqaError:
    """The file is no such store, cut short or changed."""
    return layout.damaged(
        f"the {layout.name} is damaged, or no {layout.name} ({reason})",
        where=str(path),
        mend="restore it from a copy, or move it away to begin a new one",
    )


def newer(path: Path, layout: Layout, version: int) -> CityqaError:
    """A later version of the program made the store."""
    return layout.newer(
        f"the {layout.name} has version {version} of its layout, "
        f"this program knows {len(layout.steps)}",
        where=str(path),
        mend="update cityqa, or name another folder in CITYQA_STATE",
    )
