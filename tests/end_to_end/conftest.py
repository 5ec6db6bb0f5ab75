"""Commands run as child processes, in folders of their own, over an index that is built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa.settings import Settings
from qa.workspace import cached_index
from tests.preloaded import commands

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "qa")
QUESTION = "武汉改造了多少个老旧小区？"

# A report of our own, about a city that no shipped report covers.
REPORT = """2023年怀化市桥梁建设综述

来源：怀化日报　2023-03-04

一、桥梁

2023年，怀化市新修公路桥梁27座，其中跨越沅江的大桥3座，投入资金4.6亿元。

二、绿化

怀化市去年沿江栽种香樟树1.8万株，新建街头花园52个。
"""


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line on standard error of a command that failed."""
        assert self.out == "", self
        lines = self.err.splitlines()
        assert len(lines) == 1, self
        assert lines[0].startswith("cityqa: "), self
        return lines[0]


Run = Callable[..., Result]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of the caller's settings; the checkout's packages; folders below one of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CITYQA_", "XDG_", "PYTHON", "COV_"))
        and name not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TERM", "TTY_COMPATIBLE")
    }
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder / "home"),
        "CITYQA_CACHE": str(folder / "cache"),
        "CITYQA_STATE": str(folder / "state"),
        **more,
    }


def run(
    arguments: Sequence[str | bytes],
    folder: Path,
    *,
    stdin: bytes | None = b"",
    env: Mapping[str, str] | None = None,
    shell: str | None = None,
    wrapper: Sequence[str] = (),
    **options: Any,
) -> Result:
    """Run a command to its end, away from the checkout; a traceback is never right.

    Where nothing but settings differs, in a fork of a process that has the program loaded.

    Args:
        arguments: of the command.
        folder: that its own folders lie in.
        stdin: what it reads.
        env: on top of ``environment``.
        shell: a line for ``sh`` that runs the command as ``"$@"``.
        wrapper: a command that runs the command of its arguments.
        options: of ``subprocess.run``.
    """
    (folder / "home").mkdir(parents=True, exist_ok=True)
    if shell is not None:
        wrapper = ("sh", "-c", shell, "sh")
    whole = {**environment(folder), **(env or {})}
    cwd = options.pop("cwd", folder / "home")
    names = [argument for argument in arguments if isinstance(argument, str)]
    plain = len(names) == len(arguments) and not wrapper and not options
    if plain and stdin is not None and all(name.startswith("CITYQA_") for name in env or ()):
        done = commands.run(names, env=whole, cwd=cwd, stdin=stdin)
    else:
        done = subprocess.run(
            [*wrapper, *COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            env=whole,
            cwd=cwd,
            timeout=120,
            check=False,
            **options,
        )
    result = Result(
        done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")
    )
    assert "Traceback" not in result.err, result.err
    return result


@pytest.fixture(scope="session")
def run_in() -> Run:
    """`run`, for tests that choose the folder or the user themselves."""
    return run


@pytest.fixture(scope="session")
def environment_in() -> Callable[..., dict[str, str]]:
    """`environment`, for tests that start processes themselves."""
    return environment


@pytest.fixture(scope="session")
def report() -> str:
    """The text of a small report of our own."""
    return REPORT


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the index of the shipped reports in its cache, shared by all test processes."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "shipped"
    # Two processes that build the same index wait for one another.
    built = run(["index", "build"], folder)
    assert built.code == 0, built
    return folder


@pytest.fixture
def seed_cache(shipped: Path) -> Callable[..., None]:
    """Put the vectors of the shipped reports where the index of other folders will be built.

    That index is built all the same, its source being another one, but in less time.
    """

    def seed(folder: Path, *reports: Path) -> None:
        (current,) = (shipped / "cache" / "indexes").glob("*/CURRENT")
        settings = Settings(cache=folder / "cache", state=folder / "state")
        shutil.copytree(current.parent, cached_index(settings, reports))

    return seed


@pytest.fixture
def cityqa(shipped: Path) -> Run:
    """Run a command whose index of the shipped reports is built."""

    def call(*arguments: str | bytes, **options: Any) -> Result:
        return run(arguments, shipped, **options)

    return call


@pytest.fixture
def alone(tmp_path: Path) -> Run:
    """Run a command with folders that no other test uses."""

    def call(*arguments: str | bytes, **options: Any) -> Result:
        return run(arguments, tmp_path, **options)

    return call


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with one small report, of which an index is built in no time."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "huaihua.txt").write_text(REPORT, encoding="utf-8")
    return folder
