"""A report's text, page by page."""

from __future__ import annotations

from bot.callback_data import Action
from bot.cleaning import clean
from bot.keyboards import Row, clamp, in_rows, keyboard, press
from bot.limits import TEXT_BUDGET
from bot.splitting import label
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.passage import page_buttons, report_buttons, share
from bot.views.source import citation_of, original_page, own_page
from corpus.report import Report

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
    parts = _text(report).parts(PAGE)
    page = clamp(page, len(parts))
    text = Styled(label(clean(report.title), _TITLE), Style.ITALIC)
    if len(parts) > 1:
        text.add(f" · {page + 1} / {len(parts)}")
    if parts:
        text.gap().append(parts[page])
    leads = []
    if report.passages:
        citation = citation_of(report, report.passages[0], context)
        leads = page_buttons(own_page(citation, context), original_page(citation), context)
    return View(
        text,
        keyboard(
            _steps(report, page, len(parts)),
            report_buttons(report, context, but=Action.WHOLE),
            *in_rows([*leads, *share(report.id, context)], 2),
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


def _text(report: Report) -> Styled:
    """The text, an empty line between its paragraphs."""
    text = Styled()
    if not any(section.heading for section in report.sections):
        return _paragraphs(text, report.text)
    for section in report.sections:
        body = report.slice(section.span)
        if section.heading and body.startswith(section.heading):
            text.gap().add(section.heading, Style.BOLD)
            body = body[len(section.heading) :]
        _paragraphs(text, body)
    return text


def _paragraphs(text: Styled, body: str) -> Styled:
    for paragraph in clean(body).split("\n"):
        if paragraph.strip():
            text.gap().add(paragraph)
    return text
