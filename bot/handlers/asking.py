"""The path of a question in a chat: admitted, understood, answered, shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Update
from telegram.ext import ContextTypes

from bot.handlers.languages import question_language
from bot.handlers.reach import in_state, kept_chat, services_of, user_language
from bot.handlers.showing import Place, place_of, put, put_aside, show
from bot.handlers.waiting import while_typing
from bot.library import Library
from bot.services import Services
from bot.state.records import Chat, Shown
from bot.view import View, ViewContext
from bot.views.about import small_talk_view
from bot.views.notices import outside_filter_view, too_long_view, wait_view, wordless_view
from corpus.errors import UnknownCity, UsageError
from qa.answer import Answer
from qa.feedback.records import text_digest
from qa.followup import complete
from qa.question import FOCUS_CERTAINTY, MAX_CHARS, check_question
from qa.small_talk import small_talk, strip_greeting

_EXAMPLES_SECONDS = 2.0
"""Seconds that a reply waits for example questions."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text asks.

    Attributes:
        question: without a greeting, and completed from the one before.
        completed: whether something of the one before was put in.
        outside: cities that it is about and the chat's filter leaves out, where it is about no
            other.
    """

    question: str
    completed: bool
    outside: tuple[str, ...]


async def answer_text(
    update: Update,
    context: ContextTypes.DEFAULT_TYPE,
    text: str,
    *,
    earlier: Shown | None = None,
) -> None:
    """Answer a text: small talk as such, all else from the reports.

    Args:
        update: a message or a button that asks.
        context: of the update.
        text: what is asked.
        earlier: the answer to the message before it was edited; it is replaced.
    """
    services = services_of(context)
    place = place_of(services, update, earlier)
    if place is None or is_unchanged(earlier, text):
        return
    chat = await kept_chat(services, place.chat.id)
    view_context = answer_context(services, update, chat, text)
    if not await admitted(place, view_context):
        return
    aside = await beside_the_reports(services, view_context, text)
    if aside is not None:
        await put_aside(place, aside, text)
        return
    cities = covered(services.library, chat.cities)
    previous = await _question_before(place)
    meant = await asyncio.to_thread(understood, services.library, text, previous, cities)
    if meant.outside:
        # Quoted, so that the button which lifts the filter knows what was asked.
        offer = outside_filter_view(view_context, meant.outside, cities)
        await put_aside(place, offer, text, quote=True)
        return
    answer = await while_typing(place, _asked(services.library, meant.question, cities))
    if meant.completed and not answer.read_as:
        answer = replace(answer, read_as=meant.question)
    await show(place, answer, view_context, typed=text, filtered=cities)


def is_unchanged(earlier: Shown | None, text: str) -> bool:
    """Whether an edit left the text of a question as it was."""
    return earlier is not None and earlier.typed_digest == text_digest(text)


def answer_context(services: Services, update: Update, chat: Chat, text: str) -> ViewContext:
    """What the views of an answer need; its language is what the chat has chosen, else the one
    that the question is asked in, else the user's.
    """
    language = chat.language or question_language(text, user_language(update))
    return ViewContext(language, services.library.links)


async def admitted(place: Place, context: ViewContext) -> bool:
    """Whether one more question may be asked; who may not is told so, once in a while."""
    user = place.update.effective_user
    verdict = place.services.throttle.admit(user.id if user is not None else None, place.chat.id)
    if verdict.first:
        await put(replace(place, earlier=None), wait_view(context, verdict.seconds))
    return verdict.allowed


async def beside_the_reports(services: Services, context: ViewContext, text: str) -> View | None:
    """The reply to what asks nothing of the reports; none where a text is a question."""
    talk = small_talk(text)
    if talk is not None:
        examples = () if talk == "goodbye" else await examples_for(services, context)
        cities = services.library.cities()
        return small_talk_view(talk, context, examples=examples, cities=cities)
    if len(text) > MAX_CHARS:
        return too_long_view(context, len(text))
    try:
        check_question(text)
    except UsageError:
        return wordless_view(context)
    return None


async def examples_for(
    services: Services, context: ViewContext, cities: Sequence[str] = ()
) -> tuple[str, ...]:
    """Three example questions; none where they are still looked for after a while."""
    examples = services.library.examples
    finding = asyncio.to_thread(examples.questions, context.language, 3, cities)
    try:
        return await asyncio.wait_for(finding, _EXAMPLES_SECONDS)
    except TimeoutError:
        # The thread goes on, so that the next one who asks has them.
        return ()


def covered(library: Library, cities: Sequence[str]) -> tuple[str, ...]:
    """The cities of a filter that there are still reports on."""
    known = set(library.cities())
    return tuple(city for city in cities if city in known)


def understood(library: Library, text: str, previous: str | None, cities: Sequence[str]) -> Meant:
    """What a text asks; takes milliseconds.

    Args:
        library: the reports.
        text: as typed.
        previous: the question before it.
        cities: the chat's filter.
    """
    answerer = library.answerer
    text = strip_greeting(text)
    question = complete(text, previous, answerer.finder) or text
    outside: list[str] = []
    if cities:
        wanted = {report for city in cities for report in answerer.reports_of(city)}
        for mention in answerer.finder.find(question):
            if not mention.covered or mention.certainty < FOCUS_CERTAINTY:
                continue
            if wanted.intersection(mention.covered):
                outside.clear()
                break
            outside += [answerer.snapshot.heads[key].city for key in mention.covered]
    return Meant(question, question != text, tuple(dict.fromkeys(outside)))


async def _asked(library: Library, question: str, cities: Sequence[str]) -> Answer:
    try:
        return await library.ask(question, cities=cities)
    except UnknownCity:
        # The reports of a chosen city went between two looks at them.
        return await library.ask(question, cities=covered(library, cities))


async def _question_before(place: Place) -> str | None:
    """The question that a text may go on from: that of the answer replied to, else the last."""
    if place.earlier is not None and place.earlier.question:
        return place.earlier.question
    if place.message is None:
        # The examples on buttons are whole questions.
        return None
    chats = place.services.chats
    replied = place.message.reply_to_message
    shown = None
    if replied is not None:
        shown = await in_state(chats.shown_as, place.key, replied.message_id)
    if shown is None:
        shown = await in_state(chats.last_question, place.key)
    return shown.question or None if shown is not None else None
