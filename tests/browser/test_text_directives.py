"""What is told about a page without a browser is what Chromium does with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from corpus.readers.visible import visible_lines
from qa.page_search import PageSearch

# What cleaning mends stands here as pages have it: a gloss, a lost byte, blanks and breaks.
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>公园</title></head><body>
<div style="height: 4000px"></div>
<nav><a href="/">首页</a> <a href="/new">全市新建公园</a></nav>
<p>全市<b>新建</b>公园十二个，<a href="/x">其中四个</a>在东城。</p>
<p>西城修了綠(lǜ)道，长 9.5 公里，Improved 34 Roads.</p>
<p>北城的湖面
扩大了一倍。</p>
<p style="display: none">南城没有动工。</p>
<table><tr><td>树木</td><td>1.8万株</td></tr><tr><td>花坛</td><td>300处</td></tr></table>
</body></html>""".encode()

DIRECTIVES = [
    *(
        "新建公园十二个",
        "其中四个在东城",
        "全市新建,在东城",
        "西城修了綠(lǜ)道",
        "improved 34 roads",
    ),
    *(
        "西城修了绿道",
        "公园十四个",
        "improved 3",
        "1.8万株",
        "树木 1.8万株",
        "南城没有动工",
        "树木 | 1.8万株",
    ),
    *(
        "其中四个-,在东城",
        "长-,9.5 公里",
        "长-,公里",
        "公里,-，Improved",
        "公里,-，长",
        "长9.5公里",
    ),
    *("北城的湖面扩大了一倍", "十二个,西城,-修了", "在东城。-,西城修了"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_directive_marks_something_where_chromium_scrolls_to_it(
    browser: Any, address: str
) -> None:
    media, lines = visible_lines(PAGE, origin=address, media="html")
    assert media == "html"
    search = PageSearch(lines)
    told, done = {}, {}
    page = browser.new_page()
    for number, directive in enumerate(DIRECTIVES):
        told[directive] = search.marked(f"text={directive}") is not None
        page.goto(f"{address}?{number}#:~:text={directive.replace(' ', '%20')}")
        if told[directive]:
            # Not at once on a busy machine; where it does not come the test fails here.
            page.wait_for_function("scrollY > 0", timeout=60_000)
        page.evaluate("new Promise(requestAnimationFrame)")
        done[directive] = page.evaluate("scrollY") > 0
    page.close()
    assert told == done
    assert {True, False} == set(told.values())
