"""What is too much is refused, with a reason, and the server goes on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from qa.engine import Answerer
from tests.qa.web.conftest import Serve
from tests.qa.web.serving import QUESTION, Site


def test_a_body_of_ten_megabytes_is_refused_and_the_server_goes_on(site: Site) -> None:
    for path in ("/v1/ask", "/feedback"):
        answer = site.post(path, content=b"a" * 10_000_000)
        assert answer.status_code == 413
    # Its length is not said beforehand.
    answer = site.post("/v1/ask", content=iter([b"a" * 65_536] * 160))
    assert answer.status_code == 413
    assert answer.json()["detail"] == "the body has more than 65,536 bytes"
    assert site.get("/healthz").status_code == 200


def test_a_body_said_to_be_huge_is_not_waited_for(site: Site) -> None:
    started = time.monotonic()
    head = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"
    assert site.raw(head).startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - started < 5


def test_the_limit_of_a_body_is_exact(serve: Serve) -> None:
    with serve(body_limit=1024) as site:
        frame = len('{"question": ""}')
        for length, status in ((1024, 200), (1025, 413)):
            body = '{"question": "' + "a" * (length - frame) + '"}'
            assert len(body) == length
            headers = {"Content-Type": "application/json"}
            assert site.post("/v1/ask", content=body, headers=headers).status_code == status


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_request_is_refused(site: Site, request_bytes: bytes) -> None:
    answer = site.raw(request_bytes)
    assert answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert site.get("/healthz").status_code == 200


@pytest.mark.parametrize("head", [b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
def test_a_head_without_end_is_not_read_for_ever(site: Site, head: bytes) -> None:
    # Told so where the answer comes through before the connection is closed.
    answer = site.raw(head + b"a" * 400_000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert site.get("/healthz").status_code == 200


def test_a_client_is_told_to_wait_when_its_minute_is_used_up(serve: Serve) -> None:
    with serve(rate_limit=3) as site:
        statuses = [site.get("/v1/reports").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        answer = site.get("/v1/reports")
        # One of three comes back after a third of a minute.
        assert 1 <= int(answer.headers["Retry-After"]) <= 20
        page = site.get("/", params={"q": QUESTION, "lang": "en"})
        assert page.status_code == 429
        assert "Please ask again in" in page.text
        # Whoever watches over the server is not counted.
        assert site.get("/healthz").status_code == 200


def test_behind_a_trusted_proxy_each_client_has_its_own_allowance(serve: Serve) -> None:
    with serve(rate_limit=1, trusted_proxies="127.0.0.0/8, ::1") as site:

        def status(forwarded: str) -> int:
            headers = {"X-Forwarded-For": forwarded}
            return site.get("/v1/reports", headers=headers).status_code

        assert [status("192.0.2.1"), status("192.0.2.1"), status("192.0.2.2")] == [200, 429, 200]
        # What a client writes itself stands before what the proxy appends.
        assert status("198.51.100.7, 192.0.2.1") == 429


def test_what_a_client_says_of_its_address_is_not_believed(serve: Serve) -> None:
    with serve(rate_limit=1) as site:
        statuses = [
            site.get("/v1/reports", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(2)
        ]
        assert statuses == [200, 429]


class Slow:
    """Holds every question until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        ask = Answerer.ask

        def held(answerer: Answerer, *arguments: Any, **options: Any) -> Any:
            self.begun.set()
            self.go.wait(10)
            return ask(answerer, *arguments, **options)

        monkeypatch.setattr(Answerer, "ask", held)


def test_questions_that_would_wait_too_long_are_put_off(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(queue_limit=2) as site, ThreadPoolExecutor(2) as pool:
        slow = Slow(monkeypatch)
        asked = {"question": QUESTION}
        waiting = [
            pool.submit(httpx.post, f"{site.address}/v1/ask", json=asked, timeout=30)
            for _ in range(2)
        ]
        assert slow.begun.wait(5)
        while site.app.state.services.asking.open < 2:
            time.sleep(0.005)
        answer = site.post("/v1/ask", json=asked)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        health = site.get("/healthz")
        assert (health.status_code, health.json()["reason"]) == (503, "overloaded")
        page = site.get("/", params={"q": QUESTION, "lang": "en"})
        assert page.status_code == 503
        assert "Many are asking just now." in page.text
        # Pages that nobody has to think about are there all the same.
        assert site.get("/wuhan.html").status_code == 200
        slow.go.set()
        assert [one.result().status_code for one in waiting] == [200, 200]
        assert site.post("/v1/ask", json=asked).status_code == 200


def test_an_answer_that_takes_too_long_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(timeout_seconds=0.2) as site:
        slow = Slow(monkeypatch)
        assert site.post("/v1/ask", json={"question": QUESTION}).status_code == 504
        deadline = time.monotonic() + 5
        while site.get("/healthz").status_code == 200:
            assert time.monotonic() < deadline
        assert site.get("/healthz").json()["reason"] == "stuck"
        slow.go.set()


def test_a_fault_of_ours_is_told_without_its_details(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("secret detail")

    with serve() as site:
        monkeypatch.setattr(Answerer, "ask", broken)
        answer = site.post("/v1/ask", json={"question": QUESTION})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        page = site.get("/", params={"q": QUESTION, "lang": "en"})
        assert page.status_code == 500
        assert "Something went wrong." in page.text
        counts = site.get("/metrics").text
        assert 'cityqa_web_errors_total{kind="ZeroDivisionError"} 2.0' in counts


def test_what_happens_is_counted_by_route(serve: Serve) -> None:
    with serve() as site:
        site.post("/v1/ask", json={"question": QUESTION})
        site.get("/v1/reports/nothing")
        site.get("/made/up/path")
        lines = site.get("/metrics").text.splitlines()
        assert 'cityqa_web_requests_total{route="/v1/ask",status="200"} 1.0' in lines
        assert 'cityqa_web_requests_total{route="/v1/reports/{id}",status="404"} 1.0' in lines
        assert 'cityqa_web_requests_total{route="other",status="404"} 1.0' in lines
        assert 'cityqa_web_answers_total{by="v1"} 1.0' in lines
        assert not [line for line in lines if "made" in line]
    with serve(metrics=False) as site:
        assert site.get("/metrics").status_code == 404
