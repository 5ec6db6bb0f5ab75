"""A copy of a store, made while it is in use: whole, checked, and in one file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.errors import StorageError
from qa.feedback.faults import damaged, store_faults
from qa.feedback.layout import Layout

OWNER_ONLY = 0o600


def copy_store(
    path: Path,
    layout: Layout,
    to: Path,
    *,
    without: Callable[[sqlite3.Connection], None] | None = None,
) -> None:
    """Copy a store as it is at one moment; those who read and write it are not kept waiting.

    Uses SQLite's backup API (https://www.sqlite.org/backup.html). A copy takes the place of an
    earlier file in one step, and only its owner may read it.

    Args:
        path: of the store.
        layout: of this kind of store.
        to: where the copy is to lie.
        without: takes out of the copy what is not to be in it, before it has its name.

    Raises:
        StorageError: there is no such store, it may not be read, or the copy cannot be written.
        layout.damaged: the store is damaged; there is no copy.
    """
    if not path.exists():
        raise StorageError(f"there is no {layout.name} here", where=str(path))
    unfinished = to.with_name(f".{to.name}.unfinished")
    with contextlib.ExitStack() as stack:
        with store_faults(path, layout):
            source = stack.enter_context(contextlib.closing(_opened(path)))
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with copy_faults(to):
            unfinished.unlink(missing_ok=True)
            stack.callback(unfinished.unlink, missing_ok=True)
            os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
            found = _copied(source, unfinished, without)
        if found != "ok":
            raise damaged(path, layout, found)
        with copy_faults(to):
            unfinished.replace(to)


@contextlib.contextmanager
def copy_faults(to: Path) -> Iterator[None]:
    """Raise what keeps a copy from being written as a StorageError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StorageError(
            f"no copy can be written here ({reason})",
            where=str(to),
            mend="free some space, or name another folder",
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    # As it is, of whatever version: a copy is not the place to bring a store up to date.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def _copied(
    source: sqlite3.Connection,
    to: Path,
    without: Callable[[sqlite3.Connection], None] | None,
) -> str:
    """Copy, flush, and tell what SQLite finds wrong with the copy: ``ok`` where nothing is."""
    with contextlib.closing(sqlite3.connect(to, isolation_level=None)) as copy:
        source.backup(copy)
        try:
            # So that there is no log beside it that might be left behind.
            copy.execute("PRAGMA journal_mode = DELETE")
            found = str(copy.execute("PRAGMA integrity_check").fetchone()[0])
        except sqlite3.DatabaseError as error:
            found = str(error)
        if without is not None and found == "ok":
            copy.execute("PRAGMA secure_delete = ON")
            without(copy)
    with to.open("rb+") as stream:
        os.fsync(stream.fileno())
    return found
