"""Threads and processes write to one store at once, and are killed while they do."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import StorageError
from qa.feedback.records import ShownAnswer
from qa.feedback.store import FeedbackStore

ROOT = Path(__file__).parents[3]
WRITER = Path(__file__).with_name("writer.py")

Shown = Callable[..., ShownAnswer]
Rater = Callable[[int], str]


def writer(path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(path), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kept(path: Path, *, killed: int = 1) -> set[str]:
    """The keys of answers that are there, whole and rated; the file is sound.

    Args:
        path: of the store.
        killed: how many writers were killed.
    """
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with FeedbackStore(path) as store:
        found = list(store.export())
        assert all(len(rated.answer.extracts) == 3 for rated in found)
        # Of each that was killed, an answer may have been kept whose rating was not yet.
        assert 0 <= store.count() - len(found) <= killed
        return {rated.answer.key for rated in found}


def test_threads_share_a_store_and_lose_nothing(
    store: FeedbackStore, shown: Shown, rater: Rater
) -> None:
    def write(thread: int) -> list[int]:
        ids = []
        for number in range(15):
            ids.append(store.record_answer(shown(key=f"{thread}-{number}")))
            assert store.rate(ids[-1], rater(thread), "helpful", rank=1)
            # The same update, delivered to all of them.
            assert store.rate(store.record_answer(shown(key="same")), rater(thread), "helpful")
            store.statistics()
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [id_ for found in pool.map(write, range(8)) for id_ in found]
    assert len(set(ids)) == 8 * 15
    assert store.count() == 8 * 15 + 1
    assert store.statistics().ratings["helpful"] == 8 * 15 + 8


def test_processes_make_one_store_and_lose_nothing(path: Path) -> None:
    processes = [writer(path, name, "20") for name in "abcd"]
    for process in processes:
        _out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
    assert kept(path) == {f"{name}-{number}" for name in "abcd" for number in range(20)}


def test_a_fork_does_not_use_the_connection_that_it_inherits(path: Path) -> None:
    process = writer(path, "a", "20", "fork")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert len(out.splitlines()) == 1 + 20 + 2 * 20
    children = {f"a-child-{number}" for number in range(20)}
    assert kept(path) == {"a-before-0", *children, *(f"a-{number}" for number in range(20))}


def lines(process: subprocess.Popen[str], count: int) -> Iterator[str]:
    assert process.stdout is not None
    for _ in range(count):
        yield process.stdout.readline().strip()


@pytest.mark.parametrize("counts", [(1, 2, 40), (17, 5)], ids=str)
def test_what_was_acknowledged_outlives_a_kill(path: Path, counts: Sequence[int]) -> None:
    acknowledged: set[str] = set()
    for turn, count in enumerate(counts):
        # Another one writes all the while, and is not killed.
        other = writer(path, f"other{turn}", "20")
        process = writer(path, f"killed{turn}", "1000000")
        acknowledged |= set(lines(process, count))
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (-signal.SIGKILL, "")
        acknowledged |= set(out.split("\n")[:-1])
        out, err = other.communicate(timeout=60)
        assert (other.returncode, err) == (0, "")
        acknowledged |= set(out.splitlines())
        assert acknowledged <= kept(path, killed=turn + 1)
    assert len(acknowledged) >= sum(counts) + 20 * len(counts)


def test_a_store_whose_making_was_killed_is_made_by_the_next(path: Path) -> None:
    for turn in range(6):
        process = writer(path, f"{turn}", "1000000")
        deadline = time.monotonic() + 60
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(turn * 0.002)
        process.kill()
        out, err = process.communicate(timeout=60)
        assert err == ""
        process = writer(path, "next", "1")
        assert process.communicate(timeout=60) == ("next-0\n", "")
        assert {"next-0", *out.split("\n")[:-1]} <= kept(path)
        for file in path.parent.iterdir():
            file.unlink()


def test_a_store_that_stays_locked_is_said_so(path: Path, shown: Shown) -> None:
    with FeedbackStore(path, patience=0.05) as store:
        store.record_answer(shown())
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match=r"locked; try again$"):
                store.record_answer(shown(key="b"))
            # Whoever only reads need not wait.
            assert store.count() == 1
        store.record_answer(shown(key="b"))
        assert store.count() == 2


def test_a_store_is_opened_though_another_writes_while_its_log_is_set_up(
    path: Path, shown: Shown
) -> None:
    with FeedbackStore(path) as store:
        store.record_answer(shown())
    with contextlib.closing(
        sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    ) as other:
        # As a copy may be; to change this back, SQLite asks for a lock but once.
        assert other.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.2, other.execute, ("COMMIT",))
        ending.start()
        with FeedbackStore(path) as store:
            assert store.count() == 1
        ending.join()
