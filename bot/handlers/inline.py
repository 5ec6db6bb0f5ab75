"""Inline mode: ``@bot question`` in any chat, a result an extract."""

from __future__ import annotations

from typing import Any

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.ext import BaseHandler, ContextTypes, InlineQueryHandler

from bot.handlers.asking import answer_context, beside_the_reports
from bot.handlers.reach import kept_chat, services_of
from bot.limits import INLINE_RESULTS
from bot.throttle import Throttle
from bot.view import ViewContext
from bot.views.extract import extract_description, extract_title, extract_view
from bot.views.notices import no_result_label, open_chat_label
from qa.answer import Answer, Extract

CACHE_SECONDS = 60
"""Seconds that Telegram may answer the same query of the same user by itself."""

SHORTEST = 2
"""Characters of a query that is searched for."""

EXTRACTS = 5
"""Results wanted of a query."""

START = "inline"
"""What the button above the results starts the chat with the bot with."""

_THROTTLE = "throttle of inline queries"


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """In order."""
    return [InlineQueryHandler(query)]


async def query(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer an inline query; one that is too short, or one too many, not at all."""
    asked = update.inline_query
    if asked is None:
        return
    services = services_of(context)
    text = asked.query.strip()
    # What the user chose in the chat with the bot holds here, too: that chat has the user's id.
    chat = await kept_chat(services, asked.from_user.id)
    view_context = answer_context(services, update, chat, text)
    if not text:
        label = open_chat_label(view_context.language)
        await _reply(context, asked.id, label=label)
        return
    # Every few letters typed make a query: they are counted apart from questions.
    limit = services.telegram.chat_limit
    throttle = context.bot_data.setdefault(_THROTTLE, Throttle(limit, limit))
    if len(text) < SHORTEST or not throttle.admit(None, asked.from_user.id).allowed:
        return
    if await beside_the_reports(services, view_context, text) is not None:
        await _reply(context, asked.id, label=open_chat_label(view_context.language))
        return
    answer = await services.library.ask(text, top=EXTRACTS)
    services.metrics.answered(refused=answer.refused)
    if answer.refused:
        await _reply(context, asked.id, label=no_result_label(view_context.language))
    else:
        await _reply(context, asked.id, results(answer, view_context))


def results(answer: Answer, context: ViewContext) -> list[InlineQueryResultArticle]:
    """A result an extract, each a message of its own."""
    return [_result(extract, answer, context) for extract in answer.extracts[:INLINE_RESULTS]]


def _result(extract: Extract, answer: Answer, context: ViewContext) -> InlineQueryResultArticle:
    view = extract_view(extract, answer, context)
    # A message of an inline result is one message.
    shown = view.text.rendered()[0]
    return InlineQueryResultArticle(
        id=f"{extract.rank}-{extract.citation.passage}",
        title=extract_title(extract),
        description=extract_description(extract),
        input_message_content=InputTextMessageContent(
            shown.text,
            entities=shown.entities,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=view.keyboard,
    )


async def _reply(
    context: ContextTypes.DEFAULT_TYPE,
    query_id: str,
    results: list[InlineQueryResultArticle] | None = None,
    *,
    label: str = "",
) -> None:
    button = InlineQueryResultsButton(label, start_parameter=START) if label else None
    await services_of(context).sender.inline(
        query_id, results or [], cache_seconds=CACHE_SECONDS, personal=True, button=button
    )
