"""Fetching many pages politely: what hosts forbid is left alone, and none is asked in a rush."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit, urlunsplit

from corpus.errors import FetchError
from corpus.ingest.robots import ALLOW_ALL, DISALLOW_ALL, MAX_BYTES, Robots, parse_robots
from corpus.readers.media import Media
from corpus.readers.web import TIMEOUT, fetch, opened

if TYPE_CHECKING:
    import httpx

PAUSE: Final = 1.0
"""Seconds between two requests to one host, where it does not ask for more."""

LONGEST_DELAY: Final = 60.0
"""Seconds; a host that asks for a longer pause is asked for one page a run."""


class Visitor:
    """Fetches pages one after the other; knows for a run what each host allows.

    Args:
        allow_private: whether hosts of the own machine and network are allowed.
        ignore_robots: do not ask for ``robots.txt``: for sites of one's own.
        pause: seconds between two requests to a host.
        timeout: seconds, as for ``fetch``.
        client: to send the requests with, closed at the end; a new one by default.
        clock, sleep: of the time that pauses are measured in.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        ignore_robots: bool = False,
        pause: float = PAUSE,
        timeout: float = TIMEOUT,
        client: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allow_private = allow_private
        self._ignore_robots = ignore_robots
        self._pause = pause
        self._timeout = timeout
        self._clock = clock
        self._sleep = sleep
        self._robots: dict[str, Robots] = {}
        self._why: dict[str, str] = {}
        self._asked: dict[str, float] = {}
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.close()

    def fetch(self, url: str) -> tuple[bytes, Media, str | None, str]:
        """The file at an address, as ``corpus.readers.fetch`` gives it.

        Raises:
            FetchError: it cannot be fetched, or its host forbids it.
        """
        return fetch(
            url,
            timeout=self._timeout,
            allow_private=self._allow_private,
            client=self._session(),
            before=self._before,
        )

    def _before(self, url: str) -> None:
        """Wait until a host may be asked for an address.

        Raises:
            FetchError: it may not be asked at all.
        """
        host = _host(url)
        robots = self._robots_of(host)
        if not robots.allows(url):
            if robots is DISALLOW_ALL:
                raise FetchError(
                    f"the host's robots.txt cannot be had ({self._why.get(host, 'no answer')}), "
                    "so that nothing may be fetched",
                    where=url,
                    mend="try later, or save the page and add the file",
                )
            raise FetchError(
                "the host's robots.txt forbids it",
                where=url,
                mend="save the page and add the file; --ignore-robots is for sites of your own",
            )
        last = self._asked.get(host)
        if last is not None:
            if robots.delay > LONGEST_DELAY:
                raise FetchError(
                    f"the host asks for {robots.delay:g} s between two pages, "
                    "which is too long for one run",
                    where=url,
                    mend="add this page in another run",
                )
            wait = last + max(self._pause, robots.delay) - self._clock()
            if wait > 0:
                self._sleep(wait)
        self._asked[host] = self._clock()

    def _robots_of(self, host: str) -> Robots:
        if self._ignore_robots:
            return ALLOW_ALL
        if host not in self._robots:
            self._robots[host] = self._read_robots(host)
        return self._robots[host]

    def _read_robots(self, host: str) -> Robots:
        """RFC 9309, 2.3.1: rules where there are some, everything where there are none (4xx),
        nothing where the host fails (5xx) or does not answer."""
        try:
            with opened(
                f"{host}/robots.txt",
                timeout=self._timeout,
                allow_private=self._allow_private,
                client=self._session(),
            ) as (response, _):
                if response.status_code // 100 == 4:
                    return ALLOW_ALL
                if response.status_code // 100 != 2:
                    self._why[host] = f"{response.status_code} {response.reason_phrase}".strip()
                    return DISALLOW_ALL
                deadline = self._clock() + self._timeout
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) >= MAX_BYTES:
                        break
                    if self._clock() > deadline:
                        self._why[host] = "the server is too slow"
                        return DISALLOW_ALL
                return parse_robots(bytes(data))
        except FetchError as error:
            self._why[host] = error.what
            return DISALLOW_ALL

    def _session(self) -> httpx.Client:
        if self._client is None:
            # Imported here: only fetching needs it, and it takes time to load.
            import httpx

            self._client = httpx.Client()
        return self._client


def _host(url: str) -> str:
    """Scheme, host and port of an address: what one ``robots.txt`` is about."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), "", "", ""))
