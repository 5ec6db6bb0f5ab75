"""What the bot keeps: a SQLite file that threads use at once, and that outlives being killed."""

from __future__ import annotations

import contextlib
import datetime
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any, TypeVar

from bot.state import chats, inbox
from bot.state.copying import copy_store
from bot.state.migrations import STATE
from bot.state.records import Chat, Shown
from bot.state.setting_aside import set_aside
from corpus.errors import CityqaError, StateDamaged, StorageError
from qa.feedback.connection import PATIENCE
from qa.feedback.records import check_hash, milliseconds
from qa.feedback.store_file import StoreFile

FILE = "telegram.sqlite3"

FOLLOW_UP = 24 * inbox.HOUR
"""Milliseconds after which a question is no longer the one that a follow-up is about."""

DAY = 24 * inbox.HOUR
"""Milliseconds."""

HOUSEKEEPING = 600.0
"""Seconds from one look after what was finished to the next."""

ONCE = 60.0
"""Seconds within which only one file is set aside: more would be a fault of the disk."""

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class ChatStore(StoreFile):
    """Settings of chats, answers shown in them and the inbox of updates, in one file.

    The file is made, for its owner alone, when something is first kept. What a method has returned
    from outlives the end of the program, however sudden; a power cut may take the last moments.
    Methods wait for the disk: async code calls them in a thread. Chats are keyed hashes
    (``chat_hash``). What was deleted is gone from the disk within ten minutes of use, and at once
    where ``forget`` and ``purge`` delete it.

    A damaged file is moved aside, with one line in the log, and a new one begun: settings of chats
    are not worth a bot that does not run.

    Every method raises:
        StorageError: the disk refuses, or another process has kept the file locked for too long.
            The bot can go on answering, but remembers nothing.
        StateNewer: a later version of the program made the file.
        ValueError: a chat is no hash.

    Args:
        path: of the file; ``settings.state / FILE``.
        patience: seconds to wait while another process writes.
        clock: the time, with a time zone.
        housekeeping: seconds after which receiving an update also deletes what was finished long
            ago, and what is left of texts that were finished since.
    """

    def __init__(
        self,
        path: Path,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], datetime.datetime] | None = None,
        housekeeping: float = HOUSEKEEPING,
    ) -> None:
        super().__init__(path, STATE, patience=patience)
        self._clock = clock or _utc
        self._housekeeping = housekeeping
        self._housekept = -math.inf
        self._set_aside = -math.inf

    def prepare(self) -> None:
        """Make the file, or bring it up to date, so that what is wrong shows at the start."""
        self._write(lambda connection: None, None, create=True)

    # Chats

    def chat(self, chat: str) -> Chat:
        """A chat's settings, the defaults where nothing is kept of it."""
        check_hash(chat)
        return self._read(lambda connection: chats.read_chat(connection, chat), Chat())

    def update_chat(self, chat: str, **changes: Any) -> Chat:
        """Change some settings of a chat.

        Args:
            chat: its keyed hash.
            changes: fields of ``Chat`` with their new values.

        Returns:
            all its settings as they are now.

        Raises:
            TypeError: there is no such field.
        """
        check_hash(chat)

        def work(connection: Connection) -> Chat:
            settings = replace(chats.read_chat(connection, chat), **changes)
            chats.write_chat(connection, chat, settings, self._now())
            return settings

        return self._write(work, Chat(), create=True)

    def remember_answer(self, shown: Shown) -> None:
        """Keep that an answer was shown, in place of an earlier one to the same message."""
        self._write(
            lambda connection: chats.write_shown(connection, shown, self._now()), None, create=True
        )

    def last_question(self, chat: str) -> Shown | None:
        """The latest answer shown in a chat within 24 hours, with its question."""
        check_hash(chat)
        since = self._now() - FOLLOW_UP
        return self._read(lambda connection: chats.latest_shown(connection, chat, since), None)

    def shown_for_question(self, chat: str, question_message: int) -> Shown | None:
        """The answer to a message."""
        check_hash(chat)
        return self._read(
            lambda connection: chats.shown_for_question(connection, chat, question_message), None
        )

    def shown_as(self, chat: str, answer_message: int) -> Shown | None:
        """The answer that a message of the bot is, or is a part of."""
        check_hash(chat)
        return self._read(lambda connection: chats.shown_as(connection, chat, answer_message), None)

    def migrate(self, old: str, new: str) -> None:
        """Give what is kept of a group to the supergroup that it became.

        Its messages have other ids there, so that only settings and the last question go along.
        """
        check_hash(old)
        check_hash(new)
        if old != new:
            self._write(lambda connection: chats.migrate_chat(connection, old, new), None)

    def forget(self, chat: str) -> bool:
        """Delete all that is kept of a chat; whether there was something."""
        check_hash(chat)
        found = self._write(lambda connection: chats.forget_chat(connection, chat), False)
        if found:
            self._mended(self._clean)
        return found

    def purge(self, days: int) -> int:
        """Delete answers shown before, and settings of chats not used for, so many days.

        Returns:
            how many answers and chats were deleted.
        """
        before = self._now() - days * DAY
        count = self._write(lambda connection: chats.purge_chats(connection, before), 0)
        if count:
            self._mended(lambda: self._clean(compact=True))
        return count

    def backup(self, to: Path) -> None:
        """Copy the file while it is in use, checked; the copy takes the place of what is there.

        Updates that are not finished are in it without their payloads, as finished ones.

        Raises:
            StorageError: also where nothing is kept yet.
            StateDamaged: the file is damaged; there is no copy.
        """
        copy_store(self.path, STATE, to, without=inbox.let_go)

    # The inbox

    def receive(self, update_id: int, payload: str) -> bool:
        """Keep an update until it is finished.

        Args:
            update_id: Telegram's.
            payload: the update, as ``inbox.canonical`` gives it.

        Returns:
            whether it is new; not where it was received before, within 48 hours.
        """
        key = inbox.update_key(update_id, payload)

        def work(connection: Connection) -> bool:
            return inbox.receive(connection, key, payload, self._now())

        received = self._write(work, False, create=True)
        self._keep_house()
        return received

    def begin(self, key: str) -> None:
        """Note that an update's first message is about to be sent: from here on, at most once.

        Args:
            key: as ``inbox.update_key`` gives it; one that is not known is passed over.
        """
        self._write(lambda connection: inbox.begin(connection, key, self._now()), None)

    def finish(self, key: str) -> None:
        """Delete the text of an update that was dealt with; its key is kept for 48 hours."""
        self._write(lambda connection: inbox.finish(connection, key, self._now()), None)

    def unfinished(self) -> tuple[inbox.Waiting, ...]:
        """At the start: updates received before that are still to be dealt with, in order.

        Those that were begun are taken as answered, and finished; so are those that have waited
        for longer than 24 hours, or through very many starts.
        """
        return self._write(lambda connection: inbox.unfinished(connection, self._now()), ())

    # Facts

    def fact(self, name: str) -> str | None:
        """Something that was noted about the bot itself, as a digest of its profile."""
        find = "SELECT value FROM facts WHERE name = ?"
        row = self._read(lambda connection: connection.execute(find, (name,)).fetchone(), None)
        return None if row is None else str(row[0])

    def note(self, name: str, value: str) -> None:
        """Keep something about the bot itself in place of what was noted before."""
        keep = "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)"
        self._write(lambda connection: connection.execute(keep, (name, value)), None, create=True)

    def _now(self) -> int:
        return milliseconds(self._clock())

    def _read(self, work: Callable[[Connection], _T], nothing: _T) -> _T:
        """What is found; nothing where there is no file."""

        def use() -> _T:
            with self._using() as connection:
                return nothing if connection is None else work(connection)

        return self._mended(use)

    def _write(self, work: Callable[[Connection], _T], nothing: _T, *, create: bool = False) -> _T:
        """Work in one transaction; nothing where there is no file and none is made."""

        def use() -> _T:
            with self._writing(create=create) as connection:
                return nothing if connection is None else work(connection)

        return self._mended(use)

    def _mended(self, use: Callable[[], _T]) -> _T:
        """Use the file; where it is damaged, a new one in its place."""
        try:
            return use()
        except StateDamaged as error:
            self._begin_anew(error)
        try:
            return use()
        except StateDamaged as error:
            raise StorageError(error.what, where=error.where, mend="check the disk") from error

    def _begin_anew(self, error: StateDamaged) -> None:
        with self._lock:
            # Of two threads that found it damaged, the second finds the new one.
            if time.monotonic() - self._set_aside < ONCE:
                return
            self._drop()
            kept = set_aside(self.path, self._clock())
            self._set_aside = time.monotonic()
        _log.warning(
            "%s: %s; moved to %s, and a new one is begun", error.where, error.what, kept.name
        )

    def _keep_house(self) -> None:
        """Now and then, delete what was finished long ago, and what is left of it in the log."""
        now = time.monotonic()
        if now - self._housekept < self._housekeeping:
            return
        self._housekept = now
        # What was received is kept, whatever becomes of this; it is tried again later.
        with contextlib.suppress(CityqaError):
            self._write(lambda connection: inbox.purge(connection, self._now()), 0)
            self._clean()


def _utc() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
