"""Where a text stands, in one short line."""

from __future__ import annotations

from enum import IntEnum

from bot.addresses import is_web
from bot.cleaning import clean
from bot.splitting import label
from bot.styled import Styled
from bot.view import ViewContext
from corpus.report import Passage, Report, Span
from qa.answer import Citation
from qa.messages import message

TITLE = 40
"""UTF-16 units of a title where it is only a label."""

_CITY = 24
_PUBLISHER = 32
_SECTION = 32


class Detail(IntEnum):
    """How much a source line tells; the higher, the less."""

    FULL = 0
    SHORT = 1  # without section and original page
    TITLE = 2  # city and linked title
    CITY = 3  # city


def titled(title: str, longest: int = TITLE) -> str:
    """A title in its marks, ``《…》``, shortened."""
    title = label(clean(title), longest)
    return title if "《" in title else f"《{title}》"


def city_label(city: str) -> str:
    """A city's name, shortened where it is no name."""
    return label(clean(city), _CITY)


def own_page(citation: Citation, context: ViewContext) -> str | None:
    """Our page of the report where pages are served and a button may lead there."""
    return citation.link if context.links.has_pages and is_web(citation.link) else None


def original_page(citation: Citation) -> str | None:
    """The original's page where a button may lead there."""
    return citation.source_link if is_web(citation.source_link) else None


def target(citation: Citation, context: ViewContext) -> str | None:
    """What a title leads to: our page, else the passage in the chat, if the bot has a name."""
    if not is_web(citation.link):
        return None
    return citation.link if context.links.has_pages or context.links.username else None


def source_line(
    citation: Citation,
    context: ViewContext,
    *,
    number: int | None = None,
    detail: Detail = Detail.FULL,
) -> Styled:
    """``[1] 武汉市 · 《title》 · digest · publisher · 2022-10-27 · section · original page``.

    Args:
        citation: of the text.
        context: of the view.
        number: of the extract, or none.
        detail: how much is told.
    """
    language = context.language
    line = Styled(f"[{number}] " if number is not None else "")
    if citation.city:
        line.add(city_label(citation.city))
    if detail >= Detail.CITY:
        return line
    line.add(" · " if citation.city else "")
    line.link(titled(citation.title), target(citation, context))
    if detail >= Detail.TITLE:
        return line
    kind = (
        message(language, "digest") if citation.kind == "digest" else message(language, "original")
    )
    publisher = citation.publisher or message(language, "publisher not stated")
    date = citation.date.isoformat() if citation.date else message(language, "undated")
    line.add(f" · {kind} · {label(clean(publisher), _PUBLISHER)} · {date}")
    if detail >= Detail.SHORT:
        return line
    if citation.section:
        line.add(f" · {label(clean(citation.section), _SECTION)}")
    if is_web(citation.source_link):
        line.add(" · ").link(message(language, "original page"), citation.source_link)
    return line


def citation_of(
    report: Report, passage: Passage, context: ViewContext, span: Span | None = None
) -> Citation:
    """The citation of a passage, or of a span in it, as an extract's would be."""
    span = span or passage.span
    return Citation(
        report=report.id,
        kind=report.kind,
        city=report.city,
        title=report.title,
        publisher=report.publisher,
        date=report.date,
        section=passage.section,
        passage=passage.id,
        span=span,
        link=context.links.page(report, passage, span),
        source_link=context.links.source(report, span),
    )
