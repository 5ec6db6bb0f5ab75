"""The pages of the reports, as the static site has them."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from corpus.pages import render_page
from qa.live import Current
from qa.web.languages import page_language
from qa.web.rendering import html, policy, policy_of, rendered
from qa.web.services import services_of

KEPT = 256
"""Pages kept once they are made."""

CACHING = "public, max-age=60"
"""After a minute a browser asks whether the page it has is still the one."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A page as it is sent."""

    body: bytes
    tag: str
    policy: str


class ReportPages:
    """Pages of reports, made when they are first asked for."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, str], _Made] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, current: Current, report: str) -> _Made | None:
        """The page of a report, where there is one now; may take a while."""
        found = current.answerer.snapshot.reports.get(report)
        if found is None:
            return None
        key = (current.versions.index, report)
        with self._lock:
            made = self._made.get(key)
            if made is not None:
                self._made.move_to_end(key)
                return made
        text = render_page(found)
        body = text.encode("utf-8", "replace")
        # Before the first heading there is no text of a report but its title, which is escaped.
        head = text.partition("</head>")[0]
        made = _Made(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', policy_of(head))
        with self._lock:
            self._made[key] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made


async def report_page(request: Request) -> Response:
    """``GET /wuhan.html`` and ``GET /reports/wuhan.html``."""
    pages: ReportPages = request.app.state.pages
    current = services_of(request).live.current
    made = await asyncio.to_thread(pages.page, current, request.path_params["report"])
    if made is None:
        raise HTTPException(404, "there is no such report")
    headers = {
        "ETag": made.tag,
        "Cache-Control": CACHING,
        "Content-Security-Policy": made.policy,
    }
    if _has(request, made.tag):
        return Response(status_code=304, headers=headers)
    return Response(made.body, headers=headers, media_type="text/html; charset=utf-8")


async def index_page(request: Request) -> Response:
    """``GET /reports/``: the cities and their reports."""
    language, _ = page_language(request)
    current = services_of(request).live.current
    by_city: dict[str, list[object]] = {}
    for report in current.answerer.snapshot.reports.values():
        by_city.setdefault(report.city, []).append(report)
    # From the folder of the reports the root is one step up.
    up = "../" if str(request.scope["path"]).endswith("/reports/") else "./"
    page = rendered("reports.html", language, cities=by_city, up=up)
    tag = f'"{hashlib.sha256(page.encode("utf-8", "replace")).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": CACHING,
        "Vary": "Accept-Language",
        "Content-Security-Policy": policy(),
    }
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    return html(page, headers=headers)


def _has(request: Request, tag: str) -> bool:
    """Whether the client has the page already (RFC 9110, 13.1.2)."""
    known = request.headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in known.split(","))
