"""The list of reports."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callback_data import Action
from bot.keyboards import in_rows, keyboard, page_of, pager, press
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.heading import about_report
from bot.views.source import city_label, titled
from corpus.report import Described
from qa.messages import message

PAGE = 8
"""Reports on one page."""


def reports_view(
    reports: Sequence[Described], page: int, context: ViewContext, *, about: str = ""
) -> View:
    """The reports, numbered, each with a button to its table of contents.

    Args:
        reports: all of them, or all about one city, in order.
        page: from 0, clamped.
        context: of the view.
        about: key of that city (``callback_data.key``), for the buttons to other pages.
    """
    shown, page, pages = page_of(reports, page, PAGE)
    if not reports:
        return View(Styled(message(context.language, "There are no reports.")))
    title = message(context.language, "Reports ({count})", count=len(reports))
    text = Styled(title, Style.BOLD)
    buttons = []
    for number, report in enumerate(shown, start=page * PAGE + 1):
        text.gap().add(f"{number}. {titled(report.title)}")
        text.line(about_report(report, context))
        name = city_label(report.city) or titled(report.title)
        buttons.append(press(f"{number}. {name}", Action.CONTENTS, report.id, 0))
    return View(
        text,
        keyboard(*in_rows(buttons, 2), pager(Action.REPORTS, page, pages, *filter(None, [about]))),
    )
