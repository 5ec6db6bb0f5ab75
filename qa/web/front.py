"""What every request passes before it comes to its route."""

from __future__ import annotations

import asyncio
import logging
import math
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.errors import fault
from qa.web.rendering import NOTHING
from qa.web.services import Services

LOG = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Of every response."""

DRAINED = 16 << 20
"""Bytes of a body too large that are read and thrown away, so that its sender hears why."""

BODY_SECONDS = 20.0
"""In which a body has to come."""

_FREE = ("/healthz", "/metrics", "/favicon.ico")


class Front:
    """Headers, counts, limits and the last resort against errors, around an application.

    Args:
        app: the routes.
        services: of the application.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def headed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", NOTHING)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        request = Request(scope)
        try:
            await self._answer(request, receive, headed)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._services.metrics.error(type(error).__name__)
            LOG.exception("a request failed: %s", _route(scope))
            if status:
                raise
            response = fault(request, 500, "something went wrong on our side")
            await response(scope, receive, headed)
        finally:
            seconds = time.perf_counter() - started
            self._services.metrics.request(_route(scope), status, seconds)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        scope = request.scope
        services = self._services
        if scope["path"] not in _FREE:
            wait = services.rates.wait(services.clients.address(scope))
            if wait:
                retry = {"Retry-After": str(math.ceil(wait))}
                response = fault(request, 429, "too many requests from this address", retry)
                await response(scope, receive, send)
                return
        body = await _body(scope, receive, services.serve.body_limit)
        if isinstance(body, int):
            detail = {
                408: "the body did not come in time",
                413: f"the body has more than {services.serve.body_limit:,} bytes",
            }[body]
            response = fault(request, body, detail, {"Connection": "close"})
            await response(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes | int:
    """The body of a request, or the status with which it is refused."""
    if "content-length" not in Headers(scope=scope) and "transfer-encoding" not in Headers(
        scope=scope
    ):
        return b""
    length = Headers(scope=scope).get("content-length", "0")
    if length.isdigit() and int(length) > DRAINED:
        return 413
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    # Gone in the middle: there is nobody to answer.
                    return 408
                part: bytes = message.get("body", b"")
                size += len(part)
                if size <= limit:
                    parts.append(part)
                elif size > DRAINED:
                    return 413
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        return 408
    return b"".join(parts) if size <= limit else 413


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already, and then what comes of the connection."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _route(scope: Scope) -> str:
    """The template of the route that a request came to, or the name of what answers it.

    Never the path itself, of which there are as many as anyone likes to make up.
    """
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    name = getattr(scope.get("endpoint"), "__name__", "other")
    return str(name).strip("_")
