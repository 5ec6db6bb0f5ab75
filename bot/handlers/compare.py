"""``/compare``: one question, several cities, each asked by itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, ContextTypes

from bot.handlers.asking import admitted, answer_context, beside_the_reports, covered, is_unchanged
from bot.handlers.commands import argument, on_command
from bot.handlers.groups import text_replied_to
from bot.handlers.reach import kept_chat, services_of
from bot.handlers.showing import place_of, put_aside, show
from bot.handlers.waiting import while_typing
from bot.library import Library
from bot.state.records import Shown
from bot.views.notices import how_to_compare_view
from qa.answer import Answer, Extract
from qa.engine import COMPARED
from qa.question import FOCUS_CERTAINTY, understand

MOST = 6
"""Cities that are compared unnamed; named ones may be more."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is asked of which cities.

    Attributes:
        question: as it is asked of each.
        cities: that are compared, as the reports name them.
        named: those among them that the text names.
        absent: cities that the text names and that no report covers.
    """

    question: str
    cities: tuple[str, ...]
    named: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def names_enough(self) -> bool:
        """Whether there are two cities or more to compare, those without a report counted."""
        return len(self.cities) + len(self.absent) > 1


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """In order."""
    return [on_command("compare", callback=compare)]


async def compare(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """``/compare QUESTION``; without a question, that of the message replied to."""
    message = update.effective_message
    text = argument(update, context)
    if not text and message is not None:
        text = text_replied_to(message)
    await answer_comparison(update, context, text)


async def answer_comparison(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    text: str,
    *,
    earlier: Shown | None = None,
) -> None:
    """Answer one question from the reports of several cities.

    Args:
        update: the message that asks.
        context: of the update.
        text: what is asked.
        earlier: the answer to the message before it was edited; it is replaced.
    """
    services = services_of(context)
    library = services.library
    place = place_of(services, update, earlier)
    if place is None or is_unchanged(earlier, text):
        return
    chat = await kept_chat(services, place.chat.id)
    view_context = answer_context(services, update, chat, text)
    if not await admitted(place, view_context):
        return
    aside = await beside_the_reports(services, view_context, text) if text else None
    comparison = Comparison(text, ())
    if text and aside is None:
        filtered = covered(library, chat.cities)
        comparison = await asyncio.to_thread(compared, library, text, filtered)
    if not comparison.names_enough:
        how_to = how_to_compare_view(view_context, library.cities())
        await put_aside(place, aside or how_to, text)
        return
    answers = await while_typing(place, _each(library, comparison))
    answer = combined(text, answers, comparison.named)
    if comparison.cities:
        answer = replace(answer, absent=comparison.absent)
    missing = () if answer.refused else tuple(c for c, one in answers.items() if one.refused)
    await show(
        place,
        answer,
        view_context,
        typed=text,
        silent=[city for city in missing if city not in comparison.named],
        unsure=[city for city in missing if city in comparison.named],
        surroundings=False,
    )


def compared(library: Library, text: str, filtered: Sequence[str]) -> Comparison:
    """Which cities a question is to be asked of; takes milliseconds.

    Those that it names; where it names fewer than two, those of the chat's filter, else all if
    they are few. One that it names is then compared with the others, and taken out of the text.

    Args:
        library: the reports.
        text: the question.
        filtered: the chat's filter.
    """
    answerer = library.answerer
    reports = answerer.snapshot.heads
    mentions = [
        mention
        for mention in answerer.finder.find(text)
        if mention.covered and mention.certainty >= FOCUS_CERTAINTY
    ]
    named = tuple(dict.fromkeys(reports[key].city for m in mentions for key in m.covered))
    absent = understand(text, answerer.finder).absent
    if len(named) > 1 or absent:
        return Comparison(text, named, named, absent)
    others = filtered if len(filtered) > 1 else answerer.cities
    if len(filtered) < 2 and len(others) > MOST:
        return Comparison(text, named, named)
    for mention in reversed(mentions):
        text = text[: mention.start] + text[mention.end :]
    if not re.search(r"\w{2}", text):
        return Comparison(text, ())
    return Comparison(text.strip(), tuple(dict.fromkeys([*named, *others])), named)


async def _each(library: Library, comparison: Comparison) -> dict[str, Answer]:
    """The answer of each city, so that each is found certain, or refused, by itself."""
    if not comparison.cities:
        return {"": await library.ask(comparison.question)}
    return {
        city: await library.ask(comparison.question, cities=(city,), top=COMPARED)
        for city in comparison.cities
    }


def combined(question: str, answers: Mapping[str, Answer], named: Sequence[str] = ()) -> Answer:
    """One answer of those of several cities: the best extract of each, then the second of each.

    Cities whose reports do not tell have none in it; those that were named have their nearest
    passage behind all others, since a refusal may be wrong. Where no city's reports tell, it is a
    refusal with the nearest passage of each.

    Args:
        question: as typed.
        answers: by city, in the order shown; at least one.
        named: cities that the question names.
    """
    best = max(answers.values(), key=lambda answer: answer.confidence)
    refused = all(answer.refused for answer in answers.values())
    told = [answer.extracts[:COMPARED] for answer in answers.values()]
    near = [
        answer.nearest[:1]
        for city, answer in answers.items()
        if answer.refused and (refused or city in named)
    ]
    shown = _numbered([*_in_turn(told), *_in_turn(near)])
    return replace(
        best,
        question=question,
        refused=refused,
        reason=best.reason if refused else "",
        extracts=() if refused else shown,
        nearest=shown if refused else (),
        ranked=shown,
        words=tuple(dict.fromkeys(word for a in answers.values() for word in a.words)),
        hits=tuple(hit for answer in answers.values() for hit in answer.hits),
        timings={
            step: sum(answer.timings.get(step, 0.0) for answer in answers.values())
            for step in best.timings
        },
    )


def _in_turn(lists: Sequence[Sequence[Extract]]) -> list[Extract]:
    """First of each, then second of each."""
    return [one for turn in zip_longest(*lists) for one in turn if one is not None]


def _numbered(extracts: Sequence[Extract]) -> tuple[Extract, ...]:
    return tuple(replace(extract, rank=rank) for rank, extract in enumerate(extracts, start=1))
