"""Which web addresses may be asked: http and https, and public hosts unless others are allowed."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from corpus.errors import FetchError

if TYPE_CHECKING:
    import httpx


_CONNECTED: Final = "connection.connect_tcp.complete"
"""httpcore's event: connected, nothing sent."""

_CARRY_IPV4: Final = tuple(
    map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96"))
)
"""IPv6 networks whose last 32 bits are an IPv4 address that is meant: RFC 6052, 4291, 2765."""


def bare(url: str) -> str:
    """A web address as a page is known by: without user, password and fragment."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url  # whoever asks for it will tell
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


def check_redirect(location: str, url: str) -> None:
    """Refuse a redirect that tells a user or password.

    Raises:
        FetchError: it does.
    """
    try:
        named = "@" in urlsplit(location.strip()).netloc
    except ValueError:
        named = False  # it is no address at all, which is told when it is asked for
    if named:
        raise FetchError("redirects to an address with a user name", where=url)


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


class PeerCheck:
    """httpx's ``trace`` of a request: a private address gets none, though its name led elsewhere
    when it was looked up before.

    Args:
        url: that is asked for.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, event: str, about: dict[str, Any]) -> None:
        """Raises:
        FetchError: the connection that was just made leads to a private address.
        """
        if event == _CONNECTED:
            stream = about["return_value"]
            if _is_inner(stream):
                stream.close()
                raise _private(self._url)

    def answered(self, response: httpx.Response) -> None:
        """Refuse an answer from a private address, however it was connected to.

        Raises:
            FetchError: it is one.
        """
        if _is_inner(response.extensions.get("network_stream")):
            raise _private(self._url)


def _is_inner(stream: Any) -> bool:
    peer = None if stream is None else stream.get_extra_info("server_addr")
    return peer is not None and not _is_public(str(peer[0]))


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
    meant = ip.sixtofour if isinstance(ip, ipaddress.IPv6Address) else None
    if any(ip in network for network in _CARRY_IPV4):
        meant = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return all(one.is_global and not one.is_multicast for one in (ip, meant) if one is not None)
