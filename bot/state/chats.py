"""Settings of chats and answers shown in them, as rows of the bot's state."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from bot.state.records import Chat, Shown
from qa.feedback.records import milliseconds, moment

SHOWN_A_CHAT = 200
"""Answers of one chat that are remembered at most; the oldest are let go."""

_SHOWN = "id, chat, question_message, question, feedback_id, time, typed_digest"


def read_chat(connection: sqlite3.Connection, chat: str) -> Chat:
    """A chat's settings, the defaults where nothing is kept."""
    row = connection.execute(
        "SELECT language, cities FROM chats WHERE chat = ?", (chat,)
    ).fetchone()
    return Chat() if row is None else Chat(row[0], tuple(json.loads(row[1])))


def write_chat(connection: sqlite3.Connection, chat: str, settings: Chat, now: int) -> None:
    """Keep a chat's settings."""
    connection.execute(
        "INSERT OR REPLACE INTO chats (chat, language, cities, used) VALUES (?, ?, ?, ?)",
        (chat, settings.language, json.dumps(settings.cities), now),
    )


def write_shown(connection: sqlite3.Connection, shown: Shown, now: int) -> None:
    """Keep an answer in place of an earlier one to the same message."""
    chat, time = shown.chat, milliseconds(shown.time)
    connection.execute(
        "DELETE FROM shown WHERE chat = ? AND question_message = ?", (chat, shown.question_message)
    )
    id_ = connection.execute(
        """INSERT INTO shown (chat, question_message, question, feedback_id, time, typed_digest)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (
            chat,
            shown.question_message,
            # What UTF-8 cannot hold is `?`.
            shown.question.encode("utf-8", "replace").decode("utf-8"),
            shown.feedback_id,
            time,
            shown.typed_digest,
        ),
    ).lastrowid
    connection.executemany(
        "INSERT OR REPLACE INTO answer_messages (chat, message, shown, place) VALUES (?, ?, ?, ?)",
        ((chat, message, id_, place) for place, message in enumerate(shown.answer_messages)),
    )
    connection.execute(
        """DELETE FROM shown WHERE id IN
        (SELECT id FROM shown WHERE chat = ? ORDER BY time DESC, id DESC LIMIT -1 OFFSET ?)""",
        (chat, SHOWN_A_CHAT),
    )
    connection.execute("UPDATE chats SET used = ? WHERE chat = ?", (now, chat))


def latest_shown(connection: sqlite3.Connection, chat: str, since: int) -> Shown | None:
    """The latest answer to a question in a chat that is not older."""
    return _shown(
        connection,
        "WHERE chat = ? AND time >= ? AND question <> '' ORDER BY time DESC, id DESC LIMIT 1",
        (chat, since),
    )


def shown_for_question(connection: sqlite3.Connection, chat: str, message: int) -> Shown | None:
    """The answer to a message."""
    return _shown(connection, "WHERE chat = ? AND question_message = ?", (chat, message))


def shown_as(connection: sqlite3.Connection, chat: str, message: int) -> Shown | None:
    """The answer that a message is of."""
    return _shown(
        connection,
        "WHERE id = (SELECT shown FROM answer_messages WHERE chat = ? AND message = ?)",
        (chat, message),
    )


def migrate_chat(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Give a chat's settings and questions to the one that it became."""
    # What was chosen in the new one already is kept.
    connection.execute("UPDATE OR IGNORE chats SET chat = ? WHERE chat = ?", (new, old))
    connection.execute("DELETE FROM chats WHERE chat = ?", (old,))
    # Its messages are counted anew.
    connection.execute("DELETE FROM answer_messages WHERE chat = ?", (old,))
    connection.execute(
        "UPDATE shown SET chat = ?, question_message = NULL WHERE chat = ?", (new, old)
    )


def forget_chat(connection: sqlite3.Connection, chat: str) -> bool:
    """Delete all of a chat; whether there was something."""
    settings = connection.execute("DELETE FROM chats WHERE chat = ?", (chat,)).rowcount
    shown = connection.execute("DELETE FROM shown WHERE chat = ?", (chat,)).rowcount
    return bool(settings + shown)


def purge_chats(connection: sqlite3.Connection, before: int) -> int:
    """Delete answers shown before, and settings of chats not used since; how many."""
    shown = connection.execute("DELETE FROM shown WHERE time < ?", (before,)).rowcount
    return shown + connection.execute("DELETE FROM chats WHERE used < ?", (before,)).rowcount


def _shown(connection: sqlite3.Connection, condition: str, values: tuple[Any, ...]) -> Shown | None:
    row = connection.execute(f"SELECT {_SHOWN} FROM shown {condition}", values).fetchone()
    if row is None:
        return None
    id_, chat, question_message, question, feedback_id, time, typed_digest = row
    messages = connection.execute(
        "SELECT message FROM answer_messages WHERE shown = ? ORDER BY place", (id_,)
    )
    return Shown(
        chat,
        question_message,
        tuple(message for (message,) in messages),
        question,
        feedback_id,
        moment(time),
        typed_digest,
    )
