"""A backup of all that the bot keeps, made while it runs."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from pathlib import Path

from bot.state.copying import OWNER_ONLY, copy_faults, copy_store
from bot.state.hash_key import FILE as HASH_KEY
from bot.state.inbox import let_go
from bot.state.migrations import STATE
from bot.state.store import FILE as CHATS
from corpus.errors import UsageError
from qa.feedback.migrations import FEEDBACK
from qa.feedback.store import FILE as ANSWERS

STORES = ((CHATS, STATE, let_go), (ANSWERS, FEEDBACK, None))
"""Names of the stores, their layouts, and what takes out of a copy what is not to be in it."""


def back_up(state: Path, to: Path) -> list[Path]:
    """Copy the stores, and the key that chat ids are hashed with, into a folder of the day.

    Each store is copied as it is at one moment and checked; the folder appears when all is in it.
    Messages that are not answered yet are not in the copies. To go back to a backup, stop the bot
    and put these files in the place of those in the state folder. The key belongs with the stores,
    but whoever has both can tell which chat is which: only the owner may read the folder.

    Args:
        state: the folder of the settings.
        to: the folder to make the backup in; made where there is none.

    Returns:
        the copies, all in one new folder ``cityqa-YYYYMMDD-HHMMSS`` (UTC).

    Raises:
        UsageError: nothing is kept yet.
        StorageError: something may not be read, or cannot be written.
        StateDamaged, FeedbackDamaged: a store is damaged; there is no backup.
    """
    stores = [store for store in STORES if (state / store[0]).exists()]
    key = state / HASH_KEY
    if not stores and not key.exists():
        raise UsageError("nothing is kept here yet", where=str(state), mend="check CITYQA_STATE")
    now = datetime.datetime.now(datetime.UTC)
    with copy_faults(to):
        to.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=to))
    try:
        for name, layout, without in stores:
            copy_store(state / name, layout, unfinished / name, without=without)
        names = [name for name, _, _ in stores]
        with copy_faults(to):
            if key.exists():
                _copy_key(key, unfinished / HASH_KEY)
                names.append(HASH_KEY)
            folder = _renamed(unfinished, to / f"cityqa-{now:%Y%m%d-%H%M%S}")
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return [folder / name for name in names]


def _copy_key(key: Path, to: Path) -> None:
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(key.read_bytes())
        stream.flush()
        os.fsync(stream.fileno())


def _renamed(folder: Path, wanted: Path) -> Path:
    """Give a folder its name, with a number behind it where two were made in one second."""
    number, name = 1, wanted
    while name.exists():
        number += 1
        name = wanted.with_name(f"{wanted.name}-{number}")
    return folder.rename(name)
