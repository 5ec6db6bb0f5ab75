"""What a chat chooses: cities, language."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, ContextTypes

from bot.callback_data import Action, key
from bot.cleaning import clean
from bot.handlers.asking import covered
from bot.handlers.commands import argument, on_command
from bot.handlers.press import Press, not_kept_text
from bot.handlers.questions import ask_again
from bot.handlers.reach import context_for, kept_chat, services_of, user_language
from bot.handlers.showing import place_of, put
from bot.library import Library
from bot.splitting import label
from bot.state.records import Chat
from bot.state.store import ChatStore
from bot.styled import Styled
from bot.view import View, ViewContext
from bot.views.choices import AUTO, NAMES, language_view, settings_view
from bot.views.cities import cities_view
from bot.views.notices import line
from corpus.errors import CityqaError
from qa.language import Interface
from qa.messages import message

_LOG = logging.getLogger(__name__)

_ALL = frozenset(("all", "*", "none", "off", "reset", "全部", "所有", "不限", "都", "全选", "全選"))
"""What lifts the filter."""

_LANGUAGES: dict[str, Interface | None] = {
    "en": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
    "英語": "en",
    "zh": "zh_Hans",
    "cn": "zh_Hans",
    "zh-cn": "zh_Hans",
    "zh-hans": "zh_Hans",
    "chinese": "zh_Hans",
    "中文": "zh_Hans",
    "简体": "zh_Hans",
    "简体中文": "zh_Hans",
    "zh-tw": "zh_Hant",
    "zh-hk": "zh_Hant",
    "zh-hant": "zh_Hant",
    "tw": "zh_Hant",
    "hk": "zh_Hant",
    "traditional": "zh_Hant",
    "繁體": "zh_Hant",
    "繁体": "zh_Hant",
    "繁體中文": "zh_Hant",
    "繁体中文": "zh_Hant",
    AUTO: None,
    "automatic": None,
    "自动": None,
    "自動": None,
}
"""What ``/language`` takes."""

_NAMES = 5
"""Names without a report that are told, and below the most characters of each."""

_NAME = 30

_BETWEEN = re.compile(r"(?:[\s,，、;；/|&+]|\band\b|[和与與及跟])+", re.IGNORECASE)


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """The handlers of the commands."""
    return [
        on_command("cities", "city", callback=_cities_command),
        on_command("language", "lang", callback=_language_command),
        on_command("settings", callback=_settings_command),
    ]


async def cities(press: Press) -> None:
    """Show a page of the list of cities."""
    chosen = await _chosen(press)
    view = cities_view(press.services.library.cities(), chosen, press.page(0), press.context)
    await press.show(view, in_place=press.is_page)


async def city(press: Press) -> None:
    """Take a city into the filter or out of it."""
    known = press.services.library.cities()
    name = next((one for one in known if key(one) == press.field(0)), None)
    if name is None or press.chat is None:
        await (press.elsewhere() if name else press.foreign())
        return
    try:
        chosen = await asyncio.to_thread(_toggle, press.services.chats, press.chat, name, known)
    except CityqaError as error:
        _LOG.warning("a choice of cities cannot be kept: %s", error)
        await press.not_kept()
        return
    view = cities_view(known, chosen, press.page(1), press.context)
    await press.show(view, in_place=press.is_page)


async def all_cities(press: Press) -> None:
    """Empty the filter."""
    if press.chat is None:
        await press.elsewhere()
    elif await _keep(press.services.chats, press.chat, cities=()) is None:
        await press.not_kept()
    else:
        await press.notice(message(press.context.language, "All cities are searched now."))
        if press.has(Action.CITY):
            known = press.services.library.cities()
            await press.show(cities_view(known, (), press.page(0), press.context), in_place=True)
        else:
            await ask_again(press.update, press.handling)


async def language(press: Press) -> None:
    """Choose the language."""
    wanted = press.field(0)
    if wanted != AUTO and wanted not in NAMES:
        await press.foreign()
        return
    chosen = next((code for code in NAMES if code == wanted), None)
    if press.chat is None:
        await press.elsewhere()
    elif await _keep(press.services.chats, press.chat, language=chosen) is None:
        await press.not_kept()
    else:
        context = replace(press.context, language=chosen or user_language(press.update))
        await press.show(language_view(chosen, context), in_place=press.is_page)


async def settings(press: Press) -> None:
    """Show what is set, or the choice of a language."""
    if press.under is None:
        await press.elsewhere()
        return
    chat = await kept_chat(press.services, press.under.chat.id)
    if press.field(0) == "language":
        view = language_view(chat.language, press.context)
    else:
        view = settings_view(
            chat.language, covered(press.services.library, chat.cities), press.context
        )
    await press.show(view, in_place=press.is_page)


async def _cities_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is None:
        return
    views = await context_for(services, update)
    wanted = argument(update, context)
    if not wanted:
        chat = await kept_chat(services, place.chat.id)
        chosen = covered(services.library, chat.cities)
        await put(place, cities_view(services.library.cities(), chosen, 0, views))
        return
    named: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    if wanted.casefold() not in _ALL:
        named, unknown = await asyncio.to_thread(_named, services.library, wanted)
    if unknown and not named:
        text = message(
            views.language, "There is no report about {places}.", places=_listed(unknown)
        )
        chat = await kept_chat(services, place.chat.id)
        chosen = covered(services.library, chat.cities)
        every = cities_view(services.library.cities(), chosen, 0, views)
        await put(place, replace(every, text=Styled().add(text).gap().append(every.text)))
        return
    if await _keep(services.chats, place.key, cities=named) is None:
        await put(place, line(not_kept_text(views)))
        return
    await put(place, _set_view(named, unknown, views))


def _set_view(named: Sequence[str], unknown: Sequence[str], context: ViewContext) -> View:
    language = context.language
    if named:
        text = message(
            language,
            "From now on I search these only: {cities}. /cities all searches all again.",
            cities="、".join(named),
        )
    else:
        text = message(language, "All cities are searched now.")
    shown = Styled().add(text)
    if unknown:
        shown.line(message(language, "There is no report about {places}.", places=_listed(unknown)))
    return View(shown)


def _listed(names: Sequence[str]) -> str:
    """Names as typed, as many of them as a line bears."""
    shown = [label(clean(name), _NAME) for name in dict.fromkeys(names)]
    return "、".join(shown[:_NAMES]) + ("…" if len(shown) > _NAMES else "")


async def _language_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is None:
        return
    views = await context_for(services, update)
    wanted = argument(update, context).casefold().replace("_", "-")
    if wanted in _LANGUAGES:
        chosen = _LANGUAGES[wanted]
        if await _keep(services.chats, place.key, language=chosen) is None:
            await put(place, line(not_kept_text(views)))
            return
        views = replace(views, language=chosen or user_language(update))
    else:
        chosen = (await kept_chat(services, place.chat.id)).language
    await put(place, language_view(chosen, views))


async def _settings_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is not None:
        chat = await kept_chat(services, place.chat.id)
        views = await context_for(services, update)
        await put(
            place, settings_view(chat.language, covered(services.library, chat.cities), views)
        )


async def _chosen(press: Press) -> tuple[str, ...]:
    """The filter of the chat."""
    if press.under is None:
        return ()
    chat = await kept_chat(press.services, press.under.chat.id)
    return covered(press.services.library, chat.cities)


async def _keep(chats: ChatStore, chat: str, **changes: Any) -> Chat | None:
    """A chat's settings as changed; none where the disk refuses."""
    try:
        return await asyncio.to_thread(chats.update_chat, chat, **changes)
    except CityqaError as error:
        _LOG.warning("settings of a chat cannot be kept: %s", error)
        return None


def _toggle(chats: ChatStore, chat: str, city: str, known: Sequence[str]) -> tuple[str, ...]:
    """The filter with a city in it that was not, or without one that was.

    What buttons of one chat do is done one after another.
    """
    wanted = set(chats.chat(chat).cities) ^ {city}
    kept = tuple(one for one in known if one in wanted)
    return chats.update_chat(chat, cities=kept).cities


def _named(library: Library, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The covered cities that a text names, and the names in it of which no report is known."""
    answerer = library.answerer
    found: dict[str, None] = {}
    unknown: list[str] = []
    rest = text
    for mention in sorted(answerer.finder.find(text), key=lambda one: -one.start):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
        reports = (answerer.snapshot.heads[one] for one in mention.covered)
        if mention.covered:
            found.update(dict.fromkeys(report.city for report in reports))
        else:
            unknown.insert(0, mention.name)
    unknown += [word for word in _BETWEEN.split(rest) if word]
    return tuple(one for one in library.cities() if one in found), tuple(unknown)
