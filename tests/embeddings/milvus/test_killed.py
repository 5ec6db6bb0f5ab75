"""An ingestion that is killed is taken up where it was: nothing lost, nothing twice.

Run as a script, this file is the process that is killed: it kills itself once so many records are
written, or is killed from outside.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from embeddings.milvus.address import MilvusAddress, parse_address
from embeddings.milvus.ingest import ingest, vectors_digest
from embeddings.milvus.layout import KEY, PASSAGES, SENTENCES, part_name
from embeddings.milvus.reader import open_store
from embeddings.milvus.store import Store
from embeddings.snapshot import Snapshot, open_generation

ROOT = Path(__file__).parents[3]


def _write(generation: str, address: str, until: int) -> None:
    def count(done: int, total: int) -> None:
        print(done, total, flush=True)  # noqa: T201
        if done >= until:
            os.kill(os.getpid(), signal.SIGKILL)

    ingest(open_generation(Path(generation)), parse_address(address), progress=count)
    print("done", flush=True)  # noqa: T201


def _started(local: Snapshot, address: MilvusAddress, until: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, __file__, str(local.folder), str(address), str(until)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _end(process: subprocess.Popen[str]) -> list[str]:
    told, _ = process.communicate(timeout=120)
    return told.splitlines()


def _check_whole(local: Snapshot, address: MilvusAddress, cache: Path) -> None:
    """Every record is there, once, with what it should hold."""
    stored = open_store(address, cache, verify=True)
    store = Store(address)
    for part, count in ((PASSAGES, local.manifest.passages), (SENTENCES, local.manifest.sentences)):
        name = part_name(address.collection, local.manifest.digest, part)
        assert store.count(name) == count
        keys = [row[KEY] for row in store.get(name, range(count), [KEY])]
        assert sorted(keys) == list(range(count))
    assert vectors_digest(stored.dense_passages) == vectors_digest(local.dense_passages)
    bag = {"苹果": 1.0, "江城": 0.5}
    assert np.allclose(stored.lexical.scores(bag), local.lexical.scores(bag), atol=1e-5)


def test_an_ingestion_killed_in_the_middle_goes_on_behind_what_is_there(
    local: Snapshot, tmp_path: Path
) -> None:
    address = parse_address(f"milvus-lite:{tmp_path}/killed.db#killed")
    # 1,500 passages in batches of 1,000: once amid the passages, then amid the sentences.
    first = _started(local, address, 1)
    assert _end(first)[-1].split()[0] == "1000"
    assert first.returncode == -signal.SIGKILL
    second = _started(local, address, 1_501)
    told = [int(line.split()[0]) for line in _end(second)]
    assert told == [1_500, 3_500]
    assert second.returncode == -signal.SIGKILL
    third = _started(local, address, 10**9)
    lines = _end(third)
    assert int(lines[0].split()[0]) == 4_500
    assert (lines[-1], third.returncode) == ("done", 0)
    _check_whole(local, address, tmp_path / "cache")


@pytest.mark.skipif("TEST_KILLS" not in os.environ, reason="set TEST_KILLS to a number of kills")
def test_an_ingestion_killed_at_any_moment_is_taken_up(local: Snapshot, tmp_path: Path) -> None:
    address = parse_address(f"milvus-lite:{tmp_path}/killed.db#killed")
    for _ in range(int(os.environ["TEST_KILLS"])):
        process = _started(local, address, 10**9)
        time.sleep(random.uniform(0.5, 4.0))
        process.send_signal(signal.SIGKILL)
        _end(process)
    assert _end(_started(local, address, 10**9))[-1] == "done"
    _check_whole(local, address, tmp_path / "cache")


if __name__ == "__main__":
    _write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
