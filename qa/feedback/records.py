"""What the feedback store takes and gives: answers as shown, ratings of them, statistics."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from qa.answer import Answer, Extract
from qa.feedback.hashing import HEX_DIGITS
from qa.feedback.ratings import Rating

Channel = Literal["telegram", "web", "cli"]

CHANNELS: tuple[Channel, ...] = get_args(Channel)

_HASH = re.compile(rf"[0-9a-f]{{{HEX_DIGITS}}}")


def check_hash(value: str) -> str:
    """The hash of a chat or rater.

    Raises:
        ValueError: it is none, and so perhaps the id itself, which must not be kept.
    """
    if not _HASH.fullmatch(value):
        raise ValueError(f"no hash of {HEX_DIGITS} hex digits; make one with chat_hash")
    return value


@dataclass(frozen=True, slots=True)
class Versions:
    """What an answer was made by.

    Attributes:
        cityqa: version of the program.
        index: hex digest of the index's manifest.
        model: name of the embedding model.
        model_version: of the model.
        trained: hex digest of the trained models; empty where none was used.
    """

    cityqa: str
    index: str
    model: str
    model_version: str
    trained: str = ""


@dataclass(frozen=True, slots=True)
class ShownExtract:
    """An extract as shown; of a refusal, one of the nearest passages, offered as unconfirmed.

    Attributes:
        rank: from 1.
        report, passage: ids.
        start, end: its span in the report's text, in characters.
        text: verbatim.
        score: of selection.
        signals: name to value.
    """

    rank: int
    report: str
    passage: str
    start: int
    end: int
    text: str
    score: float
    signals: Mapping[str, float]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the text."""
        return text_digest(self.text)


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as it was shown to someone.

    Attributes:
        key: the caller's own name for it, the same when the same answer is recorded again, and
            without personal data: ``telegram:<update id>``.
        time: when it was shown, with a time zone; kept to the millisecond.
        channel: where it was shown.
        chat: keyed hash of the chat's id (``chat_hash``), or none.
        question: as typed.
        language: tag.
        refused: whether it was refused.
        reason: of the refusal; empty where there is none.
        confidence: probability that the first extract answers, 0 to 1.
        latency_ms: milliseconds from question to answer.
        versions: what made it.
        extracts: in the order shown.

    Raises:
        ValueError: a value is outside what is named here.
    """

    key: str
    time: datetime.datetime
    channel: Channel
    chat: str | None
    question: str
    language: str
    refused: bool
    reason: str
    confidence: float
    latency_ms: float
    versions: Versions
    extracts: tuple[ShownExtract, ...]

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("an answer without a key cannot be told from others")
        if self.channel not in CHANNELS:
            raise ValueError(f"no channel {self.channel!r}; there are {', '.join(CHANNELS)}")
        if self.chat is not None:
            check_hash(self.chat)
        milliseconds(self.time)
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence of {self.confidence}, not between 0 and 1")
        if not (0 <= self.latency_ms < math.inf):
            raise ValueError(f"a latency of {self.latency_ms} milliseconds")
        if [extract.rank for extract in self.extracts] != list(range(1, len(self.extracts) + 1)):
            raise ValueError("the extracts are not ranked 1, 2, 3 and so on")


def shown_answer(
    answer: Answer,
    *,
    key: str,
    channel: Channel,
    chat: str | None,
    versions: Versions,
    time: datetime.datetime | None = None,
    latency_ms: float | None = None,
) -> ShownAnswer:
    """What is to be kept of an answer.

    Args:
        answer: its extracts, or the nearest ones of a refusal, are taken as shown.
        key, channel, chat, versions: as in ``ShownAnswer``.
        time: when it was shown; now where it is none.
        latency_ms: as the asker had it; the answer's own total where it is none.

    Raises:
        ValueError: as ``ShownAnswer``.
    """
    shown = answer.nearest if answer.refused else answer.extracts
    return ShownAnswer(
        key=key,
        time=time if time is not None else datetime.datetime.now(datetime.UTC),
        channel=channel,
        chat=chat,
        question=answer.question,
        language=answer.language,
        refused=answer.refused,
        reason=answer.reason,
        confidence=float(answer.confidence),
        latency_ms=answer.timings.get("total", 0.0) if latency_ms is None else latency_ms,
        versions=versions,
        extracts=tuple(
            _shown_extract(rank, extract) for rank, extract in enumerate(shown, start=1)
        ),
    )


def _shown_extract(rank: int, extract: Extract) -> ShownExtract:
    citation = extract.citation
    return ShownExtract(
        rank=rank,
        report=citation.report,
        passage=citation.passage,
        start=citation.span.start,
        end=citation.span.end,
        text=extract.text,
        score=float(extract.score),
        signals={name: float(value) for name, value in extract.signals.items()},
    )


@dataclass(frozen=True, slots=True)
class GivenRating:
    """The latest rating of one answer by one rater.

    Attributes:
        rater: keyed hash of who rated.
        rating: what was said.
        rank: of the extract it was said of; none for the answer as a whole.
        time: when, with a time zone.
    """

    rater: str
    rating: Rating
    rank: int | None
    time: datetime.datetime


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """An answer as kept, with its ratings.

    Attributes:
        id: in the store.
        answer: as shown; what UTF-8 cannot hold is ``?``.
        ratings: by time, at least one.
    """

    id: int
    answer: ShownAnswer
    ratings: tuple[GivenRating, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over a stretch of time.

    Attributes:
        questions: answers shown, refusals among them.
        refusals: how many of them.
        ratings: kind to how many were given; every kind is there.
        latency_p50_ms, latency_p95_ms: percentiles by nearest rank; none where nothing was asked.
    """

    questions: int
    refusals: int
    ratings: Mapping[Rating, int]
    latency_p50_ms: float | None
    latency_p95_ms: float | None


def text_digest(text: str) -> str:
    """Hex SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)


def milliseconds(time: datetime.datetime) -> int:
    """Whole milliseconds since 1970-01-01 UTC.

    Raises:
        ValueError: the time has no time zone.
    """
    if time.tzinfo is None:
        raise ValueError("a time without a time zone may be any of two dozen")
    return (time - _EPOCH) // _MILLISECOND


def moment(value: int) -> datetime.datetime:
    """The time that ``milliseconds`` gave a number for, in UTC."""
    return _EPOCH + value * _MILLISECOND
