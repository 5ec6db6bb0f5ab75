"""`cityqa serve` as a process: several workers, their supervisor, signals."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from corpus.library import read_library
from embeddings.build import build_index
from embeddings.embedder import Embedder
from embeddings.snapshot import Snapshot
from qa.confidence import calibrate
from tests.preloaded import commands
from tests.qa.web.serving import ANSWER, LAKE, LENGTH, QUESTION

ROOT = Path(__file__).parents[3]
ASKED = {"question": QUESTION}


class Served:
    """A supervisor that runs.

    Attributes:
        process: of the supervisor.
        address: of the server.
        output: file that it writes to.
    """

    def __init__(self, process: subprocess.Popen[bytes], address: str, output: Path) -> None:
        self.process = process
        self.address = address
        self.output = output

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def log(self) -> str:
        return self.output.read_text(encoding="utf-8")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "qa", "serve", *arguments]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CITYQA_", "PYTHON", "COV_"))
    }
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "CITYQA_STATE": str(folder / "state"),
        "CITYQA_CACHE": str(folder / "cache"),
        "CITYQA_SERVE_RATE_LIMIT": "0",
        **more,
    }


@contextlib.contextmanager
def running(folder: Path, *arguments: str, **more: str) -> Iterator[Served]:
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command("--port", "0", *arguments),
            env=environment(folder, **more),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        deadline = time.monotonic() + 60
        while not (match := re.search(r"serving on (http://\S+)", output.read_text("utf-8"))):
            assert process.poll() is None, output.read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield Served(process, match[1], output)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def served(shipped: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two workers."""
    folder = tmp_path_factory.mktemp("served")
    with running(folder, "--index", str(shipped.folder.parent), "--workers", "2") as started:
        yield started


def ask(address: str) -> httpx.Response:
    # A connection of its own, which either worker may take.
    return httpx.post(f"{address}/v1/ask", json=ASKED, timeout=30)


def test_workers_answer_and_count_together(served: Served) -> None:
    assert len(served.workers()) == 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [served.address] * 16))
    assert all(ANSWER in answer.json()["extracts"][0]["text"] for answer in answers)
    counts = httpx.get(f"{served.address}/metrics").text
    assert 'cityqa_web_answers_total{by="v1"} 16.0' in counts


def test_a_worker_that_dies_is_replaced_while_the_others_answer(served: Served) -> None:
    killed, other = served.workers()
    os.kill(killed, signal.SIGKILL)
    # Nobody is turned away meanwhile.
    assert ask(served.address).status_code == 200
    deadline = time.monotonic() + 10
    while len(set(served.workers()) - {killed}) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert other in served.workers()
    assert f"worker {killed} ended (signal 9); another takes its place" in served.log()
    assert ask(served.address).status_code == 200


def test_workers_read_the_index_from_the_same_memory(served: Served, shipped: Snapshot) -> None:
    assert ask(served.address).status_code == 200
    for worker in served.workers():
        maps = Path(f"/proc/{worker}/maps").read_text()
        for name in ("passages.faiss", "sentences.faiss", "lexical.weights.npy"):
            assert str(shipped.folder / name) in maps


def test_told_to_look_every_worker_goes_over_to_another_index(
    tmp_path: Path, embedder: Embedder
) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    reports.mkdir()

    def build(length: str) -> None:
        text = LAKE.replace("六十八", length)
        (reports / "lake.md").write_text(text, encoding="utf-8")
        build_index(read_library([reports]).reports, embedder, index, calibrate=calibrate)

    build("六十八")
    more = {"CITYQA_SERVE_RELOAD_SECONDS": "3600"}
    with running(tmp_path, "--index", str(index), "--workers", "2", **more) as served:
        build("七十四")
        served.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while (
            "cityqa_web_index_reloads_total 2.0" not in httpx.get(served.address + "/metrics").text
        ):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for _ in range(6):
            answer = httpx.post(f"{served.address}/v1/ask", json={"question": LENGTH}, timeout=30)
            assert "七十四公里" in answer.json()["extracts"][0]["text"]


def test_a_state_folder_that_cannot_be_used_is_told_once(shipped: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    done = run(tmp_path, "--port", "0", "--index", str(shipped.folder.parent))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "CITYQA_STATE" in line


def test_told_to_stop_it_finishes_what_is_open_and_leaves_nothing(
    shipped: Snapshot, tmp_path: Path
) -> None:
    index = str(shipped.folder.parent)
    with running(tmp_path, "--index", index, TMPDIR=str(tmp_path)) as served:
        workers = served.workers()
        host, port = served.address.removeprefix("http://").split(":")
        body = b'{"question": "' + QUESTION.encode() + b'"}'
        head = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            # Begun before it is told to stop, ended afterwards.
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body[:5])
            time.sleep(0.3)
            served.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(body[5:])
            answer = b""
            while part := connection.recv(65_536):
                answer += part
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert served.process.wait(20) == 0
        assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
        assert not list(tmp_path.glob("cityqa-serve-*"))
        with pytest.raises(httpx.ConnectError):
            httpx.get(served.address)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_it_builds_it_ends_that_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "lake.md").write_text(LAKE, encoding="utf-8")
    output = tmp_path / "output"
    with output.open("wb") as stream, Path(os.devnull).open("rb") as nothing:
        process = commands.start(
            ["serve", "--port", "0", "--corpus", str(reports)],
            env=environment(tmp_path, TMPDIR=str(tmp_path)),
            cwd=tmp_path,
            stdin=nothing,
            stdout=stream,
            stderr=stream,
        )
    try:
        deadline = time.monotonic() + 30
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not (building := children.read_text().split()):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        # Whoever closes a terminal, or wants another index, has not told it to stop.
        process.send_signal(signal.SIGHUP)
        process.send_signal(number)
        assert process.wait(20) == 0
    finally:
        process.kill()
    assert output.read_text("utf-8") == "cityqa: stopped before it served\n"
    assert not [child for child in building if Path(f"/proc/{child}").exists()]
    assert not list(tmp_path.glob("cityqa-serve-*"))


def test_workers_end_with_a_supervisor_that_is_killed(shipped: Snapshot, tmp_path: Path) -> None:
    with running(tmp_path, "--index", str(shipped.folder.parent)) as served:
        workers = served.workers()
        served.process.kill()
        served.process.wait()
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{worker}").exists() for worker in workers):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def run(folder: Path, *arguments: str, **more: str) -> Any:
    return subprocess.run(
        command(*arguments),
        env=environment(folder, **more),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_what_it_cannot_serve_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(tmp_path, "--port", port)
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"cityqa: 127.0.0.1:{port}: the server cannot listen here")
    for arguments, more, told in (
        (("--index", str(tmp_path / "none")), {}, "there is no index here"),
        (("--corpus", str(tmp_path / "none")), {}, "there is no such folder"),
        ((), {"CITYQA_SERVE_TRUSTED_PROXIES": "nonsense"}, "CITYQA_SERVE_TRUSTED_PROXIES"),
        ((), {"CITYQA_SERVE_CORS_ORIGINS": "app.example"}, "CITYQA_SERVE_CORS_ORIGINS"),
    ):
        forked = commands.run(
            ["serve", "--port", "0", *arguments], env=environment(tmp_path, **more), cwd=tmp_path
        )
        assert forked.returncode == 1
        (line,) = forked.stderr.decode().splitlines()
        assert told in line
