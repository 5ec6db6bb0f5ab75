"""A disk that refuses: one line, and the index is as it was.

Run as a script, this file builds in forks that may not write; as a test it runs the script.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import CityqaError, StorageError
from corpus.report import Report
from embeddings.arrays import write_array
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.snapshot import open_index
from embeddings.store import disk_errors

ROOT = Path(__file__).parents[2]
NOBODY = 65534
LIMITS = (0, 20, 120, 500, 1_500, 4_000, 8_000)


def refused(work: Callable[[], object]) -> list[str]:
    """The class and the line of the error that a fork doing some work ends with."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            line = ["", ""]
        except CityqaError as error:
            line = [type(error).__name__, str(error)]
        except BaseException as error:
            line = ["unexpected", repr(error)]
        os.write(writer, json.dumps(line).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        content = stream.read()
    os.waitpid(child, 0)
    found: list[str] = json.loads(content)
    return found


def fill(index: Path, reports: Sequence[Report], embedder: BuiltinEmbedder) -> list[Any]:
    """Build with ever larger limits to a file's size."""
    outcomes = []
    for limit in LIMITS:

        def work(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            build_index(reports, embedder, index)

        line = refused(work)
        names = sorted(path.name for path in index.iterdir())
        outcomes.append([line, open_index(index, verify=True).manifest.digest, names])

    def write() -> None:
        # Arrays are smaller than vectors in any index, so that they never are the first to fail.
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS[-1], LIMITS[-1]))
        path = index.parent / "array.npy"
        with disk_errors(index):
            write_array(path, np.zeros(LIMITS[-1]))

    line = refused(write)
    outcomes.append([line, open_index(index).manifest.digest, names])
    return outcomes


def forbid(index: Path, reports: Sequence[Report], embedder: BuiltinEmbedder) -> list[Any]:
    """Build and open as somebody who may read the folder, and one who may not."""

    def build() -> None:
        os.setuid(NOBODY)
        build_index(reports, embedder, index)

    def build_beside() -> None:
        os.setuid(NOBODY)
        build_index(reports, embedder, index.parent / "new")

    def read() -> None:
        os.setuid(NOBODY)
        open_index(index, verify=True)

    index.parent.chmod(0o755)
    allowed = [refused(build), refused(build_beside), refused(read)]
    index.chmod(0o700)
    forbidden = [refused(build), refused(read)]
    index.chmod(0o755)
    (open_index(index).folder / "manifest.json").chmod(0o600)
    unreadable = [refused(read)]
    return [allowed, forbidden, unreadable, open_index(index, verify=True).manifest.digest]


def main(place: Path, way: str) -> None:
    before, after = pickle.loads((place / "reports").read_bytes())
    embedder = BuiltinEmbedder(threads=1)
    old = build_index(before, embedder, place / "index").manifest.digest
    work = fill if way == "fill" else forbid
    sys.stdout.write(json.dumps([old, work(place / "index", after, embedder)]))


def run(place: Path, way: str, before: Sequence[Report], after: Sequence[Report]) -> Any:
    (place / "reports").write_bytes(pickle.dumps((before, after)))
    done = subprocess.run(
        [sys.executable, __file__, str(place), way],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_full_disk_is_one_line_and_the_old_index_stays(
    reports: tuple[Report, ...], tmp_path: Path
) -> None:
    old, outcomes = run(tmp_path, "fill", reports[:2], reports)
    assert len(outcomes) == len(LIMITS) + 1
    kept = sorted(path.name for path in (tmp_path / "index").iterdir())
    for (kind, line), digest, names in outcomes:
        assert kind == "StorageError", line
        assert "the disk is full" in line
        assert str(tmp_path) in line
        assert "\n" not in line
        assert digest == old
        assert names == kept, "nothing unfinished is left behind"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_no_permission_is_one_line_and_the_old_index_stays(reports: tuple[Report, ...]) -> None:
    # Not under pytest's own folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        old, (allowed, forbidden, unreadable, digest) = run(place, "forbid", reports[:2], reports)
        build, build_beside, read = allowed
        assert read == ["", ""], "who may read the folder can ask the index"
        for kind, line in (build, build_beside, *forbidden, *unreadable):
            assert kind == "StorageError", line
            assert "no permission" in line
            assert name in line
            assert "\n" not in line
        assert digest == old


def test_whatever_the_disk_refuses_another_folder_can_be_named(tmp_path: Path) -> None:
    named = pytest.raises(StorageError, match=r"the disk refuses .*; name another folder with --")
    with named, disk_errors(tmp_path):
        (tmp_path / "not" / "there").mkdir()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
