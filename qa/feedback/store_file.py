"""A SQLite file of ours that threads and processes may use at once, and be killed while they do."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.feedback.connection import PATIENCE, connect
from qa.feedback.faults import store_faults
from qa.feedback.layout import Layout

# A store is compacted when at least this share of its pages, and this many bytes, are free.
_FREE_SHARE = 0.25
_FREE_BYTES = 1 << 20

# Seconds that a deletion waits for readers before it leaves the log to later writes.
_READERS = 1.0

# Connections of the process that this one was forked from: SQLite must not even close them here
# (https://www.sqlite.org/howtocorrupt.html, section 2.6), so they are never let go.
_inherited: list[sqlite3.Connection] = []


class StoreFile:
    """What the stores have in common: one file, one connection for all threads in turn.

    Args:
        path: of the file.
        layout: of this kind of store.
        patience: seconds to wait while another process writes.
    """

    def __init__(self, path: Path, layout: Layout, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._layout = layout
        self._patience = patience
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._file = (0, 0)
        self._unclean = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        with self._lock:
            self._drop()

    @contextlib.contextmanager
    def _using(self, *, create: bool = False) -> Iterator[sqlite3.Connection | None]:
        """The connection, for one thread at a time; none where there is no store."""
        with self._lock, store_faults(self.path, self._layout):
            try:
                yield self._opened(create)
            except (sqlite3.Error, OSError):
                self._drop()
                raise

    @contextlib.contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[sqlite3.Connection | None]:
        """The connection in a transaction, which ends, on disk, with the block."""
        with self._using(create=create) as connection:
            if connection is None:
                yield None
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
                if self._unclean:
                    self._truncate(connection, 0)
            except BaseException:
                # A full disk has ended it already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _opened(self, create: bool) -> sqlite3.Connection | None:
        if self._connection is not None:
            if self._process != os.getpid():
                _inherited.append(self._connection)
                self._connection = None
            elif self._file != _identity(self.path):
                # Moved away or replaced: what was written to it would be written to nowhere.
                self._drop()
        if self._connection is None:
            self._connection = connect(
                self.path, self._layout, create=create, patience=self._patience
            )
            self._process, self._file = os.getpid(), _identity(self.path)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
            self._connection = None

    def _clean(self, *, compact: bool = False) -> None:
        """Let nothing that was deleted be left on the disk."""
        with self._using() as connection:
            if connection is None:
                return
            if compact and _is_sparse(connection):
                with contextlib.suppress(sqlite3.OperationalError):
                    connection.execute("VACUUM")
            self._truncate(connection, min(_READERS, self._patience))

    def _truncate(self, connection: sqlite3.Connection, seconds: float) -> None:
        """Empty the write-ahead log, which holds what was deleted as it was before.

        Where a reader needs the log for longer, each later write tries again.
        """
        connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            busy = True
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(self._patience * 1000)}")
        self._unclean = bool(busy)


def _is_sparse(connection: sqlite3.Connection) -> bool:
    """Whether so much of the file is free that it is worth writing anew."""
    size, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    return bool(free >= _FREE_SHARE * pages and free * size >= _FREE_BYTES)


def _identity(path: Path) -> tuple[int, int]:
    """Which file lies at a path; zeros where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_dev, status.st_ino
