"""From ratings to questions with gold, in the form that ``cityqa eval`` reads.

Answers to the same question are taken together: same in search form, but for punctuation at its
ends. A rating is a vote for or against what it was said of: an extract (its report and text) or
the refusal. ``helpful`` is for it, the other two are against. Said of the answer as a whole, a
rating is of the refusal, or of the one extract shown; of several, a bad one is of each, a good one
of none in particular. Each rater has one vote on each of these, the latest.

An extract with more votes for than against it is gold; so is a refusal, which makes the question an
unanswerable one. Where a question has both, the one that more raters found helpful wins. A tie
gives no gold. A question that was rated and has no gold is still to be judged by a person.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from corpus.normalise import normalise
from qa.evaluation.records import UNANSWERABLE
from qa.feedback.ratings import RATINGS, Rating
from qa.feedback.records import GivenRating, RatedAnswer, ShownAnswer

KIND = "feedback"
UNJUDGED = "feedback-unjudged"

_ENDS = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True, order=True)
class _Extract:
    """What an extract is told by: its report and its text."""

    report: str
    text: str


# What is voted on; none stands for the refusal.
_Target = _Extract | None


@dataclass(slots=True)
class _Asked:
    """One question with all that was shown and said about it."""

    first: ShownAnswer
    shown: dict[_Extract, None] = field(default_factory=dict)
    # The kind of each rating, a rater and answer.
    ratings: Counter[Rating] = field(default_factory=Counter)
    # When, and whether it is for it.
    votes: dict[tuple[_Target, str], tuple[Any, bool]] = field(default_factory=dict)

    def add(self, rated: RatedAnswer) -> None:
        extracts = [_Extract(one.report, one.text) for one in rated.answer.extracts]
        self.shown.update(dict.fromkeys(extracts))
        for given in rated.ratings:
            self.ratings[given.rating] += 1
            stamp = (given.time, rated.id)
            for target in _targets(rated.answer, extracts, given):
                before = self.votes.get((target, given.rater))
                if before is None or before[0] <= stamp:
                    self.votes[target, given.rater] = (stamp, given.rating == "helpful")

    def gold(self) -> tuple[_Target, ...]:
        """Extracts in the order shown, or the refusal alone; empty where there is no gold."""
        balance: Counter[_Target] = Counter()
        helped: dict[bool, set[str]] = {True: set(), False: set()}
        for (target, _), (_, good) in self.votes.items():
            balance[target] += 1 if good else -1
        for (target, rater), (_, good) in self.votes.items():
            if good and balance[target] > 0:
                helped[target is None].add(rater)
        refused, answered = len(helped[True]), len(helped[False])
        if refused > answered:
            return (None,)
        if answered > refused:
            return tuple(extract for extract in self.shown if balance[extract] > 0)
        return ()


def _targets(
    answer: ShownAnswer, extracts: list[_Extract], given: GivenRating
) -> Iterable[_Target]:
    """What a rating was said of."""
    if given.rank is not None:
        return extracts[given.rank - 1 : given.rank]
    if answer.refused:
        return (None,)
    if given.rating == "helpful" and len(extracts) > 1:
        return ()
    return extracts


def gold_records(
    answers: Iterable[RatedAnswer], rating: Rating | None = "helpful"
) -> Iterator[dict[str, Any]]:
    """Each question as one object of JSON lines, by the time it was first asked.

    Args:
        answers: with their ratings, by time.
        rating: ``helpful`` gives the questions with gold: ``id``, ``question``, ``lang``,
            ``report`` and ``answer`` (lists, both empty for an unanswerable question; any one
            answer is enough) and ``kind``, ``feedback`` or ``unanswerable``. Another kind gives
            the questions without gold that were rated so, to be judged: ``report`` is none,
            ``answer`` empty, ``kind`` is ``feedback-unjudged`` and ``judge`` true; ``ratings``
            counts what was said, ``shown`` lists the extracts. None gives all of both.
    """
    questions: dict[str, _Asked] = {}
    for rated in answers:
        questions.setdefault(_same(rated.answer.question), _Asked(rated.answer)).add(rated)
    for form, asked in questions.items():
        gold = asked.gold()
        head = {
            "id": f"f-{hashlib.sha256(form.encode()).hexdigest()[:12]}",
            "question": asked.first.question,
            "lang": asked.first.language,
        }
        if gold:
            if rating in (None, "helpful"):
                yield {**head, **_gold_fields([one for one in gold if one is not None])}
        elif rating is None or (rating != "helpful" and asked.ratings[rating]):
            yield {**head, **_unjudged_fields(asked)}


def _gold_fields(gold: list[_Extract]) -> dict[str, Any]:
    return {
        "report": list(dict.fromkeys(extract.report for extract in gold)),
        "answer": list(dict.fromkeys(extract.text for extract in gold)),
        "kind": KIND if gold else UNANSWERABLE,
    }


def _unjudged_fields(asked: _Asked) -> dict[str, Any]:
    return {
        "report": None,
        "answer": [],
        "kind": UNJUDGED,
        "judge": True,
        "ratings": {kind: asked.ratings[kind] for kind in RATINGS if asked.ratings[kind]},
        "shown": [{"report": one.report, "answer": one.text} for one in asked.shown],
    }


def _same(question: str) -> str:
    """The form in which equal questions are equal."""
    form = normalise(question)
    return _ENDS.sub("", form) or form
