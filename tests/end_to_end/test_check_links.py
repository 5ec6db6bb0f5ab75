"""`cityqa corpus check-links`: pages over HTTP, what is told of them, and links afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a local server, and the folder of its pages."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


@pytest.fixture
def huaihua(site: tuple[str, Path], reports: Path, report: str) -> Path:
    """The folder of one small report, whose page has one of its figures otherwise."""
    address, folder = site
    lines = report.replace("1.8万株", "1.9万株").split("\n\n")
    page = "".join(f"<p>{line}</p>" for line in lines)
    text = f"<html><head><meta charset=utf-8></head><body>{page}</body></html>"
    (folder / "1.html").write_text(text, encoding="utf-8")
    (reports / "reports.toml").write_text(f'[huaihua]\nurl = "{address}/1.html"\n')
    return reports


def test_links_lead_to_what_the_page_was_found_to_hold(
    alone: Run,
    huaihua: Path,
    site: tuple[str, Path],
    seed_cache: Callable[..., None],
    tmp_path: Path,
) -> None:
    seed_cache(tmp_path, huaihua)
    url = f"{site[0]}/1.html"
    corpus = ("--corpus", str(huaihua))
    checked = alone("corpus", "check-links", *corpus, "--allow-private", "--json")
    assert (checked.code, checked.err) == (0, "")
    (one,) = json.loads(checked.out)
    assert (one["report"], one["status"], one["url"], one["final"]) == ("huaihua", 200, url, url)
    assert one["found"] == one["sentences"] - 1
    assert len(one["missing"]) == 1
    asked = ("ask", "怀化栽种了多少香樟树？", "--json", "--top", "5")
    answer = json.loads(alone(*asked, *corpus).out)
    shown = answer["extracts"] or answer["nearest"]
    links = {extract["text"]: extract["source_link"].removeprefix(url) for extract in shown}
    (trees,) = (link for text, link in links.items() if "1.8万株" in text)
    (bridges,) = (link for text, link in links.items() if "27座" in text)
    assert trees == ""
    assert bridges.startswith("#:~:text=")
