"""Pressed buttons: each goes to what handles its action, and each is answered, come what may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.callback_data import Action, CallbackData
from bot.handlers import about, choices, ratings, sources
from bot.handlers.press import Press
from bot.handlers.reach import context_for, services_of

_NOTHING = CallbackData(Action.NOTHING)

_Handle = Callable[[Press], Awaitable[None]]


async def _nothing(press: Press) -> None:
    """A label."""
    await press.notice()


_HANDLED: dict[Action, _Handle] = {
    Action.PASSAGE: sources.passage,
    Action.CONTENTS: sources.contents,
    Action.WHOLE: sources.whole,
    Action.DOCUMENT: sources.document,
    Action.REPORTS: sources.reports,
    Action.CITIES: choices.cities,
    Action.CITY: choices.city,
    Action.ALL_CITIES: choices.all_cities,
    Action.LANGUAGE: choices.language,
    Action.SETTINGS: choices.settings,
    Action.RATE: ratings.rate,
    Action.EXAMPLE: about.example,
    Action.FORGET: about.forget,
    Action.NOTHING: _nothing,
}


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """The handler of all pressed buttons."""
    return [CallbackQueryHandler(pressed)]


async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Do what a button says."""
    query = update.callback_query
    if query is None:
        return
    services = services_of(context)
    carried = CallbackData.parse(query.data) if query.data else None
    press = Press(
        update, context, services, carried or _NOTHING, await context_for(services, update)
    )
    try:
        if carried is None:
            await press.foreign()
        else:
            await _HANDLED[carried.action](press)
    finally:
        # Clients show a button as working until it is answered.
        await press.notice()
