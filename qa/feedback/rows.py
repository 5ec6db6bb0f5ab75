"""Between the records of the feedback store and the rows of its tables."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from corpus.normalise import without_surrogates
from qa.feedback.records import (
    GivenRating,
    RatedAnswer,
    ShownAnswer,
    ShownExtract,
    Versions,
    milliseconds,
    moment,
    text_digest,
)

ANSWER_COLUMNS = (
    *("key", "time", "channel", "chat", "question", "language", "refused", "reason"),
    *("confidence", "latency_ms", "cityqa", "index_digest", "model", "model_version", "trained"),
)
EXTRACT_COLUMNS = (
    *("answer", "rank", "report", "passage", "start", "end", "digest", "text", "score", "signals"),
)


def insert(table: str, columns: Sequence[str]) -> str:
    """The statement that puts a row into a table."""
    return f"INSERT INTO {table} ({_names(columns)}) VALUES ({', '.join('?' * len(columns))})"


def select(table: str, columns: Sequence[str]) -> str:
    """The statement, without conditions, that reads columns of a table."""
    return f"SELECT {_names(columns)} FROM {table}"


def _names(columns: Sequence[str]) -> str:
    # In quotes, for `end` is a word of SQL.
    return ", ".join(f'"{column}"' for column in columns)


def answer_row(answer: ShownAnswer) -> tuple[Any, ...]:
    """Values of ``ANSWER_COLUMNS``."""
    versions = answer.versions
    return _encodable(
        (
            *(answer.key, milliseconds(answer.time), answer.channel, answer.chat),
            *(answer.question, answer.language, answer.refused, answer.reason),
            *(answer.confidence, answer.latency_ms),
            *(versions.cityqa, versions.index, versions.model, versions.model_version),
            versions.trained,
        )
    )


def extract_row(answer: int, extract: ShownExtract) -> tuple[Any, ...]:
    """Values of ``EXTRACT_COLUMNS``."""
    text = without_surrogates(extract.text)
    # JSON has neither NaN nor infinities.
    signals = {
        name: value if math.isfinite(value) else None for name, value in extract.signals.items()
    }
    return _encodable(
        (
            *(answer, extract.rank, extract.report, extract.passage, extract.start, extract.end),
            *(text_digest(text), text, extract.score, json.dumps(signals, sort_keys=True)),
        )
    )


def _encodable(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(without_surrogates(value) if isinstance(value, str) else value for value in row)


def rated_answer(
    id_: int,
    row: Sequence[Any],
    extracts: Iterable[Sequence[Any]],
    ratings: Iterable[Sequence[Any]],
) -> RatedAnswer:
    """An answer of its rows.

    Args:
        id_: of the answer.
        row: values of ``ANSWER_COLUMNS``.
        extracts: values of ``EXTRACT_COLUMNS``, by rank.
        ratings: rater, rating, rank and time, in order.

    Raises:
        sqlite3.DatabaseError: they hold what was never put into them.
    """
    key, time, channel, chat, question, language, refused, reason, *more = row
    confidence, latency_ms, *versions = more
    try:
        answer = ShownAnswer(
            key=key,
            time=moment(time),
            channel=channel,
            chat=chat,
            question=question,
            language=language,
            refused=bool(refused),
            reason=reason,
            confidence=confidence,
            latency_ms=latency_ms,
            versions=Versions(*versions),
            extracts=tuple(map(_extract, extracts)),
        )
        given = tuple(
            GivenRating(rater, rating, rank, moment(when)) for rater, rating, rank, when in ratings
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise sqlite3.DatabaseError(f"answer {id_}: {error}") from error
    return RatedAnswer(id_, answer, given)


def _extract(row: Sequence[Any]) -> ShownExtract:
    _answer, rank, report, passage, start, end, _digest, text, score, signals = row
    return ShownExtract(
        rank=rank,
        report=report,
        passage=passage,
        start=start,
        end=end,
        text=text,
        score=math.nan if score is None else score,
        signals={
            name: math.nan if value is None else value
            for name, value in json.loads(signals).items()
        },
    )
