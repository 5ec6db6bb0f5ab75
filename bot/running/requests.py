"""Requests over HTTP, with what PTB passes over: how far one got that failed, answers that say no.

A message should not be sent twice, and a connection that ends without an answer does not tell
whether it was sent. Two cases are certain: where the request had not gone out in full, it was not
carried out; nor was it where a connection that was used before ends in less than half the time
in which this server has ever answered anything, since what ended it was under way before the
request arrived (a server that closes idle connections). A server so near that it answers within
milliseconds leaves nothing to be told from times. All else counts as possibly done.
"""

from __future__ import annotations

import json
import re
import time
from contextvars import ContextVar
from typing import Any

import httpx
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

NEAR = 0.02
"""Seconds to an answer below which a server is too near for times to tell anything."""

_SAYS_NO = re.compile(rb'"ok"\s*:\s*false')

_NO_METHOD = {405: "Method Not Allowed", 501: "Not Implemented"}


class UnknownMethod(TelegramError):
    """The server has no such method."""


class CutOff(NetworkError):
    """The connection ended when all had gone out: the request may have been carried out."""


class _Way:
    """How far a request got."""

    def __init__(self) -> None:
        self.reused = True
        self.written: float | None = None

    async def trace(self, name: str, info: dict[str, Any]) -> None:
        """Note what httpcore tells."""
        if name.startswith("connection."):
            self.reused = False
        elif name.endswith(".send_request_body.complete"):
            self.written = time.monotonic()


_WAY: ContextVar[_Way | None] = ContextVar("way of the current request", default=None)


async def _traced(request: httpx.Request) -> None:
    way = _WAY.get()
    if way is not None:
        request.extensions = {**request.extensions, "trace": way.trace}


class TellingRequest(HTTPXRequest):
    """PTB's requests, which raise ``CutOff`` and ``UnknownMethod`` besides what PTB's do.

    Args:
        options: as PTB's.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, httpx_kwargs={"event_hooks": {"request": [_traced]}})
        self._quickest = float("inf")

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As PTB's.

        Raises:
            CutOff: there was no answer, and the request may have been carried out.
            UnknownMethod: the server says that it has no such method.
            TelegramError: as PTB's.
        """
        way = _Way()
        token = _WAY.set(way)
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            cause = error.__cause__
            ended = isinstance(cause, (httpx.ReadError, httpx.RemoteProtocolError))
            if ended and self._may_be_done(way):
                raise CutOff(error.message) from cause
            raise
        finally:
            _WAY.reset(token)
        if way.written is not None:
            self._quickest = min(self._quickest, time.monotonic() - way.written)
        if code in _NO_METHOD:
            raise UnknownMethod(f"{_NO_METHOD[code]} ({code})")
        if code == httpx.codes.OK and _SAYS_NO.search(payload):
            code = _code_told(payload)
        # PTB looks into what describes an error without looking at what it is.
        return code, payload if code < 400 else _described(payload)

    def _may_be_done(self, way: _Way) -> bool:
        if way.written is None or self._quickest == float("inf"):
            return way.written is not None
        if not way.reused or self._quickest < NEAR:
            return True
        return time.monotonic() - way.written >= self._quickest / 2


def _code_told(payload: bytes) -> int:
    """The code of an answer that came with 200: that of the error that it tells, if it does."""
    told = _object(payload)
    if told.get("ok") is not False:
        return 200
    code = told.get("error_code")
    return code if isinstance(code, int) and 400 <= code < 600 else 400


def _described(payload: bytes) -> bytes:
    """What tells of an error, as PTB can read it."""
    told = _object(payload)
    kinds = {"description": str, "parameters": dict}
    known = {name: told[name] for name, kind in kinds.items() if isinstance(told.get(name), kind)}
    return json.dumps(known).encode()


def _object(payload: bytes) -> dict[str, Any]:
    """The object that JSON holds; an empty one where it holds none, or is none."""
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
