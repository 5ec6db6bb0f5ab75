"""A folder that one process at a time uses, and may remove, its lock with it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final, TextIO

from corpus.errors import StorageError

LOCK: Final = ".lock"
"""The file in the folder that is locked."""


def locked(place: Path) -> TextIO:
    """An open file that keeps other processes away from a folder until it is closed.

    Args:
        place: the folder; made where there is none.

    Raises:
        StorageError: another process has it.
        OSError: the disk refuses.
    """
    import fcntl

    path = place / LOCK
    while True:
        place.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            try:
                stream = stack.enter_context(path.open("w"))
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever had it may have removed it since it was opened, and a lock of a file that
                # nobody can find keeps nobody away.
                if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                    stack.pop_all()
                    return stream
            except BlockingIOError as error:
                raise StorageError(
                    "another process is building this index",
                    where=str(place.parent),
                    mend="wait for it",
                ) from error
            except FileNotFoundError:
                continue
