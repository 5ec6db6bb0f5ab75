"""A report's table of contents."""

from __future__ import annotations

from bisect import bisect_left

from bot.addresses import is_web
from bot.callback_data import Action
from bot.cleaning import clean
from bot.keyboards import keyboard, page_of, pager, press
from bot.splitting import label
from bot.styled import Style
from bot.view import View, ViewContext
from bot.views.heading import report_heading
from bot.views.passage import page_buttons, report_buttons, share
from bot.views.source import citation_of, own_page
from corpus.report import Passage, Report
from qa.messages import message

PAGE = 8
"""Sections on one page."""

_LABEL = 40
_BEGINNING = 200  # characters of a passage, more than a label has


def contents_view(report: Report, page: int, context: ViewContext) -> View:
    """The headings of a report, each a button to its first passage; of a report without any, the
    beginnings of its passages.

    Args:
        report: to show.
        page: from 0, clamped.
        context: of the view.
    """
    beginning = message(context.language, "Beginning")
    shown, page, pages = page_of(_places(report), page, PAGE)
    text = report_heading(report, context).gap()
    text.add(message(context.language, "Contents"), Style.BOLD)
    if pages > 1:
        text.add(f" · {page + 1} / {pages}")
    leads = []
    if report.passages:
        citation = citation_of(report, report.passages[0], context)
        original = report.url if is_web(report.url) else None
        leads = page_buttons(own_page(citation, context), original, context)
    return View(
        text,
        keyboard(
            *(
                [press(label(clean(name), _LABEL) or beginning, Action.PASSAGE, passage.id)]
                for name, passage in shown
            ),
            pager(Action.CONTENTS, page, pages, report.id),
            report_buttons(report, context, but=Action.CONTENTS),
            [*leads, *share(report.id, context)],
            [press(message(context.language, "All reports"), Action.REPORTS, 0)],
        ),
    )


def _places(report: Report) -> list[tuple[str, Passage]]:
    """What can be opened: sections by their headings, each with its first passage; a section
    without a heading has an empty one."""
    places: list[tuple[str, Passage]] = []
    starts = [passage.span.start for passage in report.passages]
    for section in report.sections:
        first = bisect_left(starts, section.span.start)
        if first < len(starts) and starts[first] < section.span.end:
            places.append((section.heading, report.passages[first]))
    if len(places) > 1:
        return places
    return [(report.slice(passage.span)[:_BEGINNING], passage) for passage in report.passages]
