"""A secret key that is made at the first start and kept since."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from corpus.errors import SettingsError, StorageError

_BYTES = 32


def kept_key(path: Path, *, instead: str = "delete it for a new one") -> str:
    """The key in a file; a new one where there is none yet.

    Args:
        path: of the file; its folder is made where there is none.
        instead: what else mends a file that is no key.

    Raises:
        SettingsError: what is kept is no key.
        StorageError: it can be neither read nor kept.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = _kept(path)
    except OSError as error:
        raise StorageError(
            f"a key cannot be kept here ({error.strerror})",
            where=str(path),
            mend="name another folder in CITYQA_STATE",
        ) from error
    try:
        return kept.decode("ascii")
    except UnicodeDecodeError as error:
        raise SettingsError(
            "is no key, but other bytes",
            where=str(path),
            mend=f"restore it from a backup, or {instead}",
        ) from error


def _kept(path: Path) -> bytes:
    """What is in the file; a new key where there is nothing yet.

    Of several programs that start at once one makes the key, and the others wait for it.
    """
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        kept = stream.read().strip()
        if kept:
            return kept
        key = secrets.token_hex(_BYTES).encode("ascii")
        try:
            if os.write(descriptor, key) < len(key):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        except OSError:
            # A part of a key would be taken for a key at the next start.
            os.ftruncate(descriptor, 0)
            raise
        return key
