"""The lines that stand over a report's contents and text."""

from __future__ import annotations

from bot.cleaning import clean
from bot.splitting import label
from bot.styled import Style, Styled
from bot.view import ViewContext
from bot.views.source import city_label
from corpus.report import Described
from qa.messages import message

_TITLE = 200
_PUBLISHER = 60


def report_heading(report: Described, context: ViewContext) -> Styled:
    """Title, and under it city, kind, publisher and date."""
    text = Styled(label(clean(report.title), _TITLE), Style.BOLD)
    return text.line(about_report(report, context))


def about_report(report: Described, context: ViewContext, *, city: bool = True) -> str:
    """City, kind, publisher and date of a report, in one line."""
    language = context.language
    parts = [
        city_label(report.city) if city else "",
        message(language, "digest") if report.kind == "digest" else message(language, "original"),
        label(clean(report.publisher), _PUBLISHER)
        if report.publisher
        else message(language, "publisher not stated"),
        report.date.isoformat() if report.date else message(language, "undated"),
    ]
    return " · ".join(part for part in parts if part)
