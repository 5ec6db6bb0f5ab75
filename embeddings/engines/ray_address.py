"""Where a Ray cluster listens, and whether it does: told without Ray, which takes long to load."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass
from typing import Final

from corpus.errors import EngineError, SettingsError

CONNECT_SECONDS: Final = 3.0
"""For the name of a cluster's host to be found, and a connection to it."""

ANSWER_SECONDS: Final = 5.0
"""For a cluster to say its first word after that."""

# What a client of HTTP/2 says first, with settings of which there are none: RFC 9113, 3.4 and 6.5.
_HELLO: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
_FRAME: Final = 9
_SETTINGS: Final = 4

_CLIENT: Final = "ray://"
_PORT: Final = 6379
_CLIENT_PORT: Final = 10001


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster listens.

    Attributes:
        text: as given.
        host: its name or number.
        port: of it.
    """

    text: str
    host: str
    port: int

    @property
    def client(self) -> bool:
        """Whether it is one of Ray Client, which runs the driver's side on the cluster."""
        return self.text.startswith(_CLIENT)

    @classmethod
    def parse(cls, text: str) -> Address:
        """``host:port``, ``host``, or the same behind ``ray://``.

        Raises:
            SettingsError: it is none of these.
        """
        rest = text.removeprefix(_CLIENT)
        host, colon, port = rest.rpartition(":")
        if not colon:
            host, port = rest, str(_CLIENT_PORT if text.startswith(_CLIENT) else _PORT)
        if not host or "/" in host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise SettingsError(
                "is no address of a Ray cluster", where=text, mend="write host:6379"
            )
        whole = text if colon else f"{text}:{port}"
        return cls(whole, host.strip("[]"), int(port))


def greet(address: Address) -> None:
    """See that what listens at an address speaks as Ray does: gRPC, which is HTTP/2.

    Raises:
        EngineError: nothing listens there, or it says something else, or nothing.
    """
    try:
        with _connected(address) as connection:
            if os.environ.get("RAY_USE_TLS", "0") != "0":
                return
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(_HELLO)
            answer = connection.recv(_FRAME, socket.MSG_WAITALL)
    except TimeoutError as error:
        raise unanswered(address, f"silence for {ANSWER_SECONDS:.0f} s") from error
    except OSError as error:
        raise unanswered(address, error.strerror or str(error)) from error
    if len(answer) < _FRAME or answer[3] != _SETTINGS:
        raise unanswered(address, "something else listens there")


def _connected(address: Address) -> socket.socket:
    """A connection to what listens at an address.

    Raises:
        EngineError: there is none in time.
        OSError: there is none.
    """
    found: list[socket.socket | OSError] = []

    def connect() -> None:
        try:
            found.append(socket.create_connection((address.host, address.port), CONNECT_SECONDS))
        except OSError as error:
            found.append(error)

    # Looking up a name knows no time limit, and a host may have several addresses to try.
    thread = threading.Thread(target=connect, name="cityqa-ray-connect", daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS)
    if not found or isinstance(found[0], TimeoutError):
        raise unanswered(address, f"no connection within {CONNECT_SECONDS:.0f} s")
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


def unanswered(address: Address, reason: str) -> EngineError:
    """That no cluster answers at an address."""
    return EngineError(
        f"no Ray cluster answers ({reason})",
        where=address.text,
        mend="check the address, and set RAY_AUTH_MODE=token if the cluster asks for a token",
    )
