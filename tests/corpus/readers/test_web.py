"""Fetching keeps to its limits and to public addresses; errors say what to do."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from corpus.errors import FetchError
from corpus.readers import fetch, read_url
from corpus.readers.addresses import check_address
from corpus.readers.files import url_stem

TEXT = "全市改造老旧小区455个，惠及居民12.2万户。"
PAGE = f"<!doctype html><title>综述</title><p>{TEXT}</p>"


class Handler(BaseHTTPRequestHandler):
    """Pages by path; what a path means stands in ``do_GET``."""

    release = threading.Event()
    agents: list[str]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path  # a proxy is asked for whole addresses
        self.server.agents.append(self.headers["User-Agent"])  # type: ignore[attr-defined]
        self.server.secrets.append(self.headers["Authorization"])  # type: ignore[attr-defined]
        if path.startswith("/to/"):
            left = int(path.rsplit("/", 1)[1])
            return self.redirect(f"/to/{left - 1}" if left else "/page.html")
        if path == "/to-file":
            return self.redirect("file:///etc/passwd")
        if path == "/to-inside":
            return self.redirect("http://[::1]:1/")
        if path == "/to-user":
            return self.redirect(f"//ann:hidden@{self.headers['Host']}/page.html")
        if path == "/slow":
            self.release.wait(5)
            return None
        answers = {
            "/page.html": (200, "text/html; charset=gb2312", PAGE.encode("gb18030")),
            "/plain": (200, "text/plain; charset=utf-8", TEXT.encode()),
            "/report.md": (200, "application/octet-stream", f"# 题\n\n{TEXT}".encode()),
            "/unknown": (200, "application/octet-stream", b"?"),
            "/picture": (200, "image/png", b"\x89PNG"),
            "/large": (200, "text/plain", b"a" * 5000),
            "/empty": (200, "text/html", b""),
        }
        if path == "/packed":
            return self.answer(200, "text/plain", gzip.compress(b"a" * 100_000), packed=True)
        return self.answer(*answers.get(path, (404, "text/html", b"no")))

    def redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status: int, kind: str, data: bytes, *, packed: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()  # no length: the connection's end is the end
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Say nothing on standard error."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.agents: list[str] = []
        self.secrets: list[str | None] = []


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        Handler.release.set()
        running.shutdown()
        thread.join()
        Handler.release.clear()


@pytest.fixture
def site(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    # A proxy in the environment would not reach this server.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return f"http://127.0.0.1:{server.server_port}"


def test_a_page_comes_with_its_kind_character_set_and_address(site: str, server: Server) -> None:
    data, media, charset, url = fetch(f"{site}/page.html", allow_private=True)
    assert (data.decode("gb18030"), media, charset) == (PAGE, "html", "gb2312")
    assert url == f"{site}/page.html"
    assert server.agents[0].split("/")[0] == "cityqa"


def test_a_page_is_read_under_its_final_address(site: str) -> None:
    raw = read_url(f"{site}/to/2", allow_private=True)
    assert raw.origin == raw.front["url"] == f"{site}/page.html"
    assert (raw.stem, raw.media, raw.encoding) == ("page", "html", "gb18030")
    assert [line.text for line in raw.lines] == [TEXT]


def test_the_kind_comes_from_the_type_or_else_from_the_address(site: str) -> None:
    assert fetch(f"{site}/plain", allow_private=True)[1] == "text"
    assert fetch(f"{site}/report.md?x=1", allow_private=True)[1] == "markdown"


def test_five_redirects_are_followed_and_six_are_not(site: str) -> None:
    # /to/4 redirects to /to/3, 2, 1, 0 and then to the page.
    assert fetch(f"{site}/to/4", allow_private=True)[3] == f"{site}/page.html"
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetch(f"{site}/to/5", allow_private=True)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none", "the server answers 404 Not Found"),
        ("/picture", "is of the type image/png, which is no report"),
        ("/unknown", "is of the type application/octet-stream"),
        ("/to-file", "is no http or https address"),
    ],
)
def test_what_gives_no_report_is_refused(site: str, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as caught:
        fetch(site + path, allow_private=True)
    assert str(caught.value).startswith(("http://127.0.0.1", "file:///etc/passwd"))


@pytest.mark.parametrize("path", ["/large", "/packed"])
def test_too_much_is_broken_off_counted_after_unpacking(site: str, path: str) -> None:
    with pytest.raises(FetchError, match="is larger than 4,000 bytes"):
        fetch(site + path, max_bytes=4000, allow_private=True)


def test_a_silent_server_is_given_up(site: str) -> None:
    with pytest.raises(FetchError, match=r"no answer within 0\.2 s; try later"):
        fetch(f"{site}/slow", timeout=0.2, allow_private=True)


def test_a_closed_port_is_no_connection(site: str, server: Server) -> None:
    with Server() as unused:
        port = unused.server_port
    with pytest.raises(FetchError, match="no connection"):
        fetch(f"http://127.0.0.1:{port}/", allow_private=True)


def test_private_addresses_are_refused_before_anything_is_sent(site: str, server: Server) -> None:
    with pytest.raises(FetchError, match="leads into a private network; save the page"):
        fetch(f"{site}/page.html")
    assert server.agents == []


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[::192.168.1.1]",
        "[::ffff:0:127.0.0.1]",
        "[2002:7f00:1::]",
        "127.1",
        "2130706433",
        "localhost",
    ],
)
def test_no_way_of_writing_a_private_address_gets_through(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(FetchError, match=r"leads into a private network|is not found"):
        fetch(f"http://{host}/", timeout=0.2)


def test_the_same_ways_of_writing_a_public_address_are_let_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    for host in ("8.8.8.8", "[64:ff9b::8.8.8.8]", "[2002:808:808::]"):
        assert check_address(f"http://{host}/", allow_private=False)


def test_a_name_that_leads_elsewhere_the_second_time_gets_no_request(
    site: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", server.server_port))]
    answers = [public]
    real = socket.getaddrinfo

    def rebinding(*args: Any, **options: Any) -> Any:
        return answers.pop() if answers else real(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(FetchError, match="leads into a private network"):
        fetch(f"{site}/page.html")
    assert not answers
    assert server.agents == []


def test_users_and_passwords_are_sent_and_not_told(site: str, server: Server) -> None:
    address = site.replace("http://", "http://ann:hidden@")
    final = fetch(f"{address}/to/1#part", allow_private=True)[3]
    assert final == f"{site}/page.html"
    # `printf ann:hidden | base64`
    assert server.secrets == ["Basic YW5uOmhpZGRlbg=="] * 3
    with pytest.raises(FetchError, match="the server answers 404") as caught:
        fetch(f"{address}/none", allow_private=True)
    assert "hidden" not in str(caught.value)
    with pytest.raises(FetchError, match="redirects to an address with a user name"):
        fetch(f"{site}/to-user", allow_private=True)
    assert server.secrets[4:] == [None]


def test_a_redirect_into_the_private_network_is_refused(site: str) -> None:
    class Rebinding(httpx.BaseTransport):
        """Answers for a public address with a redirect to an inner one."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(302, headers={"Location": f"{site}/page.html"}, request=request)

    with (
        httpx.Client(transport=Rebinding()) as client,
        pytest.raises(FetchError, match="leads into a private network"),
    ):
        fetch("http://8.8.8.8/", client=client)


@pytest.fixture
def proxied(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server as the proxy that the environment names."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, site)


@pytest.mark.usefixtures("proxied")
def test_behind_a_proxy_names_need_not_be_known_here() -> None:
    assert fetch("http://news.invalid/page.html")[3] == "http://news.invalid/page.html"


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize("host", ["10.0.0.1", "[::1]", "localhost", "a.localhost"])
def test_behind_a_proxy_private_addresses_are_refused_too(host: str, server: Server) -> None:
    with pytest.raises(FetchError, match="leads into a private network"):
        fetch(f"http://{host}/page.html")
    assert server.agents == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://news.example/a", "is no http or https address"),
        ("news.example/a", "is no http or https address"),
        ("file:///etc/passwd", "is no http or https address"),
        ("http://", "is no http or https address"),
        ("http://[::1", "is no web address"),
        ("http://a:99999/", "is no web address"),
        ("", "is no http or https address"),
    ],
)
def test_what_is_no_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        fetch(url)


def test_an_unknown_host_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(FetchError, match=r"the host nowhere\.invalid is not found; check"):
        fetch("http://nowhere.invalid/")


@pytest.mark.parametrize(
    ("url", "stem"),
    [
        ("http://a.example/lsmc/202210/t2022_1.shtml", "t2022_1"),
        ("http://a.example/report/index.html", "report"),
        ("http://a.example/", "a.example"),
        ("http://a.example/%E6%B1%9F%E5%9F%8E.pdf?x=1#y", "江城"),
    ],
)
def test_the_address_names_the_report(url: str, stem: str) -> None:
    assert url_stem(url) == stem
