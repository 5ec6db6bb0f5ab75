"""The inbox: updates from Telegram, kept from when they are received until they are finished.

Telegram gives an update again until its receipt is confirmed, and it is confirmed once the inbox
has it. So none is lost: one that was received when the program was killed is found unfinished at
the next start. And none is answered twice: a redelivery is told by its key, and one whose answer
had been begun is not begun again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HOUR = 60 * 60 * 1000
"""Milliseconds."""

REDELIVERY = 48 * HOUR
"""Milliseconds for which the key of a finished update is kept; Telegram gives none after 24 h."""

STALE = 24 * HOUR
"""Milliseconds after which an update that was never begun is let go, as Telegram does itself."""


OFFERED = 50
"""Starts at which an update is taken up that is never begun: one that ends the program, maybe.

Many, since a program that is ended again and again for other reasons must not lose what waits.
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that was received, and not finished.

    Attributes:
        key: in the inbox.
        payload: as it was received.
    """

    key: str
    payload: str


def canonical(update: Mapping[str, Any]) -> str:
    """An update as JSON, the same whenever the same update comes: keys in order, ASCII alone."""
    return json.dumps(update, sort_keys=True, separators=(",", ":"))


def update_key(update_id: int, payload: str) -> str:
    """What an update is known by in the inbox.

    Ids may start anew, after a week without updates or with another server: another payload under
    the same id is another update.

    Args:
        update_id: Telegram's.
        payload: as ``canonical`` gives it.
    """
    digest = hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{update_id}:{digest}"


def receive(connection: sqlite3.Connection, key: str, payload: str, now: int) -> bool:
    """Keep an update; whether it is a new one."""
    added = connection.execute(
        "INSERT INTO updates (key, payload, received) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (key, payload, now),
    )
    return added.rowcount == 1


def begin(connection: sqlite3.Connection, key: str, now: int) -> None:
    """Note that the first message for an update is about to be sent."""
    connection.execute(
        "UPDATE updates SET begun = ? WHERE key = ? AND begun IS NULL AND finished IS NULL",
        (now, key),
    )


def finish(connection: sqlite3.Connection, key: str, now: int) -> None:
    """Delete an update's payload and keep its key."""
    connection.execute(
        "UPDATE updates SET payload = NULL, finished = ? WHERE key = ? AND finished IS NULL",
        (now, key),
    )


def unfinished(connection: sqlite3.Connection, now: int) -> tuple[Waiting, ...]:
    """Updates that were not begun, in the order received.

    Those that were begun, are stale, or have been given so at many starts are finished.
    """
    connection.execute(
        """UPDATE updates SET payload = NULL, finished = ?
        WHERE finished IS NULL AND (begun IS NOT NULL OR received < ? OR offered >= ?)""",
        (now, now - STALE, OFFERED),
    )
    connection.execute("UPDATE updates SET offered = offered + 1 WHERE finished IS NULL")
    rows = connection.execute(
        "SELECT key, payload FROM updates WHERE finished IS NULL ORDER BY number"
    )
    return tuple(Waiting(key, payload) for key, payload in rows)


def let_go(connection: sqlite3.Connection) -> None:
    """Finish all updates, for a copy: when it is put back, they were long answered."""
    # A file that was only just made has no tables yet.
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'updates'").fetchone():
        connection.execute(
            "UPDATE updates SET payload = NULL, finished = received WHERE finished IS NULL"
        )


def purge(connection: sqlite3.Connection, now: int) -> int:
    """Delete the keys of updates that were finished long ago; how many."""
    return connection.execute(
        "DELETE FROM updates WHERE finished < ?", (now - REDELIVERY,)
    ).rowcount
