"""A connection to the file of a store, brought up to the current schema."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from pathlib import Path

from corpus.errors import CityqaError
from qa.feedback.faults import damaged, newer
from qa.feedback.layout import Layout
from qa.feedback.migrations import migrate, version_of

PATIENCE = 15.0
"""Seconds that a store waits by default."""

_PAUSE = 0.02


def connect(
    path: Path, layout: Layout, *, create: bool, patience: float = PATIENCE
) -> sqlite3.Connection | None:
    """Open a store, in autocommit mode, usable from any one thread at a time.

    Args:
        path: of its file; only its owner may read what is created there.
        layout: of this kind of store.
        create: whether a store is made where there is none.
        patience: seconds to wait for another connection that writes.

    Returns:
        none where there is no store and none is made.

    Raises:
        layout.damaged: the file is no such store.
        layout.newer: a later version of the program made it.
        sqlite3.Error, OSError: it cannot be opened.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives the files that it puts beside this one the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    elif not path.exists() or path.stat().st_size == 0:
        return None
    deadline = time.monotonic() + patience
    while True:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=patience,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _prepare(connection, path, layout)
        except BaseException as error:
            connection.close()
            # While a file is made a store, or the last connection to it closes, SQLite does not
            # wait as told: https://www.sqlite.org/wal.html, section 8.
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
            continue
        return connection


def _prepare(connection: sqlite3.Connection, path: Path, layout: Layout) -> None:
    _check(connection, path, layout)
    # Cells and pages that are freed are written over with zeros.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA synchronous = {layout.synchronous}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    migrate(connection, layout.steps)
    connection.execute("PRAGMA foreign_keys = ON")


def _check(connection: sqlite3.Connection, path: Path, layout: Layout) -> None:
    """Refuse what is no store, or one that this program does not know."""
    version = version_of(connection)
    if version == 0:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            # Asked again: another process may just have made it a store.
            version = version_of(connection)
        else:
            return
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version == 0 or application != layout.application_id:
        raise damaged(path, layout, "another program made this database")
    if version > len(layout.steps):
        raise newer(path, layout, version)


def _is_busy(error: BaseException) -> bool:
    if isinstance(error, CityqaError) or not isinstance(error, sqlite3.Error):
        return False
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
