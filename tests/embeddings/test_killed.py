"""A build that is killed at any moment leaves a usable index.

Run as a script, this file is the process that builds and is killed: it forks for every step that
changes the disk, and the fork kills itself just before that step. As a test it runs the script.
``TEST_KILLS`` kills before every step, else before some.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.report import Report
from embeddings import build
from embeddings.build import Calibrate
from embeddings.embedder import Embedder, Fingerprint, Vectors, unit_rows
from embeddings.snapshot import Snapshot, open_index

ROOT = Path(__file__).parents[2]
STRIDE = 1 if "TEST_KILLS" in os.environ else 19
STEPS = {"open", "os.rename", "os.mkdir", "os.chmod", "os.remove", "os.rmdir", "os.truncate"}


# One passage a block, so that there is something to go on from.
build_index = partial(build.build_index, block=1)


class Hashing:
    """Vectors drawn from a digest of each text: what kills a build need not be a large model."""

    dim = 16
    fingerprint = Fingerprint(name="hashing", version="1", weights="", dim=16)

    def __init__(self, killed_by: str = "") -> None:
        self.killed_by = killed_by

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = [
            np.random.default_rng(
                int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            ).normal(size=self.dim)
            for text in texts
        ]
        return unit_rows(np.reshape(rows, (len(texts), self.dim)))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if any(self.killed_by and self.killed_by in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return self.encode_queries(texts)


def kill_before(step: int) -> None:
    """From here on, count the steps that change the disk; kill the process before one of them."""
    left = step

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event not in STEPS or (event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def in_a_fork(work: Callable[[], object]) -> int:
    """The signal that ended a fork doing some work; 0 for none."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def outcome(index: Path, rebuild: bool, after: Sequence[Report]) -> dict[str, Any]:
    """What a reader finds after the kill, and what the next build leaves."""
    left = sum(path.name.startswith(".building-") for path in index.iterdir())
    found = open_index(index, verify=True)
    result = {"digest": found.manifest.digest, "left": left}
    if rebuild:
        result["rebuilt"] = build_index(after, Hashing(), index).manifest.digest
        result["names"] = sorted(path.name for path in index.iterdir())
    return result


def kill_everywhere(place: Path, before: Sequence[Report], after: Sequence[Report]) -> list[Any]:
    """Kill the build of ``after`` over ``before`` at every step, till one is never reached."""
    template = place / "template"
    # Two generations, so that the build has an old one to remove.
    build_index(before[:1], Hashing(), template)
    build_index(before, Hashing(), template)
    outcomes = []
    for step in range(0, 800, STRIDE):
        index = Path(shutil.copytree(template, place / f"{step}"))

        def work(index: Path = index, step: int = step) -> None:
            kill_before(step)
            build_index(after, Hashing(), index)

        signalled = in_a_fork(work)
        outcomes.append(
            {**outcome(index, step % (2 * STRIDE) == 0, after), "signal": signalled, "step": step}
        )
        shutil.rmtree(index)
        if not signalled:
            break
    return outcomes


def kill_in(place: Path, before: Sequence[Report], after: Sequence[Report]) -> list[Any]:
    """Kill it while embedding the last report, and while calibrating."""

    def calibrate(snapshot: Snapshot, embedder: Embedder) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    ways: list[tuple[Embedder, Calibrate | None]] = [
        (Hashing(after[-1].slice(after[-1].passages[0].span)), None),
        (Hashing(), calibrate),
    ]
    outcomes = []
    for number, (embedder, last) in enumerate(ways):
        index = place / f"in-{number}"
        build_index(before, Hashing(), index)

        def work(
            index: Path = index, embedder: Embedder = embedder, last: Calibrate | None = last
        ) -> None:
            build_index(after, embedder, index, calibrate=last)

        signalled = in_a_fork(work)
        outcomes.append({**outcome(index, True, after), "signal": signalled})
    return outcomes


def main(place: Path, way: str) -> None:
    before, after = pickle.loads((place / "reports").read_bytes())
    # Everything that is loaded once is loaded before the forks.
    whole = [
        build_index(reports, Hashing(), place / name).manifest.digest
        for reports, name in ((before, "before"), (after, "after"))
    ]
    work = kill_in if way == "in" else kill_everywhere
    sys.stdout.write(json.dumps({"whole": whole, "outcomes": work(place, before, after)}))


def run(place: Path, way: str, before: Sequence[Report], after: Sequence[Report]) -> Any:
    (place / "reports").write_bytes(pickle.dumps((before, after)))
    done = subprocess.run(
        [sys.executable, __file__, str(place), way],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def holds_nothing_else(names: Sequence[str]) -> bool:
    generations = [name for name in names if name.startswith("generation-")]
    return set(names) - set(generations) == {".lock", "CURRENT"} and len(generations) <= 2


@pytest.mark.parametrize("again", [False, True], ids=["other reports", "the same reports"])
def test_killed_before_any_step_the_index_is_the_old_or_the_new_one(
    reports: tuple[Report, ...], tmp_path: Path, again: bool
) -> None:
    before, after = (reports[1:], reports[1:]) if again else (reports[:2], reports[1:])
    result = run(tmp_path, "everywhere", before, after)
    old, new = result["whole"]
    *killed, finished = result["outcomes"]
    assert (finished["signal"], finished["digest"]) == (0, new)
    # Files, both renames and the removal of what is no longer needed.
    assert len(killed) * STRIDE > 40
    assert {found["signal"] for found in killed} == {signal.SIGKILL}
    assert {found["digest"] for found in killed} == {old, new}
    digests = [found["digest"] for found in killed]
    assert digests == sorted(digests, key=[old, new].index), "once new, always new"
    assert any(found["left"] for found in killed), "a kill leaves unfinished files behind"
    for found in killed:
        if "rebuilt" in found:
            assert found["rebuilt"] == new
            assert holds_nothing_else(found["names"])


def test_killed_while_embedding_or_calibrating_the_index_is_the_old_one(
    reports: tuple[Report, ...], tmp_path: Path
) -> None:
    result = run(tmp_path, "in", reports[:2], reports)
    old, new = result["whole"]
    assert len(result["outcomes"]) == 2
    for found in result["outcomes"]:
        assert found["signal"] == signal.SIGKILL
        assert found["digest"] == old
        assert found["left"] == 1
        assert found["rebuilt"] == new
        assert holds_nothing_else(found["names"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
