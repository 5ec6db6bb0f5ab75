"""Files of a corpus folder, written whole or not at all, by one process at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import CityqaError, StorageError

UNFINISHED = ".adding-"
"""What the name of a file begins with that is being written."""


def write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: the disk refuses; what was there is there.
    """
    descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from changing a corpus folder meanwhile; made where there is none.

    What a run that was killed left half written is cleared away.

    Raises:
        StorageError: the disk refuses, or another process changes the folder.
    """
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise refused(error, folder) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError(
                "another process changes this folder of reports",
                where=str(folder),
                mend="wait for it",
            ) from error
        for old in folder.glob(f"{UNFINISHED}*"):
            with contextlib.suppress(OSError):
                old.unlink()
        yield
    finally:
        os.close(descriptor)


def refused(error: OSError, path: Path) -> CityqaError:
    """What the disk refuses, as an error to show."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError("the disk is full", where=str(path), mend="free some space")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "no permission to write here", where=str(path), mend="name another folder with --corpus"
        )
    return StorageError(f"the disk refuses ({error.strerror})", where=str(path))
