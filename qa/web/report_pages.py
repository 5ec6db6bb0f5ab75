"""The pages of the reports, the index of cities and the page on cleaning, as on a static site."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from corpus.anchors import page_name
from corpus.cleaning import Change
from corpus.errors import CityqaError
from corpus.library import read_entry
from corpus.pages import render_page
from corpus.pages.site import CLEANING, HOME, render_cleaning, render_index
from corpus.report import Report
from qa.live import Current
from qa.settings import Settings
from qa.web.rendering import policy_of
from qa.web.services import services_of

KEPT = 256
"""Pages kept once they are made."""

MOST_COUNTED = 50
"""Reports of which the page on cleaning is made: each has to be read again for it."""

ASK = "/"
"""Where the page to ask on is."""

CACHING = "public, max-age=60"
"""After a minute a browser asks whether the page it has is still the one."""


@dataclass(frozen=True, slots=True)
class Made:
    """A page as it is sent.

    Attributes:
        body: in UTF-8.
        tag: entity tag (RFC 9110, 8.8.3).
        policy: content security policy.
    """

    body: bytes
    tag: str
    policy: str


class ReportPages:
    """Pages, made when they are first asked for; each may take a while then.

    Args:
        settings: the effective ones.
    """

    def __init__(self, settings: Settings) -> None:
        # Never what a request names as the site's host: pages are kept for others.
        self._base = str(settings.public_url).rstrip("/") if settings.public_url else None
        self._made: OrderedDict[tuple[str, str], Made] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, current: Current, name: str) -> Made | None:
        """A page by its file name, where there is one now."""
        key = (current.versions.index, name)
        with self._lock:
            made = self._made.get(key)
            if made is not None:
                self._made.move_to_end(key)
                return made
        make = self._maker(current, name)
        if make is None:
            return None
        text = make()
        body = text.encode("utf-8", "replace")
        made = Made(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', policy_of(text))
        with self._lock:
            self._made[key] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made

    def _maker(self, current: Current, name: str) -> Callable[[], str] | None:
        snapshot = current.answerer.snapshot
        reports = list(snapshot.reports.values())
        counted = len(reports) <= MOST_COUNTED
        if name == HOME:
            cleaning = CLEANING if counted else None
            return lambda: render_index(reports, cleaning=cleaning, ask=ASK, base=self._base)
        if name == CLEANING and counted:
            return lambda: render_cleaning(_traces(reports), home=HOME, base=self._base)
        report = snapshot.reports.get(name.removesuffix(".html"))
        if report is None or page_name(report) != name:
            return None
        return lambda: render_page(
            report,
            trace=_trace(report),
            moved=snapshot.moved,
            home=HOME,
            cleaning=CLEANING if counted else None,
            ask=ASK,
            citation_link=f"{self._base}/{name}" if self._base else None,
        )


def _trace(report: Report) -> Sequence[Change] | None:
    """What cleaning changed in a report; none where its file is no longer what it was.

    The index does not hold it, but names the file that the report was read from.
    """
    path = Path(report.origin)
    try:
        if not path.is_file():
            return None
        entry = read_entry(path)
    except (CityqaError, OSError, ValueError):
        return None
    return entry.trace if entry.report.text == report.text else None


def _traces(reports: Sequence[Report]) -> dict[str, Sequence[Change]]:
    found = ((report.id, _trace(report)) for report in reports)
    return {name: trace for name, trace in found if trace is not None}


async def report_page(request: Request) -> Response:
    """``GET /wuhan.html`` and ``GET /reports/wuhan.html``."""
    return await _response(request, f"{request.path_params['name']}.html")


async def index_page(request: Request) -> Response:
    """``GET /reports/``: the index of cities."""
    return await _response(request, HOME)


async def _response(request: Request, name: str) -> Response:
    pages: ReportPages = request.app.state.pages
    current = services_of(request).live.current
    made = await asyncio.to_thread(pages.page, current, name)
    if made is None:
        raise HTTPException(404, "there is no such page")
    headers = {"ETag": made.tag, "Cache-Control": CACHING, "Content-Security-Policy": made.policy}
    if _has(request, made.tag):
        return Response(status_code=304, headers=headers)
    return Response(made.body, headers=headers, media_type="text/html; charset=utf-8")


def _has(request: Request, tag: str) -> bool:
    """Whether the client has the page already (RFC 9110, 13.1.2)."""
    known = request.headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in known.split(","))
