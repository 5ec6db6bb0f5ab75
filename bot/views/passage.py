"""A passage in its context, with the way to its neighbours."""

from __future__ import annotations

from telegram import InlineKeyboardButton

from bot.callback_data import Action
from bot.cleaning import clean
from bot.keyboards import keyboard, lead, press
from bot.splitting import beginning, ending, label
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.source import citation_of, original_page, own_page, source_line
from corpus.report import Passage, Report, Span
from qa.messages import message

NEIGHBOUR = 120
"""UTF-16 units of the passage before, and of the one behind."""

_HEADING = 120


def passage_view(
    report: Report, passage_id: str, context: ViewContext, *, mark: Span | None = None
) -> View:
    """A passage in full, as a quote, between the ends of its neighbours.

    Args:
        report: that it stands in.
        passage_id: of the passage.
        context: of the view.
        mark: characters of the report's text to be bold, as an extract's.

    Raises:
        KeyError: the report has no such passage.
    """
    number = next((n for n, one in enumerate(report.passages) if one.id == passage_id), None)
    if number is None:
        raise KeyError(passage_id)
    passage = report.passages[number]
    before = report.passages[number - 1] if number else None
    behind = report.passages[number + 1] if number + 1 < len(report.passages) else None
    citation = citation_of(report, passage, context)
    text = Styled()
    if passage.section:
        text.line(Styled(label(clean(passage.section), _HEADING), Style.BOLD))
    if before:
        text.line(Styled(ending(clean(report.slice(before.span)), NEIGHBOUR), Style.ITALIC))
    text.quote(_body(report, passage, mark))
    if behind:
        text.line(Styled(beginning(clean(report.slice(behind.span)), NEIGHBOUR), Style.ITALIC))
    text.gap().append(source_line(citation, context))
    steps = []
    if before:
        steps.append(press("◀", Action.PASSAGE, before.id))
    steps.append(press(f"{number + 1} / {len(report.passages)}", Action.NOTHING))
    if behind:
        steps.append(press("▶", Action.PASSAGE, behind.id))
    leads = page_buttons(own_page(citation, context), original_page(citation), context)
    return View(
        text,
        keyboard(steps, report_buttons(report, context), [*leads, *share(passage_id, context)]),
    )


def report_buttons(
    report: Report, context: ViewContext, *, but: Action | None = None
) -> list[InlineKeyboardButton]:
    """Buttons to a report's contents, text and document, but the one that shows what is shown."""
    language = context.language
    buttons = {
        Action.CONTENTS: (message(language, "Contents"), (report.id, 0)),
        Action.WHOLE: (message(language, "Whole report"), (report.id, 0)),
        Action.DOCUMENT: (message(language, "As a file"), (report.id,)),
    }
    return [
        press(text, action, *fields)
        for action, (text, fields) in buttons.items()
        if action is not but
    ]


def page_buttons(
    ours: str | None, original: str | None, context: ViewContext
) -> list[InlineKeyboardButton]:
    """Buttons to our page of a report and to the original's, where there are such."""
    names = (
        (message(context.language, "Report page"), ours),
        (message(context.language, "Original page"), original),
    )
    return [lead(name, url) for name, url in names if url]


def share(payload: str, context: ViewContext) -> list[InlineKeyboardButton]:
    """A button that sends a deep link to another chat; none where the bot's name is not known."""
    if not context.links.username:
        return []
    return [lead(message(context.language, "Share"), context.links.share(payload))]


def _body(report: Report, passage: Passage, mark: Span | None) -> Styled:
    text = report.slice(passage.span)
    if mark is None:
        return Styled(text)
    start = max(mark.start, passage.span.start) - passage.span.start
    end = min(mark.end, passage.span.end) - passage.span.start
    return Styled().mark(text, [Span(start, end)] if start < end else [])
