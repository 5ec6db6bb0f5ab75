"""The pages of the reports, the index of cities and the page on cleaning, as on a static site."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from corpus.anchors import page_name
from corpus.pages import render_page
from corpus.pages.site import CLEANING, HOME, render_cleaning, render_index
from embeddings.snapshot import Snapshot
from qa.live import Current
from qa.settings import Settings
from qa.web.addresses import root
from qa.web.making import Making
from qa.web.rendering import policy_of
from qa.web.services import services_of
from qa.web.traces import trace_of, traces_of

KEPT = 256
"""Pages kept once they are made."""

MOST_COUNTED = 50
"""Reports of which the page on cleaning is made: each has to be read again for it."""

CACHING = "public, max-age=60"
"""After a minute a browser asks whether the page it has is still the one."""

LOG = logging.getLogger(__name__)

_Key = tuple[str, str]


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
        limit: pages that may wait or be made at once.
        seconds: after which nobody waits for one any longer.
    """

    def __init__(self, settings: Settings, limit: int, seconds: float) -> None:
        # Never what a request names as the site's host: pages are kept for others.
        self._base = str(settings.public_url).rstrip("/") if settings.public_url else None
        self._ask = f"{root(settings)}/"
        self._making: Making[_Key, Made] = Making(limit, seconds)
        self._made: OrderedDict[_Key, Made] = OrderedDict()
        self._lock = threading.Lock()
        self._named: tuple[Snapshot | None, dict[str, str]] = (None, {})

    async def page(self, current: Current, name: str) -> Made | None:
        """A page by its file name, where there is one now.

        Raises:
            Overloaded, TookTooLong: it has to be made, and that is not done in time.
        """
        key = (current.versions.index, name)
        with self._lock:
            made = self._made.get(key)
            if made is not None:
                self._made.move_to_end(key)
                return made
        write = self._writer(current, name)
        if write is None:
            return None
        return await self._making.once(key, partial(self._make, key, write))

    def close(self) -> None:
        """Finish the page that is being made."""
        self._making.close()

    def _make(self, key: _Key, write: Callable[[], str]) -> Made:
        text = write()
        body = text.encode("utf-8", "replace")
        made = Made(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', policy_of(text))
        with self._lock:
            self._made[key] = made
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made

    def _writer(self, current: Current, name: str) -> Callable[[], str] | None:
        snapshot = current.answerer.snapshot
        counted = len(snapshot.reports) <= MOST_COUNTED
        if name == HOME:
            heads = snapshot.heads.values()
            cleaning = CLEANING if counted else None
            return lambda: render_index(heads, cleaning=cleaning, ask=self._ask, base=self._base)
        if name == CLEANING and counted:
            reports = list(snapshot.reports.values())
            return lambda: render_cleaning(traces_of(reports), home=HOME, base=self._base)
        id_ = self._reports(snapshot).get(name)
        if id_ is None:
            return None
        report = snapshot.reports[id_]
        return lambda: render_page(
            report,
            trace=trace_of(report),
            moved=snapshot.moved,
            home=HOME,
            cleaning=CLEANING if counted else None,
            ask=self._ask,
            citation_link=f"{self._base}/{name}" if self._base else None,
        )

    def _reports(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Report ids by page names; a page that two reports would have is the first one's."""
        known, named = self._named
        if known is not snapshot:
            named = {}
            for head in snapshot.heads.values():
                name = page_name(head)
                if named.setdefault(name, head.id) != head.id:
                    LOG.warning(
                        "the reports %s and %s would both be %s, which shows the first of them; "
                        "rename the file of one of them",
                        named[name],
                        head.id,
                        name,
                    )
            self._named = (snapshot, named)
        return named


async def report_page(request: Request) -> Response:
    """``GET /wuhan.html`` and ``GET /reports/wuhan.html``."""
    return await _response(request, f"{request.path_params['name']}.html")


async def index_page(request: Request) -> Response:
    """``GET /reports/``: the index of cities."""
    return await _response(request, HOME)


async def _response(request: Request, name: str) -> Response:
    pages: ReportPages = request.app.state.pages
    current = services_of(request).live.current
    made = await pages.page(current, name)
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
