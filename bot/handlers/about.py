"""What the bot says about itself, and what it forgets: start, help, privacy, forget, stats."""

from __future__ import annotations

import asyncio
import datetime
import logging
from typing import Any

from telegram import Chat, Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, ContextTypes

from bot.callback_data import key
from bot.handlers.asking import answer_text, examples_for
from bot.handlers.commands import argument, on_command
from bot.handlers.inline import START
from bot.handlers.press import Press, button_text
from bot.handlers.questions import unknown_command
from bot.handlers.reach import context_for, is_group, services_of, username_of
from bot.handlers.showing import place_of, put
from bot.handlers.sources import deep_link
from bot.running.lenient_bot import LenientBot
from bot.services import Services
from bot.views.about import help_view, privacy_view, start_view
from bot.views.choices import NAMES
from bot.views.forget import ALL, MINE, NO, forget_view, forgotten_view, kept_view
from bot.views.notices import line
from bot.views.stats import stats_view
from corpus.errors import CityqaError
from qa.feedback.records import Statistics
from qa.messages import message

_LOG = logging.getLogger(__name__)

_ADMINISTRATORS = ("administrator", "creator")

_STRETCHES = (1, 7, None)
"""Days up to now that are counted; none for all that is kept."""


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """The handlers of the commands."""
    return [
        on_command("start", callback=_start),
        on_command("help", callback=_help),
        on_command("privacy", callback=_privacy),
        on_command("forget", callback=_forget),
        on_command("stats", callback=_stats),
    ]


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is None:
        return
    payload = argument(update, context)
    if payload not in ("", START) and await deep_link(update, context, payload):
        return
    views = await context_for(services, update)
    examples = await examples_for(services, views)
    view = start_view(
        views,
        examples=examples,
        cities=services.library.cities(),
        username=username_of(context.bot),
        group=is_group(place.chat),
    )
    await put(place, view)


async def _help(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is not None:
        views = await context_for(services, update)
        await put(
            place,
            help_view(views, username=username_of(context.bot), group=is_group(place.chat)),
        )


async def _privacy(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is not None:
        view = privacy_view(
            await context_for(services, update),
            days=services.telegram.retention_days,
            log_text=services.telegram.log_text,
            group=is_group(place.chat),
        )
        await put(place, view)


async def _forget(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is not None:
        views = await context_for(services, update)
        await put(place, forget_view(views, group=is_group(place.chat)))


async def forget(press: Press) -> None:
    """Delete what is kept of the chat, or the ratings of who pressed, or nothing."""
    choice = press.field(0)
    if press.under is None:
        await press.elsewhere()
    elif choice == NO:
        await press.show(kept_view(press.context), in_place=True)
    elif choice not in (ALL, MINE):
        await press.foreign()
    elif choice == ALL and press.in_group and not await _is_administrator(press):
        await press.notice(
            message(press.context.language, "Only administrators of this group can do that."),
            alert=True,
        )
    else:
        await _forgotten(press, choice)


async def _forgotten(press: Press, choice: str) -> None:
    services, chat = press.services, press.chat
    assert chat is not None
    try:
        if choice == MINE:
            await asyncio.to_thread(services.feedback.forget_ratings, press.user)
        else:
            await asyncio.to_thread(services.feedback.forget, chat)
            await asyncio.to_thread(services.chats.forget, chat)
    except CityqaError as error:
        _LOG.warning("what is kept cannot be deleted: %s", error)
        await press.notice(
            message(
                press.context.language,
                "It could not be deleted just now. Please try again in a while.",
            ),
            alert=True,
        )
        return
    if choice == MINE:
        # Others may still want to press the button.
        await press.notice(message(press.context.language, "Your ratings are deleted."), alert=True)
    else:
        await press.show(forgotten_view(press.context), in_place=True)


async def _is_administrator(press: Press) -> bool:
    """Whether who pressed is an administrator of the group; not where Telegram does not say."""
    if press.under is None:
        return False
    bot: object = press.handling.bot
    assert isinstance(bot, LenientBot)
    asked = {"chat_id": press.under.chat.id, "user_id": press.query.from_user.id}
    try:
        member = await bot.call("getChatMember", asked)
    except TelegramError as error:
        _LOG.info("Telegram does not say who is an administrator: %s", error)
        return False
    return isinstance(member, dict) and member.get("status") in _ADMINISTRATORS


async def example(press: Press) -> None:
    """Ask an example question."""
    chat: Chat | None = press.update.effective_chat
    if chat is None:
        await press.elsewhere()
        return
    question = await _question(press)
    if not question:
        await press.foreign()
        return
    # In private nothing else shows what is asked.
    await press.notice(question)
    await answer_text(press.update, press.handling, question)


async def _question(press: Press) -> str:
    """The question that a button asks; after a restart or with other reports, what it says."""
    wanted = press.field(0)
    said = button_text(press.keyboard, press.query.data)
    if key(said) == wanted:
        return said
    examples = press.services.library.examples

    def known() -> str:
        for language in NAMES:
            for question in examples.questions(language):
                if key(question) == wanted:
                    return question
        return ""

    return await asyncio.to_thread(known)


async def _stats(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    user = update.effective_user
    if user is None or user.id not in services.telegram.admins:
        await unknown_command(update, context)
        return
    if place is None:
        return
    views = await context_for(services, update)
    try:
        counted = await asyncio.to_thread(_counted, services)
    except CityqaError as error:
        _LOG.warning("feedback cannot be counted: %s", error)
        await put(place, line(str(error)))
        return
    library = services.library
    await put(
        place,
        stats_view(counted, views, reports=len(library.reports()), versions=library.versions()),
    )


def _counted(services: Services) -> list[tuple[int | None, Statistics]]:
    now = datetime.datetime.now(datetime.UTC)
    return [
        (
            days,
            services.feedback.statistics(now - datetime.timedelta(days=days) if days else None),
        )
        for days in _STRETCHES
    ]
