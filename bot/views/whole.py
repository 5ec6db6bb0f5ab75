"""A report's text, page by page."""

from __future__ import annotations

from functools import lru_cache

from bot.addresses import is_web
from bot.callback_data import Action
from bot.cleaning import clean
from bot.keyboards import Row, clamp, keyboard, press
from bot.limits import TEXT_BUDGET
from bot.splitting import label
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.passage import page_buttons, report_buttons, share
from bot.views.source import citation_of, own_page
from corpus.report import Report, Section, Span

_TITLE = 100

PAGE = TEXT_BUDGET - 200
"""UTF-16 units of a page's text: its first line takes the rest."""


def whole_view(report: Report, page: int, context: ViewContext) -> View:
    """A page of a report's text, its headings bold; one message.

    Args:
        report: to show.
        page: from 0, clamped.
        context: of the view.
    """
    parts = _pages(report)
    page = clamp(page, len(parts))
    text = Styled()
    if page > 0 or not report.text.startswith(report.title):
        text.add(label(clean(report.title), _TITLE), Style.ITALIC).gap()
    if parts:
        text.append(parts[page])
    leads = []
    if report.passages:
        citation = citation_of(report, report.passages[0], context)
        original = report.url if is_web(report.url) else None
        leads = page_buttons(own_page(citation, context), original, context)
    return View(
        text,
        keyboard(
            _steps(report, page, len(parts)),
            report_buttons(report, context, but=Action.WHOLE),
            [*leads, *share(report.id, context)],
        ),
    )


def _steps(report: Report, page: int, pages: int) -> Row:
    """First, previous, where one is, next, last."""
    if pages < 2:
        return []
    row = []
    if page > 1:
        row.append(press("⏮", Action.WHOLE, report.id, 0))
    if page > 0:
        row.append(press("◀", Action.WHOLE, report.id, page - 1))
    row.append(press(f"{page + 1} / {pages}", Action.NOTHING))
    if page < pages - 1:
        row.append(press("▶", Action.WHOLE, report.id, page + 1))
    if page < pages - 2:
        row.append(press("⏭", Action.WHOLE, report.id, pages - 1))
    return row


# Whoever reads a report turns its pages: they are split once.
@lru_cache(maxsize=16)
def _pages(report: Report) -> tuple[Styled, ...]:
    return _text(report).parts(PAGE)


def _text(report: Report) -> Styled:
    """The text: its title and headings bold, an empty line between its paragraphs."""
    text = Styled()
    for section in report.sections or (Section("", Span(0, len(report.text))),):
        body = report.slice(section.span)
        heading = section.heading or (report.title if section.span.start == 0 else "")
        if heading and body.startswith(heading):
            text.gap().add(heading, Style.BOLD)
            body = body[len(heading) :]
        _paragraphs(text, body)
    return text


def _paragraphs(text: Styled, body: str) -> None:
    # No empty line behind a heading: pages are cut at these, and it stays with its paragraph.
    first = True
    for paragraph in clean(body).split("\n"):
        if paragraph.strip():
            (text.line() if first else text.gap()).add(paragraph)
            first = False
