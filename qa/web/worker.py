"""One process that answers: uvicorn over a socket that was opened elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Collection, Iterator

import uvicorn
from starlette.types import ASGIApp

FINISH_SECONDS = 10
"""For requests that are open when the server is told to stop."""

KEEP_ALIVE_SECONDS = 15
"""After which a connection that asks for nothing is closed."""

HEAD_BYTES = 16 * 1024
"""Of the first line and the headers of a request."""


class _Server(uvicorn.Server):
    """Stops when it is told to, and leaves it to the process what its signals mean."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def configured(app: ASGIApp) -> uvicorn.Config:
    """How an application is served."""
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Clients are told by `Clients`, which reads the header from its end.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )


def server(app: ASGIApp) -> uvicorn.Server:
    """A server that is stopped by its ``should_exit``."""
    return _Server(configured(app))


def serve(
    app: ASGIApp,
    listening: socket.socket,
    orphaned: int,
    *,
    unblock: Collection[signal.Signals] = (),
) -> None:
    """Serve until SIGTERM or SIGINT, or until whoever watches over this process is gone.

    Args:
        app: the application.
        listening: the socket, bound and listening.
        orphaned: a descriptor that can be read from when the supervisor has ended.
        unblock: signals that are let through once they are handled.
    """
    serving = server(app)

    def stop() -> None:
        serving.should_exit = True

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        # Until the application handles it, it means nothing.
        loop.add_signal_handler(signal.SIGHUP, lambda: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, unblock)
        loop.add_reader(orphaned, stop)
        try:
            await serving.serve(sockets=[listening])
        finally:
            loop.remove_reader(orphaned)

    asyncio.run(run())
