"""Addresses within the site, and the site's own as others see it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.requests import Request

from qa.settings import Settings
from qa.web.narrowing import WIDE, Narrowing

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")


def site(settings: Settings, request: Request) -> str:
    """Where the site is, without a slash at the end: the public address, else as it was asked for.

    Empty where the request does not tell.
    """
    if settings.public_url is not None:
        return str(settings.public_url).rstrip("/")
    host = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else ""


def root(settings: Settings) -> str:
    """The path of the public address, without a slash at the end: a proxy may serve us under one.

    What an address of ours begins with where it cannot be relative; empty where there is no path.
    """
    path = settings.public_url.path if settings.public_url is not None else None
    return (path or "").rstrip("/")


def question_address(
    question: str = "", narrowing: Narrowing = WIDE, lang: str = "", **more: str
) -> str:
    """The page of a question, from the page that the site begins with: ``./?q=…&city=…&year=…``.

    Relative, so that a proxy may serve the site under any path.
    """
    fields = [("q", question), *narrowing.fields(), ("lang", lang)]
    fields += list(more.items())
    query = urlencode([(name, value) for name, value in fields if value], errors="replace")
    return f"./?{query}" if query else "./"
