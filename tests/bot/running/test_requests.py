"""What becomes of requests whose answer does not come, or says no."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram.error import TelegramError

from bot.retries import Failure, failure_of
from bot.running.lenient_bot import LenientBot, make_bot
from bot.running.metrics import Metrics
from bot.running.pacing import Pacing

Step = tuple[float, bytes]
"""Seconds after a request, and what is answered then: nothing for the end of the connection."""


def answer(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@asynccontextmanager
async def asking(*steps: Step) -> AsyncIterator[LenientBot]:
    """A bot on a server that answers one request after another so."""
    left = list(steps)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while left:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length: ")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            seconds, what = left.pop(0)
            await asyncio.sleep(seconds)
            if not what:
                break
            writer.write(what)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    bot = make_bot("123456:TEST", f"http://127.0.0.1:{port}/bot", Pacing(Metrics()))
    for request in bot._request:
        await request.initialize()
    try:
        yield bot
    finally:
        for request in bot._request:
            await request.shutdown()
        server.close()
        await server.wait_closed()


def failure(*steps: Step) -> Failure:
    """Why the last of the requests fails."""

    async def main() -> Failure:
        async with asking(*steps) as bot:
            for _ in steps[:-1]:
                await bot.call("sendMessage", {})
            with pytest.raises(TelegramError) as raised:
                await bot.call("sendMessage", {})
            return failure_of(raised.value)

    return asyncio.run(main())


FAR = (0.2, answer('{"ok": true, "result": {}}'))


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        # Sooner than the request and an answer can have crossed the line: it was closing already.
        ([FAR, (0.0, b"")], Failure.DROPPED),
        ([FAR, (0.2, b"")], Failure.CUT),
        # A new connection is not closed for having been idle.
        ([(0.0, b"")], Failure.CUT),
        ([(0.0, answer('{"ok": true, "result": {}}')), (0.0, b"")], Failure.CUT),
    ],
)
def test_only_a_request_that_cannot_have_been_carried_out_counts_as_dropped(
    steps: list[Step], why: Failure
) -> None:
    assert failure(*steps) is why


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        ('{"ok": false, "error_code": 403, "description": "bot was blocked"}', "200", "forbidden"),
        ('{"ok": false, "description": "chat not found"}', "200", "refused"),
        ("{}", "405", "unknown_method"),
        ('{"ok": false, "description": "method?"}', "501", "unknown_method"),
        ('{"ok": false, "error_code": 404, "description": "method?"}', "404", "unknown_method"),
        ('{"ok": false, "error_code": 401, "description": "Unauthorized"}', "401", "token"),
        ("nothing here", "404", "unknown_method"),
        ('"nothing here"', "400", "refused"),
        ('{"description": 5, "parameters": [6]}', "500", "server"),
    ],
)
def test_an_answer_that_says_no_is_an_error_whatever_its_code(
    body: str, status: str, why: str
) -> None:
    assert failure((0.0, answer(body, f"{status} X"))).value == why
