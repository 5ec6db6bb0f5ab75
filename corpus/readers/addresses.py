"""Which web addresses may be asked: http and https, and public hosts unless others are allowed."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.errors import FetchError

if TYPE_CHECKING:
    import httpx


def check_address(url: str, *, allow_private: bool) -> bool:
    """Refuse what is not to be fetched; true if the address connected to must be checked as well.

    Raises:
        FetchError: the scheme, the host, or where its name leads to.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"is no web address ({error})", where=url) from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError("is no http or https address", where=url)
    if allow_private:
        return False
    if _is_proxied(parts.scheme, host):
        # The proxy looks the name up; only what is written out can be judged here.
        addresses = [host] if _is_literal(host) else []
        if host == "localhost" or host.endswith(".localhost"):
            raise _private(url)
    else:
        try:
            found = socket.getaddrinfo(host, port or parts.scheme, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError(
                f"the host {host} is not found", where=url, mend="check the address and the network"
            ) from error
        addresses = [str(info[4][0]) for info in found]
    if not all(map(_is_public, addresses)):
        raise _private(url)
    return not _is_proxied(parts.scheme, host)


def check_peer(response: httpx.Response, url: str) -> None:
    """Refuse an answer from a private address: a name may lead elsewhere the second time."""
    stream = response.extensions.get("network_stream")
    peer = None if stream is None else stream.get_extra_info("server_addr")
    if peer is not None and not _is_public(str(peer[0])):
        raise _private(url)


def _private(url: str) -> FetchError:
    return FetchError(
        "leads into a private network", where=url, mend="save the page and add the file instead"
    )


def _is_proxied(scheme: str, host: str) -> bool:
    # Imported here: it takes time to load.
    import urllib.request

    return scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])  # without an IPv6 zone
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (mapped is None or mapped.is_global)
