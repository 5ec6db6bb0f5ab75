"""The application behind a real server on a free port, in a thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from embeddings.embedder import Embedder
from qa.live import Current, LiveIndex
from qa.settings import Settings
from qa.web.app import create_app
from qa.web.page_links import page_links
from qa.web.settings import ServeSettings
from qa.web.worker import server

QUESTION = "武汉改造了多少个老旧小区？"
ANSWER = "老旧小区改造455个"
ABSENT = "广州有多少条地铁？"

LAKE = """---
city: 襄阳市
title: 襄阳市湖泊综述
---

# 步道

环湖步道全长六十八公里，沿途设有驿站二十一处。

# 水质

全市有湖泊三十七个，其中九个水质达到二类标准。
"""
LENGTH = "襄阳市环湖步道全长多少公里？"


class Site:
    """A server that runs.

    Attributes:
        address: ``http://127.0.0.1:PORT``.
        app: the application.
        live: the index that it answers from.
        state: its folder.
    """

    def __init__(self, address: str, app: Any, live: LiveIndex, state: Path) -> None:
        self.address = address
        self.app = app
        self.live = live
        self.state = state
        self.client = httpx.Client(base_url=address, timeout=30)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.client.post(path, **options)

    def raw(self, request: bytes, *, timeout: float = 10) -> bytes:
        """What comes back for some bytes, until the server closes the connection."""
        host, port = self.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=timeout) as connection:
            parts = []
            with contextlib.suppress(TimeoutError, ConnectionError):
                connection.sendall(request)
                while part := connection.recv(65_536):
                    parts.append(part)
        return b"".join(parts)


def settings_in(folder: Path, index: Path | None, **more: Any) -> Settings:
    folders = {"state": folder / "state", "cache": folder / "cache", **more}
    return Settings(_env_file=None, index=index, **folders)  # type: ignore[call-arg]


def serve_settings(**more: Any) -> ServeSettings:
    return ServeSettings(_env_file=None, **{"rate_limit": 0, **more})  # type: ignore[call-arg]


@contextlib.contextmanager
def serving(
    settings: Settings, embedder: Embedder, current: Current | None = None, **serve: Any
) -> Iterator[Site]:
    """Serve on a free port, without a limit of requests where none is set.

    Args:
        settings: with the index.
        embedder: that it was built with.
        current: what to answer from at first, where that is open already.
        serve: settings of the server.
    """
    links = page_links(settings)
    if current is None:
        live = LiveIndex.open(settings, links, embedder=embedder)
    else:
        live = LiveIndex(settings, links, embedder, current)
    app = create_app(settings, serve_settings(**serve), live)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    running = server(app)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not running.started:
            assert thread.is_alive()
            time.sleep(0.005)
        site = Site(f"http://127.0.0.1:{port}", app, live, settings.state)
        with site.client:
            yield site
    finally:
        running.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
