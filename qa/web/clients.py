"""Who asks: the address of a connection, or that which a trusted proxy names."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import Scope

UNKNOWN = "unknown"
"""Of a connection without an address, as over a Unix socket."""


class Clients:
    """Tells client addresses.

    Args:
        trusted: addresses or networks of proxies whose ``X-Forwarded-For`` is believed.
    """

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted = [ipaddress.ip_network(network, strict=False) for network in trusted]

    def address(self, scope: Scope) -> str:
        """The address of the client of a request.

        Each proxy appends the address that it was asked from, so the list is read from its end:
        the first address that is no trusted proxy's is the client's. What stands before it was
        written by whoever wanted to.
        """
        client = scope.get("client")
        address = str(client[0]) if client else UNKNOWN
        if not self._is_trusted(address):
            return address
        forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
        for part in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            named = _without_port(part)
            if named is None:
                return address
            address = named
            if not self._is_trusted(address):
                return address
        return address

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        return any(parsed in network for network in self._trusted)


def _without_port(part: str) -> str | None:
    """The address of ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1`` or ``[2001:db8::1]:80``."""
    if part.startswith("["):
        part = part[1:].partition("]")[0]
    elif part.count(":") == 1:
        part = part.partition(":")[0]
    try:
        return str(ipaddress.ip_address(part))
    except ValueError:
        return None
