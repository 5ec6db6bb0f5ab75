"""What handlers reach from an update: the services, the chat, its settings, its language."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from telegram import Bot, Message, Update
from telegram import Chat as TelegramChat
from telegram.ext import ContextTypes

from bot.handlers.languages import language_of_code
from bot.services import Services
from bot.state.records import Chat
from bot.view import ViewContext
from corpus.errors import CityqaError
from qa.feedback.hashing import chat_hash
from qa.language import Interface

_LOG = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

SERVICES = "services"
"""Key of the services in ``application.bot_data``."""


def services_of(context: ContextTypes.DEFAULT_TYPE) -> Services:
    """The services of the running bot."""
    services = context.bot_data[SERVICES]
    assert isinstance(services, Services)
    return services


def hashed(services: Services, id_: int) -> str:
    """The keyed hash under which a chat or user is kept."""
    return chat_hash(services.hash_key, id_)


def is_group(chat: TelegramChat) -> bool:
    """Whether several people talk in a chat."""
    return chat.type != TelegramChat.PRIVATE


def username_of(bot: Bot) -> str:
    """The bot's name without ``@``; empty where the server does not tell it."""
    return bot.username or ""


def thread_of(message: Message | None) -> int | None:
    """The topic of a forum that a message stands in; none elsewhere.

    Replies in groups without topics have a thread as well, in which nothing can be sent.
    """
    if message is None or not message.is_topic_message:
        return None
    return message.message_thread_id


def user_language(update: Update) -> Interface:
    """The interface language of the user's own settings."""
    user = update.effective_user
    return language_of_code(user.language_code if user is not None else None)


async def in_state(work: Callable[_P, _T], *args: _P.args, **values: _P.kwargs) -> _T | None:
    """Read or write the bot's state, off the event loop.

    Returns:
        what ``work`` returns; none where the disk refuses, which is logged: the bot goes on
        without remembering.
    """
    try:
        return await asyncio.to_thread(work, *args, **values)
    except CityqaError as error:
        _LOG.warning("the state of the bot cannot be used: %s", error)
        return None


async def kept_chat(services: Services, chat_id: int) -> Chat:
    """What is kept of a chat; the defaults where that cannot be read."""
    return await in_state(services.chats.chat, hashed(services, chat_id)) or Chat()


async def context_for(services: Services, update: Update) -> ViewContext:
    """What views need: the language that the chat has chosen, else the user's, and the links."""
    # Inline queries come from no chat; what the user chose in private holds for them.
    where = update.effective_chat or update.effective_user
    kept = await kept_chat(services, where.id) if where is not None else Chat()
    return ViewContext(kept.language or user_language(update), services.library.links)
