"""The operator's list of chats: others are told their id, for the operator to add it."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import ApplicationHandlerStop, BaseHandler, ContextTypes, TypeHandler

from bot.handlers.commands import command_of
from bot.handlers.groups import question_to_bot
from bot.handlers.reach import context_for, is_group, services_of, username_of
from bot.handlers.seldom import Seldom
from bot.handlers.showing import place_of, put
from bot.services import Services
from bot.views.notices import not_allowed_view

_TOLD = "chats told that they are not allowed"
_DAY = 24 * 60 * 60.0


def gate() -> BaseHandler[Any, Any, Any]:
    """Lets no other handler see what comes from chats that are not on the list."""
    return TypeHandler(Update, _check)


def is_allowed(services: Services, update: Update) -> bool:
    """Whether the bot answers where an update comes from: all where there is no list.

    An inline query comes from no chat; there the user's own chat with the bot counts.
    """
    listed = services.telegram.allowed_chats
    where = update.effective_chat or update.effective_user
    return not listed or (where is not None and where.id in listed)


async def tell_id(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Tell a chat its id, once a day."""
    services = services_of(context)
    told = context.bot_data.setdefault(_TOLD, Seldom(_DAY))
    place = place_of(services, update)
    if place is not None and told.admits(place.chat.id):
        view_context = await context_for(services, update)
        await put(place, not_allowed_view(view_context, place.chat.id))


async def _check(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    message = update.message
    passes = update.my_chat_member is not None or (
        # A group that became another chat keeps its settings, for when that one is added.
        message is not None and (message.migrate_to_chat_id or message.migrate_from_chat_id)
    )
    if passes or is_allowed(services, update):
        return
    if update.callback_query is not None:
        await services.sender.notice(update.callback_query.id)
    elif message is not None and (
        not is_group(message.chat)
        or command_of(message, username_of(context.bot)) is not None
        or question_to_bot(message) is not None
    ):
        await tell_id(update, context)
    raise ApplicationHandlerStop
