"""The templates, their style and script, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from corpus.pages.folder import TEMPLATES
from corpus.pages.words import Speaker

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, *, language: str, script: bool = False, **values: Any) -> str:
    """A page as HTML; every value is escaped.

    Args:
        template: its file name.
        language: of the page, as a language tag.
        script: whether the page has the script that copies citations.
        values: that the template asks for.
    """
    # Imported here, as jinja2 is: a question that finds the pages written needs no templates.
    from markupsafe import Markup

    style = _read("page.css")
    code = _read("copy.js") if script else ""
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            say=Speaker(language),
            style=Markup(style),
            script=Markup(code),
            policy=policy(style, code),
            **values,
        )
    )


def policy(style: str, script: str = "") -> str:
    """The content security policy of a page with this style and this script, or with none.

    Nothing is loaded, nothing runs but what is named by its digest; the icon is in the page itself.
    """
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; {scripts}img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _read(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
