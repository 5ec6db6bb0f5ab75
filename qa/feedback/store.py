"""The feedback store: a SQLite file that threads and processes may use at once."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import UsageError
from qa.feedback.connection import PATIENCE, connect
from qa.feedback.faults import store_faults
from qa.feedback.migrations import FEEDBACK
from qa.feedback.queries import EVER, rated_answers, statistics
from qa.feedback.ratings import RATINGS, Rating
from qa.feedback.records import RatedAnswer, ShownAnswer, Statistics, check_hash, milliseconds
from qa.feedback.rows import ANSWER_COLUMNS, EXTRACT_COLUMNS, answer_row, extract_row, insert
from qa.feedback.store_file import StoreFile

FILE = "feedback.sqlite3"

_DAY = 24 * 60 * 60 * 1000


class FeedbackStore(StoreFile):
    """Answers shown and their ratings, in one file.

    The file is made, for its owner alone, when something is first recorded; reading, counting and
    deleting never make one. What a method has returned from is on disk. One connection serves all
    threads in turn; processes wait for one another, and each may be killed at any moment.

    Every method raises:
        FeedbackDamaged: the file is no store, cut short or changed.
        FeedbackNewer: a later version of the program made it.
        StorageError: the disk refuses, or another process has kept it locked for too long.

    Args:
        path: of the file; ``settings.state / FILE``.
        patience: seconds to wait while another process writes.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        super().__init__(path, FEEDBACK, patience=patience)

    def record_answer(self, answer: ShownAnswer) -> int:
        """Keep an answer, once: one with the same key is left as it is.

        Returns:
            its id in the store, the same for the same key; never given to another answer.
        """
        with self._writing(create=True) as connection:
            assert connection is not None
            row = answer_row(answer)
            found = connection.execute("SELECT id FROM answers WHERE key = ?", row[:1]).fetchone()
            if found:
                return int(found[0])
            id_ = connection.execute(insert("answers", ANSWER_COLUMNS), row).lastrowid
            assert id_ is not None
            connection.executemany(
                insert("extracts", EXTRACT_COLUMNS),
                (extract_row(id_, extract) for extract in answer.extracts),
            )
            return id_

    def rate(
        self,
        answer: int,
        rater: str,
        rating: Rating,
        *,
        rank: int | None = None,
        time: datetime.datetime | None = None,
        chat: str | None = None,
    ) -> bool:
        """Keep a rating; it takes the place of an earlier one of the same answer and rater.

        Args:
            answer: its id.
            rater: keyed hash of who rates (``chat_hash``).
            rating: what is said.
            rank: of the extract that it is said of; none for the answer as a whole.
            time: when, with a time zone; now where it is none.
            chat: keyed hash of the chat that the answer must have been shown in; any where none
                is given.

        Returns:
            whether the answer is kept, and so its rating: it may have been forgotten, or shown in
            another chat.

        Raises:
            UsageError: there is no such kind of rating, or the answer showed no extract of that
                rank.
            ValueError: the rater is no hash, or the time has no time zone.
        """
        check_hash(rater)
        if rating not in RATINGS:
            raise UsageError(f"there is no rating {rating}", mend=f"one of {', '.join(RATINGS)}")
        when = _now() if time is None else milliseconds(time)
        with self._writing() as connection:
            if (
                connection is None
                or not connection.execute(
                    "SELECT count(*) FROM answers WHERE id = ? AND (? IS NULL OR chat = ?)",
                    (answer, chat, chat),
                ).fetchone()[0]
            ):
                return False
            shown = connection.execute(
                "SELECT count(*) FROM extracts WHERE answer = ? AND rank = ?", (answer, rank)
            ).fetchone()[0]
            if rank is not None and not shown:
                raise UsageError(f"answer {answer} showed no extract {rank}")
            # The latest wins, also where an earlier one arrives after it.
            connection.execute(
                """INSERT INTO ratings (answer, rater, rating, rank, time) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (answer, rater) DO UPDATE
                SET rating = excluded.rating, rank = excluded.rank, time = excluded.time
                WHERE excluded.time >= ratings.time""",
                (answer, rater, rating, rank, when),
            )
            return True

    def forget(self, chat: str) -> int:
        """Delete a chat's answers with their ratings, and the ratings that it gave to others.

        Args:
            chat: its keyed hash.

        Returns:
            how many answers and ratings were deleted.

        Raises:
            ValueError: it is no hash.
        """
        check_hash(chat)
        with self._writing() as connection:
            if connection is None:
                return 0
            ratings = connection.execute(
                """DELETE FROM ratings WHERE rater = ?
                OR answer IN (SELECT id FROM answers WHERE chat = ?)""",
                (chat, chat),
            ).rowcount
            answers = connection.execute("DELETE FROM answers WHERE chat = ?", (chat,)).rowcount
        if ratings + answers:
            self._clean()
        return ratings + answers

    def move(self, old: str, new: str) -> int:
        """Let the answers shown in one chat be those of another, which took its place.

        Args:
            old, new: keyed hashes.

        Returns:
            how many answers there were.

        Raises:
            ValueError: one is no hash.
        """
        check_hash(old)
        check_hash(new)
        with self._writing() as connection:
            if connection is None:
                return 0
            return connection.execute(
                "UPDATE answers SET chat = ? WHERE chat = ?", (new, old)
            ).rowcount

    def forget_ratings(self, rater: str) -> int:
        """Delete the ratings that someone gave, wherever the answers were shown.

        Args:
            rater: keyed hash of who rated.

        Returns:
            how many ratings were deleted.

        Raises:
            ValueError: it is no hash.
        """
        check_hash(rater)
        with self._writing() as connection:
            if connection is None:
                return 0
            count = connection.execute("DELETE FROM ratings WHERE rater = ?", (rater,)).rowcount
        if count:
            self._clean()
        return count

    def purge(self, older_than_days: int | None) -> int:
        """Delete old answers with their ratings.

        Args:
            older_than_days: since they were shown; none for all answers.

        Returns:
            how many answers were deleted.
        """
        with self._writing() as connection:
            if connection is None:
                return 0
            condition, values = _older(older_than_days)
            count = connection.execute(f"DELETE FROM answers{condition}", values).rowcount
        if count:
            self._clean(compact=True)
        return count

    def count(self, older_than_days: int | None = None) -> int:
        """How many answers ``purge`` would delete."""
        with self._using() as connection:
            if connection is None:
                return 0
            condition, values = _older(older_than_days)
            found = connection.execute(f"SELECT count(*) FROM answers{condition}", values)
            return int(found.fetchone()[0])

    def statistics(self, since: datetime.datetime | None = None) -> Statistics:
        """Counts of what was shown, and of ratings given, since a time with a time zone.

        A percentile is by nearest rank: of n latencies in order, the one at place ceil(p · n).
        """
        with self._using() as connection:
            if connection is None:
                return Statistics(0, 0, dict.fromkeys(RATINGS, 0), None, None)
            return statistics(connection, _start(since))

    def export(self, since: datetime.datetime | None = None) -> Iterator[RatedAnswer]:
        """Every answer that was rated, by the time it was shown; one state of the store.

        Others may write meanwhile: the iterator has a connection of its own.

        Args:
            since: with a time zone; answers that were not rated since, and earlier ratings, are
                left out.
        """
        start = _start(since)
        with store_faults(self.path, FEEDBACK):
            connection = connect(self.path, FEEDBACK, create=False, patience=self._patience)
            if connection is None:
                return
            with contextlib.closing(connection):
                yield from rated_answers(connection, start)


def _older(days: int | None) -> tuple[str, tuple[int, ...]]:
    if days is None:
        return "", ()
    return " WHERE time < ?", (max(_now() - days * _DAY, EVER),)


def _start(since: datetime.datetime | None) -> int:
    return EVER if since is None else milliseconds(since)


def _now() -> int:
    return milliseconds(datetime.datetime.now(datetime.UTC))
