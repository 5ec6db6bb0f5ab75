"""Web addresses: one page or file fetched, within limits, and never from a private network."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from corpus.errors import FetchError
from corpus.readers.addresses import PeerCheck, bare, check_address, check_redirect
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


Before = Callable[[str], None]
"""Told each address, those of redirects too, before it is asked; may wait, or raise FetchError."""


def fetch(
    url: str,
    *,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    allow_private: bool = False,
    client: httpx.Client | None = None,
    before: Before | None = None,
) -> tuple[bytes, Media, str | None, str]:
    """The file at a web address.

    Redirects are followed, five at most. Each address on the way must be http or https and, unless
    ``allow_private``, lead to a public host: no loopback, private or link-local address. A user and
    password in the address are sent to its host and told nowhere; none are taken from a redirect.

    Args:
        url: as a user types it.
        timeout: seconds for connecting and for each pause of the server; the whole may take ten
            times as long.
        max_bytes: size beyond which the fetch is broken off, counted after decompression.
        allow_private: whether hosts of the own machine and network are allowed.
        client: to send the requests with; a new one by default, which heeds the proxy settings of
            the environment.
        before: told each address before it is asked.

    Returns:
        The bytes, the kind of file, the character set that the server names (or None), and the
        address after redirects, without user, password and fragment.

    Raises:
        FetchError: the address is unusable, the host is unknown or private, the server fails,
            is too slow, or sends too much or what is no report.
    """
    deadline = time.monotonic() + _PATIENCE * timeout
    with opened(
        url, timeout=timeout, allow_private=allow_private, client=client, before=before
    ) as (response, address):
        return _body(response, address, max_bytes, deadline)


@contextlib.contextmanager
def opened(
    url: str,
    *,
    timeout: float = TIMEOUT,
    allow_private: bool = False,
    client: httpx.Client | None = None,
    before: Before | None = None,
) -> Iterator[tuple[httpx.Response, str]]:
    """The answer at a web address after redirects, its body unread, and where it came from.

    Arguments as for ``fetch``. What the network refuses while the body is read is raised as a
    FetchError too.

    Raises:
        FetchError: the address is unusable, the host is unknown or private, or does not answer.
    """
    # Imported here: only fetching needs it, and it takes time to load.
    import httpx

    own = client is None
    session = client or httpx.Client()
    current, url = url.strip(), bare(url)
    try:
        for _ in range(MAX_REDIRECTS + 1):
            shown = bare(current)
            peer = PeerCheck(shown) if check_address(shown, allow_private=allow_private) else None
            if before is not None:
                before(shown)
            request = session.build_request(
                "GET",
                urldefrag(current).url,
                headers={"User-Agent": _user_agent(), "Accept": _ACCEPT},
                timeout=timeout,
                extensions={} if peer is None else {"trace": peer},
            )
            response = session.send(request, stream=True, follow_redirects=False)
            try:
                if peer is not None:
                    peer.answered(response)
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    location = response.headers["location"]
                    check_redirect(location, shown)
                    current = urljoin(str(response.url), location)
                    continue
                yield response, shown
                return
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
    return bytes(received), media, charset[1] if charset else None, bare(str(response.url))


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


def _user_agent() -> str:
    # Imported here: it takes time to load.
    from importlib import metadata

    try:
        return f"cityqa/{metadata.version('cityqa')}"
    except metadata.PackageNotFoundError:
        return "cityqa"
