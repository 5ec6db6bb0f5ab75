"""A damaged file is not deleted, but moved aside: someone may yet read what it holds."""

from __future__ import annotations

import datetime
from pathlib import Path

from corpus.errors import StorageError


def set_aside(path: Path, time: datetime.datetime) -> Path:
    """Rename a SQLite file, and the log beside it, to ``NAME.damaged-YYYYMMDD-HHMMSS`` (UTC).

    Nobody may have it open.

    Returns:
        where it lies now.

    Raises:
        StorageError: it cannot be renamed.
    """
    date = f"{time.astimezone(datetime.UTC):%Y%m%d-%H%M%S}"
    aside = path.with_name(f"{path.name}.damaged-{date}")
    try:
        for suffix in ("-wal", "-shm", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise StorageError(
            f"is damaged, and cannot be moved aside ({error.strerror})",
            where=str(path),
            mend="move it away to begin a new one",
        ) from error
    return aside
