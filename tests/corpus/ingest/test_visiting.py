"""Hosts are asked one page at a time, with pauses, and only for what they allow."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from corpus.errors import FetchError
from corpus.ingest.visiting import LONGEST_DELAY, Visitor

PAGE = "<!doctype html><title>综述</title><p>全市新建公园十九个。</p>".encode()


class Host(ThreadingHTTPServer):
    """A site whose ``robots.txt`` a test chooses: a status, and a body or an address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.robots: tuple[int, str] = (404, "")
        self.moved = ""
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/robots.txt":
            status, text = self.server.robots
            location = text if status // 100 == 3 else ""
            self.answer(status, "text/plain", text.encode(), location)
        elif self.path == "/moved":
            self.answer(302, "text/html", b"", self.server.moved)
        else:
            self.answer(200, "text/html", PAGE)

    def answer(self, status: int, kind: str, data: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Say nothing on standard error."""


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Host]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running: list[tuple[Host, threading.Thread]] = []

    def call() -> Host:
        host = Host()
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((host, thread))
        return host

    yield call
    for host, thread in running:
        host.shutdown()
        thread.join()
        host.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visitor(clock: Clock) -> Iterator[Visitor]:
    with Visitor(allow_private=True, pause=1, clock=clock, sleep=clock.sleep) as made:
        yield made


def test_robots_is_asked_for_once_and_pages_after_a_pause(
    start: Callable[[], Host], visitor: Visitor, clock: Clock
) -> None:
    host, other = start(), start()
    for address in (host.address, other.address):
        assert visitor.fetch(f"{address}/a")[0] == PAGE
    clock.now += 0.25
    visitor.fetch(f"{host.address}/b")
    assert host.asked == ["/robots.txt", "/a", "/b"]
    assert other.asked == ["/robots.txt", "/a"]
    # Another host is no reason to wait; of the second, a quarter has passed.
    assert clock.slept == [0.75]


def test_a_longer_pause_is_kept_where_the_host_asks_for_it(
    start: Callable[[], Host], visitor: Visitor, clock: Clock
) -> None:
    host = start()
    host.robots = (200, "User-agent: *\nCrawl-delay: 7\n")
    for page in "abc":
        visitor.fetch(f"{host.address}/{page}")
    assert clock.slept == [7, 7]


def test_a_pause_beyond_measure_allows_one_page_a_run(
    start: Callable[[], Host], visitor: Visitor, clock: Clock
) -> None:
    host = start()
    host.robots = (200, f"User-agent: *\nCrawl-delay: {LONGEST_DELAY + 1:g}\n")
    visitor.fetch(f"{host.address}/a")
    with pytest.raises(FetchError, match="asks for 61 s between two pages"):
        visitor.fetch(f"{host.address}/b")
    assert host.asked == ["/robots.txt", "/a"]
    assert clock.slept == []


def test_what_is_forbidden_is_not_asked_for(start: Callable[[], Host], visitor: Visitor) -> None:
    host = start()
    host.robots = (200, "User-agent: cityqa\nDisallow: /inner/\n")
    with pytest.raises(FetchError, match=r"robots\.txt forbids it; save the page"):
        visitor.fetch(f"{host.address}/inner/a")
    assert visitor.fetch(f"{host.address}/outer")[0] == PAGE
    assert host.asked == ["/robots.txt", "/outer"]


def test_a_redirect_is_followed_only_where_its_host_allows_it(
    start: Callable[[], Host], visitor: Visitor
) -> None:
    host, other = start(), start()
    host.moved = f"{other.address}/secret"
    other.robots = (200, "User-agent: *\nDisallow: /secret\n")
    with pytest.raises(FetchError, match=r"robots\.txt forbids it"):
        visitor.fetch(f"{host.address}/moved")
    assert other.asked == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429])
def test_no_robots_is_no_rule(start: Callable[[], Host], visitor: Visitor, status: int) -> None:
    host = start()
    host.robots = (status, "User-agent: *\nDisallow: /\n")
    assert visitor.fetch(f"{host.address}/a")[0] == PAGE


@pytest.mark.parametrize("status", [500, 503])
def test_a_host_that_fails_allows_nothing(
    start: Callable[[], Host], visitor: Visitor, status: int
) -> None:
    host = start()
    host.robots = (status, "")
    for _ in range(2):
        with pytest.raises(FetchError, match=rf"cannot be had \({status} .*; try later"):
            visitor.fetch(f"{host.address}/a")
    assert host.asked == ["/robots.txt"]


def test_robots_may_have_moved_five_times_and_not_six(
    start: Callable[[], Host], visitor: Visitor
) -> None:
    host, rules = start(), start()
    rules.robots = (200, "User-agent: *\nDisallow: /a\n")
    host.robots = (301, f"{rules.address}/robots.txt")
    with pytest.raises(FetchError, match=r"robots\.txt forbids it"):
        visitor.fetch(f"{host.address}/a")
    circle = start()
    circle.robots = (301, "/robots.txt")
    with pytest.raises(FetchError, match=r"cannot be had \(redirects more than 5 times"):
        visitor.fetch(f"{circle.address}/a")


def test_private_hosts_are_not_even_asked_for_robots(start: Callable[[], Host]) -> None:
    host = start()
    with Visitor() as visitor, pytest.raises(FetchError, match="leads into a private network"):
        visitor.fetch(f"{host.address}/a")
    assert host.asked == []


def test_ones_own_sites_are_fetched_without_asking(start: Callable[[], Host], clock: Clock) -> None:
    host = start()
    host.robots = (200, "User-agent: *\nDisallow: /\n")
    own = Visitor(allow_private=True, ignore_robots=True, pause=0, clock=clock, sleep=clock.sleep)
    with own as visitor:
        assert visitor.fetch(f"{host.address}/a")[0] == PAGE
    assert host.asked == ["/a"]
