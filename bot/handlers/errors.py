"""What is done when handling an update fails: the user is told something, the admins the rest."""

from __future__ import annotations

import hashlib
import logging
import traceback

from telegram import Update
from telegram.error import NetworkError
from telegram.ext import ContextTypes

from bot.handlers.reach import context_for, kept_chat, services_of
from bot.handlers.seldom import Seldom
from bot.handlers.showing import place_of, put
from bot.services import Services
from bot.view import View, ViewContext
from bot.views.notices import (
    error_report_view,
    no_search_view,
    not_possible_view,
    went_wrong_view,
)
from corpus.errors import CityqaError, UsageError

_LOG = logging.getLogger(__name__)

PACKAGES = ("corpus", "embeddings", "qa", "bot")
"""Whose lines are told of."""

_REPORTED = "errors that admins were told of"
_MINUTE = 60.0


async def on_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Log an error, tell whoever it happened to, and the admins; never raises."""
    error = context.error
    if error is None:
        return
    place = place_of_error(error)
    reference = reference_of(error, place)
    kind = kind_of(update)
    _LOG.error("error %s at %s, handling: %s", reference, place, kind, exc_info=error)
    try:
        services = services_of(context)
        services.metrics.error(type(error).__name__)
        # Where Telegram is not reached, nobody can be told.
        if isinstance(error, NetworkError):
            return
        if isinstance(update, Update):
            await _tell_user(services, update, error, reference)
        # What a user asked wrongly is no matter for admins.
        reported = context.bot_data.setdefault(_REPORTED, Seldom(_MINUTE))
        if not isinstance(error, UsageError) and reported.admits(reference):
            await _tell_admins(services, reference, kind, type(error).__name__, place)
    except Exception:
        _LOG.exception("error %s could not be told of", reference)


def reference_of(error: BaseException, place: str) -> str:
    """6 hex digits for an error: the same for the same class at the same place."""
    named = f"{type(error).__qualname__} {place}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:6]


def place_of_error(error: BaseException) -> str:
    """The innermost line of this program that an error came through: ``qa.engine:120``."""
    place = "unknown"
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__"))
        if module.partition(".")[0] in PACKAGES:
            place = f"{module}:{line}"
    return place


def kind_of(update: object) -> str:
    """What kind of update it was, as the Bot API names it; nothing of what it holds."""
    if isinstance(update, Update):
        for kind in Update.ALL_TYPES:
            if getattr(update, kind, None) is not None:
                return str(kind)
    return "none"


def told_user(error: BaseException, context: ViewContext, reference: str) -> View:
    """What the user is told of an error. Paths and the like are the operator's."""
    if isinstance(error, UsageError):
        return not_possible_view(context)
    if isinstance(error, CityqaError):
        return no_search_view(context, reference)
    return went_wrong_view(context, reference)


async def _tell_user(
    services: Services, update: Update, error: BaseException, reference: str
) -> None:
    if update.callback_query is not None:
        await services.sender.notice(update.callback_query.id)
    place = place_of(services, update)
    if place is not None and (update.effective_message or update.callback_query):
        await put(place, told_user(error, await context_for(services, update), reference))


async def _tell_admins(
    services: Services, reference: str, kind: str, name: str, place: str
) -> None:
    for admin in services.telegram.admins:
        chat = await kept_chat(services, admin)
        context = ViewContext(chat.language or "en", services.library.links)
        await services.sender.send(admin, error_report_view(context, reference, kind, name, place))
