"""The application: routes, what stands before them, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa._version import __version__
from qa.feedback.key_file import kept_key
from qa.feedback.store import FILE as FEEDBACK
from qa.feedback.store import FeedbackStore
from qa.live import LiveIndex
from qa.settings import Settings
from qa.web.api import router
from qa.web.ask_page import ask_page, prepare_examples, rate
from qa.web.asking import Asking
from qa.web.clients import Clients
from qa.web.errors import HANDLERS
from qa.web.front import Front
from qa.web.metrics import CONTENT_TYPE, Metrics
from qa.web.problems import Problem
from qa.web.rates import Rates
from qa.web.report_pages import ReportPages, index_page, report_page
from qa.web.services import Services, services_of
from qa.web.settings import ServeSettings

KEY_FILE = "web.key"

LOG = logging.getLogger(__name__)


def page_key(settings: Settings) -> str:
    """The key with which pages seal what they carry; made at the first start.

    Raises:
        SettingsError, StorageError: it cannot be read or kept.
    """
    return kept_key(settings.state / KEY_FILE)


def create_app(
    settings: Settings,
    serve: ServeSettings,
    live: LiveIndex,
    *,
    rates: Rates | None = None,
) -> FastAPI:
    """The web application.

    Args:
        settings: that every command reads.
        serve: the server's own.
        live: the index to answer from, with links by ``page_links``; the application closes it.
        rates: shared with other processes; own ones where none are given.

    Raises:
        SettingsError, StorageError: the key cannot be read or kept.
    """
    services = Services(
        settings=settings,
        serve=serve,
        live=live,
        asking=Asking(serve.queue_limit, serve.timeout_seconds),
        feedback=FeedbackStore(settings.state / FEEDBACK),
        key=page_key(settings),
        metrics=Metrics(),
        rates=rates or Rates(serve.rate_limit),
        clients=Clients(serve.trusted_proxies),
    )
    app = FastAPI(
        title="cityqa",
        version=__version__,
        description="Answers questions about Chinese city reports with verbatim, linked extracts.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_beside(services),
        exception_handlers=HANDLERS,
    )
    _describe(app)
    app.state.services = services
    app.state.pages = ReportPages(settings, serve.queue_limit, serve.timeout_seconds)
    app.include_router(router(services))
    for path, page in (
        ("/", ask_page),
        ("/reports/", index_page),
        ("/{name}.html", report_page),
        ("/reports/{name}.html", report_page),
        ("/healthz", _health),
    ):
        app.router.add_route(path, page, methods=["GET"])
    app.router.add_route("/feedback", rate, methods=["POST"])
    if serve.metrics:
        app.router.add_route("/metrics", _metrics, methods=["GET"])
    app.add_middleware(Front, services=services)
    if serve.cors_origins:
        # Added last, it stands first: pages of other origins may read refusals as well, and the
        # questions whether they may, which browsers put before each request, are not counted.
        app.add_middleware(_Shared, origins=serve.cors_origins)
    return app


def _describe(app: FastAPI) -> None:
    """Add to the description what its responses refer to by name."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        schema = plain()
        known = schema.setdefault("components", {}).setdefault("schemas", {})
        known[Problem.__name__] = Problem.model_json_schema()
        return schema

    # As FastAPI's documentation has it: the application asks its own attribute.
    app.openapi = described  # type: ignore[method-assign]


class _Shared:
    """Lets pages of other origins read the JSON interface, and nothing else."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
            max_age=3600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"].startswith("/v1/")
        await (self._cors if shared else self._app)(scope, receive, send)


def _beside(
    services: Services,
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    """What runs as long as the application does: looks whether there is another index."""

    @contextlib.asynccontextmanager
    async def beside(app: FastAPI) -> AsyncIterator[None]:
        asked = asyncio.Event()
        with contextlib.suppress(RuntimeError, ValueError):
            # Not in the main thread: whoever runs the application there has signals of their own.
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
        task = asyncio.create_task(_look(services, asked))
        try:
            yield
        finally:
            services.live.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.to_thread(services.asking.close)
            await asyncio.to_thread(app.state.pages.close)
            services.feedback.close()

    return beside


async def _look(services: Services, asked: asyncio.Event) -> None:
    """Take another index into use when there is one: now and then, and when asked to."""
    while True:
        try:
            if await asyncio.to_thread(services.live.refresh):
                services.metrics.reloaded()
            # Found once an index; whoever comes before that waits for it.
            await asyncio.to_thread(prepare_examples, services.live.current)
        except Exception:
            LOG.exception("the look for another index failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), services.serve.reload_seconds)
        asked.clear()


async def _health(request: Request) -> Response:
    """``GET /healthz``: whether questions are answered."""
    services = services_of(request)
    reason = None
    if services.asking.stuck:
        reason = "stuck"
    elif services.asking.open >= services.serve.queue_limit:
        reason = "overloaded"
    if reason is not None:
        return JSONResponse({"status": "down", "reason": reason}, 503)
    current = services.live.current
    facts = {
        "status": "ok",
        "index": current.versions.index,
        "reports": len(current.answerer.snapshot.reports),
    }
    if services.live.trouble:
        # It answers all the same, from the index that it had.
        facts["stale"] = "the index on disk cannot be used; the log says why"
    return JSONResponse(facts)


async def _metrics(request: Request) -> Response:
    """``GET /metrics``: what was counted, in Prometheus's text format."""
    services = services_of(request)
    services.metrics.queue(services.asking.open)
    content = await asyncio.to_thread(services.metrics.exposition)
    return Response(content, media_type=CONTENT_TYPE)
