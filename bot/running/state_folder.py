"""The state folder belongs to one bot at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import SettingsError, StorageError

LOCK = "telegram.lock"


@contextlib.contextmanager
def held(state: Path) -> Iterator[None]:
    """Make the folder where there is none, and keep other bots out of it.

    The lock ends with the process, however that ends.

    Raises:
        SettingsError: another bot runs with this folder.
        StorageError: it cannot be written.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(state / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            f"state cannot be kept here ({error.strerror or error})",
            where=str(state),
            mend="name another folder in CITYQA_STATE, or let the bot write there",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(
                "another bot runs with this state folder",
                where=str(state),
                mend="stop it, or name another folder in CITYQA_STATE",
            ) from error
        yield
    finally:
        os.close(descriptor)
