"""Ratings of answers on the page: what the page carries for them, and how they are kept.

Nothing is kept of a question that is only asked: its page carries the answer, sealed, and brings it
back with the rating. So no answer can be rated that was not shown here, and none can be made up.

Who rates is told by a number drawn for the page, of which a keyed hash is kept: another press on
the same page takes the place of the first, and nothing leads from one page to the next, or to a
person. Whoever loads a page often can rate often; the limit of requests bounds it, and the export
says how many raters there were.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from corpus.errors import UsageError
from qa.answer import Answer
from qa.feedback.hashing import chat_hash
from qa.feedback.ratings import RATINGS, Rating
from qa.feedback.records import (
    ShownAnswer,
    ShownExtract,
    Versions,
    milliseconds,
    moment,
    shown_answer,
)
from qa.feedback.store import FeedbackStore
from qa.web.narrowing import Narrowing
from qa.web.sealing import BrokenSeal, seal, unseal

KEPT = datetime.timedelta(days=1)
"""How long after it was made a page can rate."""

_RATER_BITS = 62


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a page brought back.

    Attributes:
        answer: that it showed.
        rater: the number drawn for it.
        narrowing: what the question was confined to.
    """

    answer: ShownAnswer
    rater: int
    narrowing: Narrowing


def sealed_answer(
    answer: Answer, versions: Versions, narrowing: Narrowing, key: str, latency_ms: float
) -> str:
    """An answer for the form of its page.

    Args:
        answer: that the page shows.
        versions: what made it.
        narrowing: what the question was confined to.
        key: to seal with.
        latency_ms: milliseconds from question to answer.
    """
    rater = secrets.randbits(_RATER_BITS)
    # The key of the answer is no part of the rater, which is kept as a hash alone.
    name = f"web:{secrets.token_hex(16)}"
    shown = shown_answer(
        answer, key=name, channel="web", chat=None, versions=versions, latency_ms=latency_ms
    )
    value = {**asdict(shown), "time": milliseconds(shown.time)}
    return seal(key, {"answer": value, "rater": rater, "narrowing": asdict(narrowing)})


def opened_answer(text: str, key: str) -> Sealed:
    """What a page brought back.

    Raises:
        BrokenSeal: it was not made here, or too long ago, or before the form of it changed.
    """
    value = unseal(key, text)
    try:
        answer = _answer(value["answer"])
        found = Sealed(answer, int(value["rater"]), Narrowing.of_record(value["narrowing"]))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Sealed with this key, but by a version that kept other fields.
        raise BrokenSeal from error
    if datetime.datetime.now(datetime.UTC) - answer.time > KEPT:
        raise BrokenSeal
    return found


def _answer(value: dict[str, Any]) -> ShownAnswer:
    fields = {
        **value,
        "time": moment(value["time"]),
        "versions": Versions(**value["versions"]),
        "extracts": tuple(ShownExtract(**extract) for extract in value["extracts"]),
    }
    return ShownAnswer(**fields)


def parsed_rating(text: str) -> tuple[Rating, int | None]:
    """What a button says: ``helpful.2`` of the second extract, ``helpful`` of the answer.

    Raises:
        UsageError: no button says so.
    """
    name, _, number = text.partition(".")
    for rating in RATINGS:
        if name == rating and (not number or (number.isdecimal() and len(number) < 4)):
            return rating, int(number) if number else None
    raise UsageError("there is no such rating", mend=f"one of {', '.join(RATINGS)}")


def keep(store: FeedbackStore, sealed: Sealed, rating: Rating, rank: int | None, key: str) -> None:
    """Keep a rating with the answer that it is of; an answer that is kept already is kept once.

    Raises:
        UsageError: the answer showed no extract of that rank.
        FeedbackFault, StorageError: as the store.
    """
    if rank is not None and not 1 <= rank <= len(sealed.answer.extracts):
        raise UsageError(f"the answer showed no extract {rank}")
    number = store.record_answer(sealed.answer)
    store.rate(number, chat_hash(key, sealed.rater), rating, rank=rank)
