"""The schema of the feedback store, one numbered step after the other.

A store's ``user_version`` is the number of the last step that was applied to it. A step is never
changed once a version of the program has been released with it: what is to be different is another
step, at the end.
"""

from __future__ import annotations

import sqlite3

from corpus.errors import FeedbackDamaged, FeedbackNewer
from qa.feedback.layout import Layout, Step

APPLICATION_ID = 0x63717166
"""Written into the file's header (``PRAGMA application_id``): "cqqf"."""


def _answers(connection: sqlite3.Connection) -> None:
    """1: answers and the extracts that they showed."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # An id is never given twice: a button below a forgotten answer must not rate another one.
    connection.execute("""
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            time INTEGER NOT NULL,
            channel TEXT NOT NULL,
            chat TEXT,
            question TEXT NOT NULL,
            language TEXT NOT NULL,
            refused INTEGER NOT NULL CHECK (refused IN (0, 1)),
            reason TEXT NOT NULL,
            confidence REAL NOT NULL,
            latency_ms REAL NOT NULL,
            cityqa TEXT NOT NULL,
            index_digest TEXT NOT NULL,
            model TEXT NOT NULL,
            model_version TEXT NOT NULL,
            trained TEXT NOT NULL
        )""")
    connection.execute("CREATE INDEX answers_by_time ON answers (time)")
    connection.execute("CREATE INDEX answers_by_chat ON answers (chat) WHERE chat IS NOT NULL")
    connection.execute("""
        CREATE TABLE extracts (
            answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
            rank INTEGER NOT NULL,
            report TEXT NOT NULL,
            passage TEXT NOT NULL,
            start INTEGER NOT NULL,
            end INTEGER NOT NULL,
            digest TEXT NOT NULL,
            text TEXT NOT NULL,
            score REAL,
            signals TEXT NOT NULL,
            PRIMARY KEY (answer, rank)
        ) WITHOUT ROWID""")


def _ratings(connection: sqlite3.Connection) -> None:
    """2: ratings, one an answer and rater."""
    connection.execute("""
        CREATE TABLE ratings (
            answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
            rater TEXT NOT NULL,
            rating TEXT NOT NULL
                CHECK (rating IN ('helpful', 'wrong_source', 'not_an_answer')),
            rank INTEGER,
            time INTEGER NOT NULL,
            PRIMARY KEY (answer, rater)
        ) WITHOUT ROWID""")
    connection.execute("CREATE INDEX ratings_by_rater ON ratings (rater)")
    connection.execute("CREATE INDEX ratings_by_time ON ratings (time)")


STEPS: tuple[Step, ...] = (_answers, _ratings)

LATEST = len(STEPS)

FEEDBACK = Layout(
    "feedback store", APPLICATION_ID, STEPS, "FULL", damaged=FeedbackDamaged, newer=FeedbackNewer
)


def version_of(connection: sqlite3.Connection) -> int:
    """The number of the last step that was applied; 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Apply the steps that a store lacks, each in one transaction.

    A step that fails leaves the store as the step before it did. Processes that migrate at once
    take turns, and none applies a step twice.

    Args:
        connection: in autocommit mode.
        steps: all there are, in order.

    Raises:
        sqlite3.Error: a step fails.
    """
    while version_of(connection) < len(steps):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Asked again: another process may have had its turn since.
            done = version_of(connection)
            if done < len(steps):
                steps[done](connection)
                connection.execute(f"PRAGMA user_version = {done + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
