"""Files and disks that cannot be used: a damaged file makes room, all else is told."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.state.migrations import STATE, STEPS
from bot.state.records import Chat, Shown
from bot.state.store import ChatStore
from corpus.errors import StateNewer, StorageError
from tests.damaged_stores import (
    another_unversioned,
    changed,
    cut_short,
    garbage,
    overwritten,
)

WRITER = Path(__file__).with_name("writer.py")

Make = Callable[..., Shown]
Hashed = Callable[[int], str]


def whole(path: Path, shown: Make, hashed: Hashed) -> None:
    with ChatStore(path) as store:
        store.update_chat(hashed(1), language="en")
        for number in range(100):
            store.remember_answer(shown(question_message=number, question="桥？" * 100))


def without_a_table(path: Path) -> None:
    changed(path, "DROP TABLE answer_messages; DROP TABLE shown;")


@pytest.mark.parametrize(
    "damage", [garbage, cut_short, overwritten, another_unversioned, without_a_table]
)
def test_a_damaged_file_is_moved_aside_with_one_line_and_a_new_one_begun(
    path: Path,
    shown: Make,
    hashed: Hashed,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole(path, shown, hashed)
    damage(path)
    before = path.read_bytes()
    with caplog.at_level(logging.WARNING), ChatStore(path) as store:
        store.remember_answer(shown(question_message=7, question="after"))
        found = store.shown_for_question(hashed(1), 7)
        assert found is not None
        assert found.question == "after"
        assert store.chat(hashed(1)) == Chat()
    (line,) = caplog.messages
    (aside,) = path.parent.glob("*.damaged-*")
    assert line.startswith(f"{path}: the chat state is damaged, or no chat state (")
    assert line.endswith(f"; moved to {aside.name}, and a new one is begun")
    assert "\n" not in line
    assert aside.read_bytes() == before


def test_of_threads_that_find_it_damaged_one_moves_it_and_all_go_on(
    path: Path, shown: Make, hashed: Hashed
) -> None:
    whole(path, shown, hashed)
    with ChatStore(path) as store:
        assert store.chat(hashed(1)) == Chat("en")
        garbage(path)
        gate = threading.Barrier(8)

        def use(number: int) -> None:
            gate.wait()
            store.remember_answer(shown(question_message=1000 + number))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(use, range(8)))
        assert all(store.shown_for_question(hashed(1), 1000 + number) for number in range(8))
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


def test_a_disk_that_damages_every_file_is_no_endless_row_of_them(
    path: Path, shown: Make, hashed: Hashed
) -> None:
    whole(path, shown, hashed)
    with ChatStore(path) as store:
        garbage(path)
        store.remember_answer(shown())
        store.close()
        garbage(path)
        with pytest.raises(StorageError, match="check the disk"):
            store.remember_answer(shown())
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


def test_a_file_of_a_later_program_is_refused_and_left_alone(path: Path, hashed: Hashed) -> None:
    with ChatStore(path) as store:
        store.update_chat(hashed(1), language="en")
    changed(path, f"PRAGMA user_version = {len(STEPS) + 7}")
    before = path.read_bytes()
    with ChatStore(path) as store:
        for use in (store.prepare, store.unfinished, lambda: store.chat(hashed(1))):
            with pytest.raises(StateNewer) as caught:
                use()
            assert str(caught.value) == (
                f"{path}: the chat state has version {len(STEPS) + 7} of its layout, "
                f"this program knows {len(STEPS)}; update cityqa, or name another folder in "
                "CITYQA_STATE"
            )
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_is_said_so_and_loses_nothing(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(WRITER), str(path), "w", "100000", "full"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    error = done.stderr.splitlines()[-1]
    assert error.startswith(f"corpus.errors.StorageError: {path}: the disk is full")
    received = [line for line in done.stdout.splitlines() if line.endswith("received")]
    waiting = [line for line in received if int(line.split()[1]) % 3 == 2]
    assert waiting
    with ChatStore(path) as store:
        kept = [int(one.key.partition(":")[0]) for one in store.unfinished()]
        assert [int(line.split()[1]) for line in waiting] == [one for one in kept if one % 3 == 2]


def test_what_is_in_the_way_is_named_and_every_use_says_so(
    tmp_path: Path, shown: Make, hashed: Hashed
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    path = tmp_path / "file" / "state.sqlite3"
    with ChatStore(path) as store:
        for use in (
            store.prepare,
            lambda: store.receive(1, "{}"),
            lambda: store.remember_answer(shown()),
            lambda: store.update_chat(hashed(1), language="en"),
        ):
            with pytest.raises(StorageError) as caught:
                use()
            assert str(caught.value).startswith(f"{path}: the chat state cannot be kept here (")
            assert "CITYQA_STATE" in str(caught.value)


def test_another_process_that_keeps_it_locked_is_waited_for_no_longer_than_said(
    path: Path, hashed: Hashed
) -> None:
    with ChatStore(path, patience=0.1) as store:
        store.update_chat(hashed(1), language="en")
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="another process has kept the chat state"):
                store.receive(1, "{}")
            # Reading goes on.
            assert store.chat(hashed(1)) == Chat("en")
            other.execute("ROLLBACK")
        assert store.receive(1, "{}")


def test_an_application_id_tells_the_stores_apart() -> None:
    from qa.feedback.migrations import FEEDBACK

    assert STATE.application_id != FEEDBACK.application_id
    assert STATE.application_id.to_bytes(4, "big") == b"cqqt"
