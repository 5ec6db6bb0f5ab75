"""From what goes wrong to a response: problem details for programs, a page for people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from corpus.errors import CityqaError, NoSuchReports, UnknownCity, UsageError
from qa.web import words
from qa.web.addresses import root
from qa.web.asking import Overloaded, TookTooLong
from qa.web.languages import page_language
from qa.web.problems import problem
from qa.web.rendering import html, rendered
from qa.web.services import services_of

LOG = logging.getLogger(__name__)

RETRY_SECONDS = 2
"""For whom too many others were before."""

_FOR_PROGRAMS = ("/v1/", "/openapi.json", "/healthz", "/metrics")


def is_for_programs(scope: Scope) -> bool:
    """Whether a request is one that a program makes, by its path."""
    path: str = scope["path"]
    return path == "/v1" or path.startswith(_FOR_PROGRAMS)


def fault(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    """The response that tells what is wrong.

    Args:
        request: that is not answered.
        status: of HTTP.
        detail: for programs; a page has words of its own.
        headers: to send along.
    """
    if is_for_programs(request.scope):
        return problem(status, detail, headers)
    language, _ = page_language(request)
    seconds = int((headers or {}).get("Retry-After", RETRY_SECONDS))
    home = f"{root(services_of(request).settings)}/"
    told = words.fault(language, status, seconds)
    page = rendered("fault.html", language, told=told, home=home)
    return html(page, status, headers)


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the routes refuse."""
    assert isinstance(error, HTTPException)
    return fault(request, error.status_code, str(error.detail), dict(error.headers or {}))


async def on_invalid(request: Request, error: Exception) -> Response:
    """A request that is not as the interface describes it."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    # Neither the value nor the context: both may hold what no response can.
    place = ".".join(str(part) for part in first["loc"])
    return fault(request, 422, f"{place}: {first['msg']}".encode("ascii", "replace").decode())


async def on_cityqa_error(request: Request, error: Exception) -> Response:
    """What cityqa refuses on purpose, or cannot do."""
    assert isinstance(error, CityqaError)
    if isinstance(error, UnknownCity | NoSuchReports):
        return fault(request, 404, str(error))
    if isinstance(error, UsageError):
        return fault(request, 422, str(error))
    # What is told to the operator may name files.
    LOG.error("%s", error)
    return fault(request, 500, "the reports cannot be searched just now")


async def on_overload(request: Request, _error: Exception) -> Response:
    """Too many questions wait."""
    detail = "too many questions are waiting; try again later"
    return fault(request, 503, detail, {"Retry-After": str(RETRY_SECONDS)})


async def on_timeout(request: Request, _error: Exception) -> Response:
    """An answer did not come in time."""
    return fault(request, 504, "the answer took too long; try again")


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    HTTPException: on_http_error,
    RequestValidationError: on_invalid,
    CityqaError: on_cityqa_error,
    Overloaded: on_overload,
    TookTooLong: on_timeout,
}
"""Error class to what answers it."""
