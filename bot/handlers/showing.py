"""An answer's way into the chat: kept in the feedback store, shown, remembered, counted."""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Chat as TelegramChat
from telegram import Message, Update

from bot.handlers.reach import hashed, in_state, is_group, thread_of
from bot.running.current import is_alone, seconds_since_receipt
from bot.sender import Sent
from bot.services import Services
from bot.state.records import Shown
from bot.view import View, ViewContext
from bot.views.answer import answer_view
from corpus.errors import CityqaError
from qa.answer import Answer
from qa.feedback.records import shown_answer, text_digest

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes.

    Attributes:
        services: of the bot.
        update: that asks.
        chat: where.
        message: that asks; none where a button does.
        earlier: the answer that takes this one in its place, after an edit; none for a new one.
    """

    services: Services
    update: Update
    chat: TelegramChat
    message: Message | None
    earlier: Shown | None = None

    @property
    def key(self) -> str:
        """The chat's keyed hash."""
        return hashed(self.services, self.chat.id)

    @property
    def thread(self) -> int | None:
        """The topic that is asked in."""
        query = self.update.callback_query
        under = query.message if query is not None else self.message
        return thread_of(under) if isinstance(under, Message) else None


def place_of(services: Services, update: Update, earlier: Shown | None = None) -> Place | None:
    """Where the answer to an update goes; none where it comes from no chat."""
    chat = update.effective_chat
    if chat is None:
        return None
    message = None if update.callback_query is not None else update.effective_message
    return Place(services, update, chat, message, earlier)


async def put(place: Place, view: View, *, quote: bool = False) -> Sent:
    """Show a view in place of the earlier answer, or as a new message.

    A new one quotes the message that asks where others may be taken for it: in groups, where
    several wait, and where it was edited.

    Args:
        place: where.
        view: what.
        quote: whether it quotes the message that asks in any case.

    Returns:
        whether it is shown, and the ids of the messages.
    """
    sender, earlier = place.services.sender, place.earlier
    if earlier is not None and earlier.answer_messages:
        first = earlier.answer_messages[0]
        if await sender.edit(place.chat.id, first, view):
            return Sent(True, earlier.answer_messages)
    quotes = quote or is_group(place.chat) or earlier is not None or not is_alone()
    reply_to = place.message.message_id if place.message is not None and quotes else None
    return await sender.send(place.chat.id, view, thread=place.thread, reply_to=reply_to)


async def typing(place: Place) -> None:
    """Show that an answer is coming."""
    await place.services.sender.typing(place.chat.id, thread=place.thread)


async def show(
    place: Place,
    answer: Answer,
    context: ViewContext,
    *,
    typed: str,
    filtered: Sequence[str] = (),
    silent: Sequence[str] = (),
    unsure: Sequence[str] = (),
    surroundings: bool = True,
) -> None:
    """Show an answer.

    It is kept in the feedback store before it is sent, since its buttons carry its id there; where
    the store fails, it goes out without the buttons that rate it.

    Args:
        place: where.
        answer: with the question as it was completed.
        context: language and links.
        typed: the question as typed.
        filtered: cities that the chat's filter left.
        silent, unsure: cities of a comparison, as of ``answer_view``.
        surroundings: whether the passage around the first extract is shown, where there is room.
    """
    services = place.services
    id_ = await _kept(place, answer)
    view = answer_view(
        answer,
        context,
        answer_id=id_,
        filtered=filtered,
        silent=silent,
        unsure=unsure,
        group=is_group(place.chat),
        passages=_passages(services, answer) if surroundings else {},
    )
    sent = await put(place, view)
    services.metrics.answered(refused=answer.refused)
    services.metrics.reply(seconds_since_receipt())
    # A server that tells no ids has shown it all the same, and what follows goes on from it.
    if sent.done:
        await _remember(place, answer.question, typed, sent.ids, id_)


async def put_aside(place: Place, view: View, typed: str, *, quote: bool = False) -> None:
    """Show the reply to a text that asks nothing of the reports.

    It is remembered without the text: when that is edited, an answer takes its place, but nothing
    can go on from it.

    Args:
        place: where.
        view: what.
        typed: the text.
        quote: as of ``put``.
    """
    sent = await put(place, view, quote=quote)
    if sent.done:
        await _remember(place, "", typed, sent.ids, None)


def _passages(services: Services, answer: Answer) -> dict[str, str]:
    """Texts of the passages that the extracts stand in, by their ids."""
    texts = {}
    for extract in answer.extracts or answer.nearest:
        found = services.library.passage(extract.citation.passage)
        if found is not None:
            report, passage = found
            texts[passage.id] = report.slice(passage.span)
    return texts


def _record_key(place: Place) -> str:
    """One name for the answer to an update, the same where it is answered again after a crash.

    A digest, as the ids of updates and messages may begin anew for another bot.
    """
    update, message = place.update, place.message
    parts: list[object] = [update.get_bot().id, update.update_id]
    if message is not None:
        parts += [message.message_id, message.date.timestamp()]
    elif update.callback_query is not None:
        parts.append(update.callback_query.id)
    digest = hashlib.sha256(" ".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
    return f"telegram:{digest[:32]}"


async def _kept(place: Place, answer: Answer) -> int | None:
    """The id of the answer in the feedback store; none where that fails, which is logged."""
    services = place.services
    record = shown_answer(
        answer,
        key=_record_key(place),
        channel="telegram",
        chat=place.key,
        versions=services.library.versions(),
        latency_ms=seconds_since_receipt() * 1000,
    )
    try:
        return await asyncio.to_thread(services.feedback.record_answer, record)
    except CityqaError as error:
        _LOG.error("an answer is not kept: %s", error)
        return None


async def _remember(
    place: Place, question: str, typed: str, messages: tuple[int, ...], id_: int | None
) -> None:
    now = datetime.datetime.now(datetime.UTC)
    shown = Shown(
        chat=place.key,
        question_message=place.message.message_id if place.message is not None else None,
        answer_messages=messages,
        question=question,
        feedback_id=id_,
        # An answer to an edit stays where it was among the others.
        time=place.earlier.time if place.earlier is not None else now,
        typed_digest=text_digest(typed),
    )
    await in_state(place.services.chats.remember_answer, shown)
