"""`cityqa corpus` on many sources: lists, folders, versions, watching, runs that are broken off."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.library import read_library
from tests.corpus.ingest.invented import text_of

Run = Callable[..., Any]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def page(text: str) -> str:
    body = "".join(f"<p>{line}</p>" for line in text.splitlines() if line)
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{body}</body></html>"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a local site, and the folder of its pages."""
    folder = tmp_path / "site"
    folder.mkdir()
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


def test_a_list_of_pages_is_added_and_a_changed_page_is_a_version_that_can_be_compared(
    alone: Run, site: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = site
    (folder / "wuhan.html").write_text(page(text_of("武汉市")), encoding="utf-8")
    (folder / "inner").mkdir()
    (folder / "inner" / "x.html").write_text(page(text_of("长沙市", 31, 977)), encoding="utf-8")
    (folder / "robots.txt").write_text("User-agent: cityqa\nDisallow: /inner/\n")
    listed = f"# pages\n{address}/wuhan.html\n{address}/inner/x.html # forbidden\n"
    target = ("--corpus", str(tmp_path / "target"))
    command = ("corpus", "add", "--list", "-", "--allow-private", "--pause", "0", "--json", *target)
    first = alone(*command, stdin=listed.encode())
    assert first.code == 1
    told = json.loads(first.out)
    assert (told["added"], told["left_out"], told["unchanged"]) == (1, 1, 0)
    assert [one["status"] for one in told["sources"]] == ["added", "left out"]
    assert "robots.txt forbids it" in told["sources"][1]["reason"]
    (folder / "wuhan.html").write_text(page(text_of("武汉市", 29)), encoding="utf-8")
    again = json.loads(alone(*command, stdin=listed.encode()).out)
    assert (again["version"], again["left_out"]) == (1, 1)
    versions = json.loads(alone("corpus", "versions", "wuhan", "--json", *target).out)
    assert [(one["number"], one["current"]) for one in versions] == [(1, False), (2, True)]
    # In two of six paragraphs stands the figure that changed.
    compared = json.loads(alone("corpus", "diff", "wuhan", "--json", *target).out)
    assert (compared["a"], compared["b"]) == (1, 2)
    assert {change["kind"] for change in compared["changes"]} == {"changed"}
    assert "社区食堂27家" in compared["changes"][0]["before"]
    assert "社区食堂29家" in compared["changes"][0]["after"]


def test_copies_are_listed_with_their_report_and_faults_fail_a_strict_examination(
    alone: Run, tmp_path: Path
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text(text_of("武汉市"), encoding="utf-8")
    (source / "b.html").write_text(page(text_of("武汉市")), encoding="utf-8")
    (source / "c.txt").write_text("沿河的步道修好了，傍晚散步的人很多。\n", encoding="utf-8")
    target = ("--corpus", str(tmp_path / "target"))
    added = alone("corpus", "add", str(source), *target)
    assert added.code == 0
    assert added.out.splitlines()[-1] == f"2 added to {target[1]}; 1 duplicate"
    assert "another copy of a" in added.out
    shown = alone("corpus", "list", "--duplicates", *target).out.splitlines()
    assert [line.split("  ")[0] for line in shown[:1]] == ["a"]
    assert shown[1].startswith("  also: b  晚报  2023-03-04  ")
    assert len(shown) == 2
    examined = alone("corpus", "doctor", "--strict", *target)
    assert examined.code == 1
    assert "city: c: no city was found" in examined.out
    assert examined.err.splitlines()[-1].endswith("faults were found")


def test_a_run_that_is_killed_is_begun_again_and_does_the_rest(
    environment_in: Callable[..., dict[str, str]], alone: Run, tmp_path: Path
) -> None:
    source, target = tmp_path / "in", tmp_path / "target"
    source.mkdir()
    for number in range(40):
        text = text_of("武汉市", 100 + 7 * number, 1_000 + 13 * number, 20 + number)
        (source / f"r{number:02}.txt").write_text(text, encoding="utf-8")
    command = ["corpus", "add", str(source), "--corpus", str(target), "--jobs", "1", "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "qa", *command],
        env=environment_in(tmp_path),
        stdout=subprocess.DEVNULL,
    ) as running:
        deadline = time.monotonic() + 60
        while not target.is_dir() or len(list(target.glob("*.txt"))) < 5:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
    done = len(list(target.glob("*.txt")))
    assert 5 <= done < 40
    told = json.loads(alone(*command).out)
    assert (told["unchanged"], told["added"] + told["duplicate"]) == (done, 40 - done)
    assert told["left_out"] == 0
    library = read_library([target])
    assert len(library.entries) + len(library.copies) == 40
    assert not [path for path in target.iterdir() if path.name.startswith(".")]


def test_a_watched_folder_has_its_index_kept_up_and_watching_ends_when_told(
    environment_in: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    from embeddings.snapshot import open_index

    folder, index = tmp_path / "watched", tmp_path / "index"
    folder.mkdir()
    (folder / "a.txt").write_text(text_of("武汉市"), encoding="utf-8")
    options = ["--index", str(index), "--interval", "0.05", "--settle", "0.2"]
    with subprocess.Popen(
        [sys.executable, "-m", "qa", "corpus", "watch", str(folder), *options],
        env=environment_in(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as running:
        assert running.stdout is not None

        def until(words: str) -> list[str]:
            assert running.stdout is not None
            lines: list[str] = []
            for line in running.stdout:
                lines.append(line)
                if words in line:
                    return lines
            raise AssertionError(lines)

        until("watching ")
        assert list(open_index(index).reports) == ["a"]
        (folder / "b.txt").write_text(text_of("长沙市", 31, 977, 44), encoding="utf-8")
        (folder / "bad.pdf").write_bytes(b"%PDF-1.7\ntorn")
        lines = "".join(until("index: "))
        assert f"+ {folder / 'b.txt'}: b, 长沙市, " in lines
        assert f"! {folder / 'bad.pdf'}: " in lines
        assert list(open_index(index).reports) == ["a", "b"]
        (folder / "a.txt").unlink()
        assert f"- {folder / 'a.txt'}" in "".join(until("index: "))
        assert list(open_index(index).reports) == ["b"]
        running.send_signal(signal.SIGTERM)
        assert running.stdout.read() == "stopped\n"
    assert running.returncode == 0
