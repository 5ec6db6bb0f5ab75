"""The key with which ids of chats and users are hashed."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from bot.settings import TelegramSettings
from corpus.errors import SettingsError, StorageError
from qa.settings import Settings

FILE = "telegram.key"

_BYTES = 32


def hash_key(settings: Settings, telegram: TelegramSettings) -> str:
    """The key of the settings; else one that was made at the first start and is kept since.

    With another key the bot knows no chat again: settings and feedback are as if of others.

    Raises:
        SettingsError: what is kept is no key.
        StorageError: it can be neither read nor kept.
    """
    if telegram.hash_key is not None:
        return telegram.hash_key.get_secret_value()
    path = settings.state / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = _kept(path)
    except OSError as error:
        raise StorageError(
            f"the key of chat ids cannot be kept here ({error.strerror})",
            where=str(path),
            mend="name another folder in CITYQA_STATE, or set CITYQA_TELEGRAM_HASH_KEY",
        ) from error
    try:
        return kept.decode("ascii")
    except UnicodeDecodeError as error:
        raise SettingsError(
            "is no key, but other bytes",
            where=str(path),
            mend="restore it from a backup, or set CITYQA_TELEGRAM_HASH_KEY",
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
