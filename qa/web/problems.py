"""Errors as problem details (RFC 9457), for programs, and as a page, for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field("about:blank", description="Always about:blank: the status tells the kind.")
    title: str = Field(description="The status in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What is wrong, and how to mend it.", examples=["no report has the id lake"]
    )


class Refused(HTTPException):
    """A request that is not answered.

    Args:
        status: of HTTP.
        detail: what is wrong, for programs.
        headers: to send along.
    """

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The response that tells a program what is wrong."""
    title = HTTPStatus(status).phrase
    content = Problem(type="about:blank", title=title, status=status, detail=detail).model_dump()
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its description."""
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[int | str, dict[str, Any]] = {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }
    for status in (429, 503):
        if status in found:
            found[status]["headers"] = {
                "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
            }
    return found
