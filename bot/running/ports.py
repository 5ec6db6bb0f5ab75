"""Small HTTP servers on a port of this machine."""

from __future__ import annotations

import socket

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets


def bind(listen: str, port: int) -> list[socket.socket]:
    """Take a port.

    Raises:
        OSError: another program has it, or the address is none of this machine's.
    """
    return bind_sockets(port, listen)


def reason_of(error: OSError) -> str:
    """Why a port cannot be taken, in a few words."""
    return error.strerror or str(error)


async def stop(server: HTTPServer) -> None:
    """Take no connection any more, and end those that there are."""
    server.stop()
    await server.close_all_connections()
