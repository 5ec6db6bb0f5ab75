"""From an extract to where it stands: passages, contents, reports as pages and as documents."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, ContextTypes

from bot.callback_data import Action, data, key
from bot.deep_links import payload_id
from bot.handlers.commands import argument, on_command
from bot.handlers.press import Press
from bot.handlers.reach import context_for, services_of, thread_of
from bot.handlers.showing import place_of, put
from bot.library import Library
from bot.limits import DOCUMENT_BYTES
from bot.services import Services
from bot.styled import Styled
from bot.view import View, ViewContext
from bot.views.contents import contents_view
from bot.views.gone import gone_text, moved_text, moved_view
from bot.views.notices import line
from bot.views.passage import passage_view
from bot.views.reports import reports_view
from bot.views.whole import whole_view
from corpus.report import Report
from embeddings.report_store import Head
from qa.messages import message

_TITLE = 200
"""Characters of a title in a document's caption."""


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """The handlers of commands that show sources."""
    return [on_command("reports", callback=_reports_command)]


async def passage(press: Press) -> None:
    """Show a passage in its context."""
    id_ = press.field(0)
    view = _passage_view(press.services.library, id_, press.context)
    if view is None:
        await _gone(press, _report_of(press.services.library, id_))
        return
    if press.services.library.passage(id_) is None:
        await press.notice(moved_text(press.context))
    await press.show(view, in_place=press.is_page)


async def contents(press: Press) -> None:
    """Show a report's table of contents."""
    report = press.services.library.report(press.field(0))
    if report is None:
        await _gone(press, None)
        return
    view = contents_view(report, press.page(1), press.context)
    await press.show(view, in_place=press.is_page)


async def whole(press: Press) -> None:
    """Show a page of a report's text."""
    report = press.services.library.report(press.field(0))
    if report is None:
        await _gone(press, None)
        return
    # Laying out a long report takes a while.
    view = await asyncio.to_thread(whole_view, report, press.page(1), press.context)
    await press.show(view, in_place=press.is_page)


async def document(press: Press) -> None:
    """Send a report's page as a document."""
    report = press.services.library.report(press.field(0))
    if report is None:
        await _gone(press, None)
        return
    under = press.under
    if under is None:
        await press.elsewhere()
        return
    await press.notice()
    page = await asyncio.to_thread(press.services.library.page, report)
    content = page.encode("utf-8", "replace")
    if len(content) > DOCUMENT_BYTES:
        text = message(press.context.language, "This report is too large to be sent as a file.")
        await press.show(line(text), in_place=False)
        return
    sent = await press.services.sender.document(
        under.chat.id,
        f"{report.id}.html",
        content,
        _caption(report),
        thread=thread_of(press.readable),
        reply_to=press.under_id,
    )
    if not sent.done:
        text = message(press.context.language, "The file could not be sent just now.")
        await press.show(line(text), in_place=False)


async def reports(press: Press) -> None:
    """Show a page of the list of reports."""
    every = press.services.library.reports()
    about = press.field(0) if len(press.data.fields) > 1 else ""
    found = [report for report in every if key(report.city) == about]
    if found:
        view = reports_view(found, press.page(1), press.context, about=about)
    else:
        view = reports_view(every, press.page(0), press.context)
    await press.show(view, in_place=press.is_page)


async def deep_link(update: Update, context: ContextTypes.DEFAULT_TYPE, payload: str) -> bool:
    """Show what a deep link leads to, a passage or a report.

    Args:
        update: ``/start`` with what the link carried.
        context: of the update.
        payload: that.

    Returns:
        whether that is, or was, the id of one; otherwise nothing is shown.
    """
    services = services_of(context)
    place = place_of(services, update)
    id_ = payload_id(payload)
    if place is None or id_ is None:
        return False
    views = await context_for(services, update)
    library = services.library
    report = library.report(id_)
    view = _passage_view(library, id_, views)
    if view is None and report is not None:
        view = contents_view(report, 0, views)
    await put(place, view or _gone_view(views, _report_of(library, id_)))
    return True


async def _reports_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    services = services_of(context)
    place = place_of(services, update)
    if place is None:
        return
    views = await context_for(services, update)
    wanted = argument(update, context)
    if not wanted:
        await put(place, reports_view(services.library.reports(), 0, views))
        return
    found = await asyncio.to_thread(_named, services, wanted)
    if found:
        cities = {report.city for report in found}
        about = key(cities.pop()) if len(cities) == 1 else ""
        await put(place, reports_view(found, 0, views, about=about))
        return
    every = reports_view(services.library.reports(), 0, views)
    text = message(views.language, "There is no report about that. These there are:")
    await put(place, replace(every, text=Styled().add(text).gap().append(every.text)))


def _named(services: Services, wanted: str) -> tuple[Head, ...]:
    """The reports about places that a text names, else those that have it in a title or name."""
    library = services.library
    keys = {id_ for one in library.answerer.finder.find(wanted) for id_ in one.covered}
    plain = wanted.casefold()
    return tuple(
        report
        for report in library.reports()
        if report.id in keys
        or (
            not keys
            and any(
                plain in name.casefold()
                for name in (report.id, report.city, report.title, *report.aliases)
            )
        )
    )


def _report_of(library: Library, id_: str) -> Report | None:
    """The report that a passage id begins with the id of."""
    parts = id_.split("-")
    for count in range(len(parts) - 1, 0, -1):
        report = library.report("-".join(parts[:count]))
        if report is not None:
            return report
    return None


def _passage_view(library: Library, id_: str, context: ViewContext) -> View | None:
    """A passage in its context, or the one that took its place; none where both are gone."""
    found = library.passage(id_)
    if found is not None:
        return passage_view(found[0], id_, context)
    new = library.moved(id_)
    found = library.passage(new) if new is not None else None
    if new is None or found is None:
        return None
    return moved_view(passage_view(found[0], new, context), context)


async def _gone(press: Press, report: Report | None) -> None:
    await press.gone()
    if report is not None and press.under is not None:
        await press.show(_gone_view(press.context, report), in_place=press.is_page)


def _gone_view(context: ViewContext, report: Report | None) -> View:
    """That a passage is no longer there, with a button to the report that it was in."""
    if report is None:
        return line(gone_text(context))
    button = InlineKeyboardButton(
        message(context.language, "Contents of the report"),
        callback_data=data(Action.CONTENTS, report.id, 0),
    )
    return View(Styled().add(gone_text(context)), InlineKeyboardMarkup([[button]]))


def _caption(report: Report) -> View:
    title = report.title if len(report.title) <= _TITLE else f"{report.title[:_TITLE]}…"
    return View(Styled().add(" · ".join(part for part in (report.city, title) if part)))
