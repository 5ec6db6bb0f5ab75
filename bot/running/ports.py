"""Small HTTP servers on a port of this machine."""

from __future__ import annotations

import socket

from tornado.httpserver import HTTPServer


def bind(listen: str, port: int) -> socket.socket:
    """Take a port.

    Raises:
        OSError: another program has it, or the address is none of this machine's.
    """
    # Not tornado's own way: it leaves the socket open where the port is taken.
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    taken = socket.create_server((listen.strip("[]"), port), family=family, backlog=128)
    taken.setblocking(False)
    return taken


def reason_of(error: OSError) -> str:
    """Why a port cannot be taken, in a few words."""
    return error.strerror or str(error)


async def stop(server: HTTPServer) -> None:
    """Take no connection any more, and end those that there are."""
    server.stop()
    await server.close_all_connections()
