"""Web addresses: one page or file fetched, within limits, and never from a private network."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from corpus.errors import FetchError
from corpus.readers.media import SUFFIXES, Media

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS: Final = 5
MAX_BYTES: Final = 20 * 1024 * 1024
TIMEOUT: Final = 20.0
"""Seconds for connecting and for every pause of the server."""
_PATIENCE: Final = 10
"""The whole fetch may take this many times the timeout: a server may send a byte a second."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MEDIA: Final[dict[str, Media]] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
# Types that servers give to files that they know nothing about: the address tells more.
_UNTELLING: Final = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/download"}
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_ACCEPT: Final = (
    "text/html,application/xhtml+xml,text/plain,text/markdown,application/pdf,*/*;q=0.5"
)


def fetch(
    url: str,
    *,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    allow_private: bool = False,
    client: httpx.Client | None = None,
) -> tuple[bytes, Media, str | None, str]:
    """The file at a web address.

    Redirects are followed, five at most. Each address on the way must be http or https and, unless
    ``allow_private``, lead to a public host: no loopback, private or link-local address.

    Args:
        url: as a user types it.
        timeout: seconds for connecting and for each pause of the server; the whole may take ten
            times as long.
        max_bytes: size beyond which the fetch is broken off, counted after decompression.
        allow_private: whether hosts of the own machine and network are allowed.
        client: to send the requests with; a new one by default, which heeds the proxy settings of
            the environment.

    Returns:
        The bytes, the kind of file, the character set that the server names (or None), and the
        address after redirects.

    Raises:
        FetchError: the address is unusable, the host is unknown or private, the server fails,
            is too slow, or sends too much or what is no report.
    """
    # Imported here: only fetching needs it, and it takes time to load.
    import httpx

    deadline = time.monotonic() + _PATIENCE * timeout
    own = client is None
    session = client or httpx.Client()
    try:
        current = url.strip()
        for _ in range(MAX_REDIRECTS + 1):
            checked = _check_address(current, allow_private=allow_private)
            request = session.build_request(
                "GET",
                current,
                headers={"User-Agent": _user_agent(), "Accept": _ACCEPT},
                timeout=timeout,
            )
            response = session.send(request, stream=True, follow_redirects=False)
            try:
                if checked:
                    _check_peer(response, current)
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    current = urljoin(str(response.url), response.headers["location"])
                    continue
                return _body(response, current, max_bytes, deadline)
            finally:
                response.close()
        raise FetchError(f"redirects more than {MAX_REDIRECTS} times", where=url)
    except httpx.TimeoutException as error:
        raise FetchError(f"no answer within {timeout:g} s", where=url, mend="try later") from error
    except httpx.ConnectError as error:
        raise FetchError(f"no connection ({error})", where=url) from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"cannot be fetched ({error})", where=url) from error
    finally:
        if own:
            session.close()


def _body(
    response: httpx.Response, url: str, max_bytes: int, deadline: float
) -> tuple[bytes, Media, str | None, str]:
    status = response.status_code
    if status != 200:
        reason = f"{status} {response.reason_phrase}".strip()
        raise FetchError(f"the server answers {reason}", where=url)
    declared = response.headers.get("content-type", "")
    media = _media(declared, url)
    length = response.headers.get("content-length", "")
    too_large = FetchError(f"is larger than {max_bytes:,} bytes", where=url)
    if length.isdecimal() and int(length) > max_bytes:
        raise too_large
    received = bytearray()
    for chunk in response.iter_bytes():
        received += chunk
        if len(received) > max_bytes:
            raise too_large
        if time.monotonic() > deadline:
            raise FetchError("the server is too slow", where=url, mend="try later")
    charset = _CHARSET.search(declared)
    return bytes(received), media, charset[1] if charset else None, str(response.url)


def _media(content_type: str, url: str) -> Media:
    mime = content_type.partition(";")[0].strip().lower()
    if mime in _MEDIA:
        return _MEDIA[mime]
    if mime in _UNTELLING:
        path = urlsplit(url).path.lower()
        for suffix, media in SUFFIXES.items():
            if path.endswith(suffix):
                return media
        if not mime:
            return "html"
    raise FetchError(
        f"is of the type {mime}, which is no report", where=url, mend="give a page, PDF or DOCX"
    )


def _check_address(url: str, *, allow_private: bool) -> bool:
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


def _check_peer(response: httpx.Response, url: str) -> None:
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


def _user_agent() -> str:
    # Imported here: it takes time to load.
    from importlib import metadata

    try:
        return f"cityqa/{metadata.version('cityqa')}"
    except metadata.PackageNotFoundError:
        return "cityqa"
