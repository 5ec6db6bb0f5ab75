"""Questions: texts in private, ``/ask`` everywhere, mentions and replies in groups, edits."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, ContextTypes, MessageHandler, filters

from bot.handlers.asking import admitted, answer_text, examples_for
from bot.handlers.commands import argument, command_of, on_command
from bot.handlers.compare import answer_comparison
from bot.handlers.groups import is_automatic, question_here, question_to_bot, text_replied_to
from bot.handlers.reach import (
    context_for,
    hashed,
    in_state,
    is_group,
    services_of,
    username_of,
)
from bot.handlers.seldom import Seldom
from bot.handlers.showing import place_of, put
from bot.state.records import Shown
from bot.views.notices import how_to_ask_view, text_only_view, unknown_command_view

_ALBUMS = "albums"
_ALBUM_SECONDS = 600.0


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """In order; after all others, since these take what is left."""
    return [
        on_command("ask", callback=ask),
        on_command(callback=unknown_command),
        MessageHandler(filters.UpdateType.MESSAGE & filters.StatusUpdate.ALL, nothing),
        MessageHandler(filters.UpdateType.MESSAGE, text),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, edited),
    ]


async def ask(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """``/ask QUESTION``; without a question, that of the message replied to."""
    message = update.effective_message
    question = argument(update, context)
    if not question and message is not None:
        question = text_replied_to(message)
    if question:
        await answer_text(update, context, question)
    else:
        await how_to_ask(update, context)


async def how_to_ask(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say how to ask, with example questions."""
    services = services_of(context)
    place = place_of(services, update)
    if place is not None:
        view_context = await context_for(services, update)
        if await admitted(place, view_context):
            examples = await examples_for(services, view_context)
            await put(place, how_to_ask_view(view_context, examples))


async def text(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Whatever else comes as a message."""
    message = update.message
    if message is None:
        return
    question = await question_here(services_of(context), message)
    if question:
        await answer_text(update, context, question)
    elif question is not None:
        # A mention and nothing else: it is about what it replies to.
        about = text_replied_to(message)
        if about:
            await answer_text(update, context, about)
        else:
            await how_to_ask(update, context)
    elif not is_group(message.chat) and not is_automatic(message):
        if message.text:
            # A command of another bot.
            await unknown_command(update, context)
        else:
            await _say_text_only(update, context, message)


async def _say_text_only(
    update: Update, context: ContextTypes.DEFAULT_TYPE, message: Message
) -> None:
    services = services_of(context)
    place = place_of(services, update)
    # An album comes as one message a picture.
    albums = context.bot_data.setdefault(_ALBUMS, Seldom(_ALBUM_SECONDS))
    album = message.media_group_id
    if place is None or (album and not albums.admits(album)):
        return
    view_context = await context_for(services, update)
    if await admitted(place, view_context):
        await put(place, text_only_view(view_context))


async def unknown_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A command that there is not: in groups it may be another bot's."""
    services = services_of(context)
    place = place_of(services, update)
    if place is not None and not is_group(place.chat):
        view_context = await context_for(services, update)
        if await admitted(place, view_context):
            await put(place, unknown_command_view(view_context))


async def ask_again(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer the question that the message under a pressed button quotes, if it does."""
    query = update.callback_query
    under = query.message if query is not None else None
    asked = under.reply_to_message if isinstance(under, Message) else None
    if asked is not None and (question := _question_in(asked, username_of(context.bot))):
        await answer_text(update, context, question)


async def nothing(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A service message: someone came or left, a message was pinned."""


async def edited(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """An edited question is answered anew, in place of its answer."""
    message = update.edited_message
    if message is None or not (message.text or message.caption):
        return
    earlier = await _answer_to(context, message)
    if earlier is None:
        return
    command = command_of(message, username_of(context.bot))
    if command is not None and command.name == "compare":
        await answer_comparison(update, context, command.text, earlier=earlier)
        return
    question = _question_in(message, username_of(context.bot))
    await answer_text(update, context, question, earlier=earlier)


def _question_in(message: Message, username: str) -> str:
    """What a message asks that is known to ask something."""
    command = command_of(message, username)
    if command is not None:
        return command.text
    # Without its mention it is still the question that was answered.
    return question_to_bot(message) or (message.text or message.caption or "").strip()


async def _answer_to(context: ContextTypes.DEFAULT_TYPE, message: Message) -> Shown | None:
    services = services_of(context)
    key = hashed(services, message.chat.id)
    return await in_state(services.chats.shown_for_question, key, message.message_id)
