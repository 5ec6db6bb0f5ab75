"""What a page says of itself to machines: schema.org, citation tags, Open Graph.

Sources: schema.org types Report, CreativeWork and City; the tags of Google Scholar's inclusion
guidelines (``citation_*``, dates as 2021/10/22); the Open Graph protocol (ogp.me).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from corpus.report import Report

_CHARS = 120
"""Of the description."""

_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f]+", re.IGNORECASE)
# What could end a script element, or a line of it, escaped as JSON allows.
_IN_SCRIPT = str.maketrans(
    {char: f"\\u{ord(char):04x}" for char in ("<", ">", "&", "\u2028", "\u2029", "\x7f")}
)


def web_address(url: str | None) -> str | None:
    """The address, where following it can only open a page of the web; else none."""
    return url if url is not None and _WEB.fullmatch(url) else None


def description_of(report: Report) -> str:
    """The opening words of the text."""
    first = next((p for p in report.passages if p.kind == "text"), None)
    text = " ".join(report.slice(first.span).split()) if first else ""
    return text if len(text) <= _CHARS else f"{text[: _CHARS - 1]}…"


def json_ld(report: Report, link: str | None) -> Markup:
    """The report as schema.org describes it, to stand in a ``script`` element of its own.

    An original is a Report. A digest is a CreativeWork based on one, whose publisher, authors, date
    and address these are.

    Args:
        report: to describe.
        link: the public address of its page, or none.
    """
    source: dict[str, Any] = {
        "@type": "Report",
        "name": report.source_title or report.title,
        "datePublished": report.date.isoformat() if report.date else None,
        "publisher": _named("Organization", report.publisher),
        "author": [{"@type": "Person", "name": name} for name in report.authors],
    }
    own: dict[str, Any] = {
        "inLanguage": report.language,
        "identifier": report.id,
        "description": description_of(report),
        "url": link,
        "about": _named("City", report.city, alternateName=list(report.aliases)),
    }
    url = web_address(report.url)
    if report.kind == "digest":
        value = {
            "@type": "CreativeWork",
            "name": report.title,
            **own,
            "isBasedOn": _stated({**source, "url": url}),
        }
    else:
        value = {**source, **own, "name": report.title, "sameAs": url}
    stated = {"@context": "https://schema.org", **_stated(value)}
    return Markup(json.dumps(stated, ensure_ascii=False).translate(_IN_SCRIPT))


def _named(kind: str, name: str | None, **more: Any) -> dict[str, Any] | None:
    return _stated({"@type": kind, "name": name, **more}) if name else None


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    """Those that say something."""
    return {name: value for name, value in values.items() if value}


def citation_tags(report: Report, link: str | None) -> Iterator[tuple[str, str]]:
    """(name, content) of the ``citation_*`` tags, in order."""
    yield "citation_title", report.title
    for author in report.authors:
        yield "citation_author", author
    if report.date:
        yield "citation_publication_date", report.date.isoformat().replace("-", "/")
    if report.publisher:
        yield "citation_publisher", report.publisher
        yield "citation_technical_report_institution", report.publisher
    yield "citation_language", report.language
    if link:
        yield "citation_public_url", link
        yield "citation_fulltext_html_url", link


def open_graph(report: Report, link: str | None) -> Iterator[tuple[str, str]]:
    """(property, content) of the Open Graph tags, in order."""
    yield "og:type", "article"
    yield "og:title", report.title
    yield "og:description", description_of(report)
    locale = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW"}.get(report.language)
    if locale:
        yield "og:locale", locale
    if link:
        yield "og:url", link
