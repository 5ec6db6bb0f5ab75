"""Addresses of Ray clusters: what is read, and what is told of those where none answers."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import EngineError, SettingsError
from embeddings.engines import ray_address
from embeddings.engines.ray_address import Address, greet

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("head.example:7000", "head.example", 7000),
        ("head.example", "head.example", 6379),
        ("ray://head.example", "head.example", 10001),
        ("ray://10.0.0.1:99", "10.0.0.1", 99),
        ("[::1]:6379", "::1", 6379),
    ],
)
def test_addresses(text: str, host: str, port: int) -> None:
    address = Address.parse(text)
    assert (address.host, address.port) == (host, port)
    assert address.client == text.startswith("ray://")


@pytest.mark.parametrize("text", ["", ":6379", "host:port", "host:70000", "http://host:1/x"])
def test_what_is_no_address_is_an_error(text: str) -> None:
    with pytest.raises(SettingsError, match="is no address of a Ray cluster"):
        Address.parse(text)


def answering(data: bytes) -> Callable[[socket.socket], None]:
    def answer(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(100)
            connection.sendall(data)
            if not data:
                time.sleep(1)

    return answer


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "silence for"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", "something else listens there")],
)
def test_what_listens_and_is_no_ray_is_told_soon(
    data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_address, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = threading.Thread(target=answering(data), args=(server,))
        thread.start()
        with pytest.raises(EngineError, match=reason):
            greet(Address.parse(f"127.0.0.1:{port}"))
        thread.join()
    with pytest.raises(EngineError, match=r"no Ray cluster answers .*refused"):
        greet(Address.parse(f"127.0.0.1:{port}"))


def test_where_no_connection_is_taken_it_is_told_in_three_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ray_address, "CONNECT_SECONDS", 0.2)
    # A queue of one, which is full: whoever comes next is kept waiting.
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        began = time.monotonic()
        with pytest.raises(EngineError, match="no connection within"):
            greet(Address.parse(f"127.0.0.1:{full.getsockname()[1]}"))
        assert time.monotonic() - began < 2


def test_a_host_that_is_not_there_is_told_before_ray_is_loaded() -> None:
    if importlib.util.find_spec("ray") is None:
        pytest.skip("the extra ray is not installed")
    script = (
        "import sys\n"
        "from corpus.errors import EngineError\n"
        "from embeddings.engines import engine_named\n"
        "try:\n"
        "    engine_named('ray', None, address='nowhere.invalid:1')\n"
        "except EngineError as error:\n"
        "    print(error, 'ray' in sys.modules)\n"
    )
    done = subprocess.run(
        (sys.executable, "-c", script),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("nowhere.invalid:1: no Ray cluster answers (")
    assert done.stdout.endswith(" False\n")
