"""Templates, and the policy that lets a page do what its template does and nothing more."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from corpus.report import Span
from qa.language import Interface
from qa.web.languages import NAMES, TAGS
from qa.web.words import words

TEMPLATES = Path(__file__).parent / "templates"

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""The policy of what is no page."""

_STATED = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@cache
def environment() -> Environment:
    """The templates of the pages; whatever is filled in is escaped."""
    made = Environment(
        loader=PackageLoader("qa.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["style"] = Markup((TEMPLATES / "site.css").read_text(encoding="utf-8"))
    made.globals["script"] = Markup((TEMPLATES / "site.js").read_text(encoding="utf-8"))
    made.globals["tags"] = TAGS
    made.globals["names"] = NAMES
    return made


def rendered(template: str, language: Interface, **values: Any) -> str:
    """A page from its template."""
    return (
        environment()
        .get_template(template)
        .render(language=language, words=words(language), **values)
    )


@cache
def policy() -> str:
    """The content security policy of our own pages: their own style and script alone."""
    style, script = environment().globals["style"], environment().globals["script"]
    parts = (
        "default-src 'none'",
        f"style-src {digest(str(style))}",
        f"script-src {digest(str(script))}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return "; ".join(parts)


def policy_of(page: str) -> str:
    """The policy that a page states in its head, and that nobody may frame it, which only a header
    can say (CSP Level 3, 3.3).

    Args:
        page: of a report, as ``corpus.pages`` makes them; whatever it shows is escaped, so that the
            first such element is the template's.
    """
    found = _STATED.search(page)
    if found is None:
        return NOTHING
    return f"{unescape(found[1]).rstrip('; ')}; frame-ancestors 'none'"


def digest(content: str) -> str:
    """The source expression of an inline style or script (CSP Level 3, 2.3.1)."""
    found = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")
    return f"'sha256-{found}'"


def html(content: str, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """A page of ours as a response; nobody keeps it unless the headers say so."""
    # A question may hold half a character, which UTF-8 has no bytes for.
    body = content.encode("utf-8", "replace")
    given = {"Cache-Control": "no-store", "Content-Security-Policy": policy(), **(headers or {})}
    return HTMLResponse(body, status, given)


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """A text with some spans of it in ``<mark>``.

    Args:
        text: verbatim.
        spans: in order, not overlapping.
    """
    parts: list[Markup] = []
    end = 0
    for span in spans:
        parts += [
            escape(text[end : span.start]),
            Markup("<mark>"),
            escape(text[span.start : span.end]),
            Markup("</mark>"),
        ]
        end = span.end
    return Markup("").join([*parts, escape(text[end:])])
