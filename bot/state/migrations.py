"""The schema of the bot's state, one numbered step after the other, as of the feedback store."""

from __future__ import annotations

import sqlite3

from corpus.errors import StateDamaged, StateNewer
from qa.feedback.layout import Layout, Step

APPLICATION_ID = 0x63717174
"""Written into the file's header (``PRAGMA application_id``): "cqqt"."""


def _chats(connection: sqlite3.Connection) -> None:
    """1: settings of chats, answers shown in them, updates, and facts about the bot itself.

    Times are milliseconds since the epoch, chats keyed hashes.
    """
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("""
        CREATE TABLE chats (
            chat TEXT PRIMARY KEY,
            language TEXT,
            cities TEXT NOT NULL,
            used INTEGER NOT NULL
        ) WITHOUT ROWID""")
    connection.execute("""
        CREATE TABLE shown (
            id INTEGER PRIMARY KEY,
            chat TEXT NOT NULL,
            question_message INTEGER,
            question TEXT NOT NULL,
            typed_digest TEXT NOT NULL,
            feedback_id INTEGER,
            time INTEGER NOT NULL
        )""")
    connection.execute("CREATE INDEX shown_by_chat ON shown (chat, time)")
    connection.execute("CREATE INDEX shown_by_time ON shown (time)")
    connection.execute("""
        CREATE UNIQUE INDEX shown_by_question ON shown (chat, question_message)
        WHERE question_message IS NOT NULL""")
    connection.execute("""
        CREATE TABLE answer_messages (
            chat TEXT NOT NULL,
            message INTEGER NOT NULL,
            shown INTEGER NOT NULL REFERENCES shown (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            PRIMARY KEY (chat, message)
        ) WITHOUT ROWID""")
    connection.execute("CREATE INDEX answer_messages_by_shown ON answer_messages (shown)")
    # A payload is there until its update is finished; a key tells redeliveries for some time more.
    connection.execute("""
        CREATE TABLE updates (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            payload TEXT,
            received INTEGER NOT NULL,
            offered INTEGER NOT NULL DEFAULT 0,
            begun INTEGER,
            finished INTEGER
        )""")
    connection.execute("CREATE INDEX updates_unfinished ON updates (number) WHERE finished IS NULL")
    connection.execute(
        "CREATE INDEX updates_finished ON updates (finished) WHERE finished IS NOT NULL"
    )
    connection.execute(
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
    )


STEPS: tuple[Step, ...] = (_chats,)

STATE = Layout(
    "chat state", APPLICATION_ID, STEPS, "NORMAL", damaged=StateDamaged, newer=StateNewer
)
