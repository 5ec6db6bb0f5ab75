"""Ways in which the file of a store can be damaged."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def text(path: Path) -> None:
    path.write_text("no database\n", encoding="utf-8")


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (path.stat().st_size - 4096))


def another_unversioned(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")


def changed(path: Path, script: str) -> None:
    """Run some SQL in it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
