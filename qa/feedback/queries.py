"""What is read from the feedback store; each query sees one state of it."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Iterator

from qa.feedback.ratings import RATINGS
from qa.feedback.records import RatedAnswer, Statistics
from qa.feedback.rows import ANSWER_COLUMNS, EXTRACT_COLUMNS, rated_answer, select

EVER = -(1 << 63)
"""Milliseconds since the epoch; the least that SQLite's integers hold."""


@contextlib.contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def statistics(connection: sqlite3.Connection, start: int) -> Statistics:
    """Counts of answers shown and of ratings given since a time.

    A percentile is by nearest rank: of n latencies in order, the one at place ceil(p · n).
    """
    with _one_state(connection):
        questions, refusals = connection.execute(
            "SELECT count(*), coalesce(sum(refused), 0) FROM answers WHERE time >= ?", (start,)
        ).fetchone()
        given = dict(
            connection.execute(
                "SELECT rating, count(*) FROM ratings WHERE time >= ? GROUP BY rating", (start,)
            )
        )
        median, high = (_latency(connection, start, questions, percent) for percent in (50, 95))
    ratings = {kind: given.get(kind, 0) for kind in RATINGS}
    return Statistics(questions, refusals, ratings, median, high)


def _latency(connection: sqlite3.Connection, start: int, count: int, percent: int) -> float | None:
    if count == 0:
        return None
    # Whole numbers until they are divided: .95 times 20 is not quite 19.
    place = math.ceil(percent * count / 100)
    (found,) = connection.execute(
        "SELECT latency_ms FROM answers WHERE time >= ? ORDER BY latency_ms LIMIT 1 OFFSET ?",
        (start, place - 1),
    ).fetchone()
    return float(found)


def rated_answers(connection: sqlite3.Connection, start: int) -> Iterator[RatedAnswer]:
    """Answers that were rated since a time, with these ratings, by the time they were shown."""
    answers = (
        f"{select('answers', ('id', *ANSWER_COLUMNS))} WHERE EXISTS "
        "(SELECT 1 FROM ratings WHERE answer = answers.id AND time >= ?) ORDER BY time, id"
    )
    extracts = f"{select('extracts', EXTRACT_COLUMNS)} WHERE answer = ? ORDER BY rank"
    ratings = (
        f"{select('ratings', ('rater', 'rating', 'rank', 'time'))} "
        "WHERE answer = ? AND time >= ? ORDER BY time, rater"
    )
    with _one_state(connection):
        for id_, *row in connection.execute(answers, (start,)):
            yield rated_answer(
                id_,
                row,
                connection.execute(extracts, (id_,)),
                connection.execute(ratings, (id_, start)),
            )
