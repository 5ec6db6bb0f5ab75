"""SIGKILL at any moment: whatever was received is there afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import runpy
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from bot.state.inbox import Waiting, update_key
from bot.state.store import ChatStore

WRITER = Path(__file__).with_name("writer.py")
payload = runpy.run_path(str(WRITER))["payload"]

KILLS = 6


def killed(path: Path, name: str, seconds: float) -> list[str]:
    """What a writer said until it was killed, so long after it had begun to write."""
    command = [sys.executable, str(WRITER), str(path), name, "1000000"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        # A line that was cut short says nothing.
        rest = writer.stdout.read().rpartition("\n")[0]
    return [first.strip(), *rest.split("\n")] if rest else [first.strip()]


def test_no_update_that_was_received_is_lost_by_sigkill(path: Path) -> None:
    seed = random.randrange(1 << 32)
    moments = random.Random(seed)
    said: list[str] = []
    for kill in range(KILLS):
        said += killed(path, f"w{kill}", moments.uniform(0, 0.15))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = {
            key: "finished" if finished else "begun" if begun else "received"
            for key, begun, finished in connection.execute(
                "SELECT key, begun, finished FROM updates"
            )
        }
    reached: dict[str, str] = {}
    texts: dict[str, str] = {}
    for line in said:
        name, number, what = line.split()
        text = payload(name, int(number))
        key = update_key(int(number), text)
        reached[key], texts[key] = what, text
    assert len(reached) > 10 * KILLS, f"too few to tell, seed {seed}"
    # It may have come further than it could say, by one step.
    order = ["received", "begun", "finished"]
    for key, what in reached.items():
        assert key in found, f"lost, seed {seed}"
        assert order.index(found[key]) >= order.index(what), f"went back, seed {seed}"
    with ChatStore(path) as store:
        waiting = store.unfinished()
        again = {one.key for one in waiting}
        for key, what in reached.items():
            if what == "received" and found[key] == "received":
                assert Waiting(key, texts[key]) in waiting
            else:
                assert key not in again
        assert not any(
            store.receive(int(key.partition(":")[0]), text) for key, text in texts.items()
        )
