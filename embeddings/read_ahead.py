"""Bringing the files of an index into memory before questions need them.

The first questions to an index that lies on disk alone wait for thousands of reads, one after the
other: seconds, of a million passages. The system reads many times faster what it is told of
beforehand, and what it has read is no memory of the process: it gives way where memory is short.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

_STEP = 1 << 20
"""Bytes asked for at a time: of more, Linux reads the beginning only."""

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def read_ahead(
    files: Iterable[Path], room: int, *, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Have the system read files, the smallest first, for as long as they fit.

    It waits for the requests and not for all that is read. A file that cannot be opened is left
    out, as is everything where the system takes no such advice.

    Args:
        files: to read.
        room: bytes that they may take together.
        go_on: asked again and again whether to.

    Returns:
        bytes asked for.
    """
    if not hasattr(os, "posix_fadvise"):
        return 0
    asked = 0
    for size, path in sorted(_sized(files)):
        if size > room - asked:
            break
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                for first in range(0, size, _STEP):
                    if not go_on():
                        return asked
                    os.posix_fadvise(descriptor, first, _STEP, os.POSIX_FADV_WILLNEED)
                    asked += min(_STEP, size - first)
            finally:
                os.close(descriptor)
    return asked


def _sized(files: Iterable[Path]) -> list[tuple[int, Path]]:
    found = []
    for path in files:
        with contextlib.suppress(OSError):
            found.append((path.stat().st_size, path))
    return found


def free_memory(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int:
    """Bytes that could be used without taking them from any process; 0 where nobody tells.

    Args:
        meminfo: where Linux tells what is available.
        cgroup: where it tells the limit of the process's group and what of it is in use (cgroup
            v2).
    """
    try:
        available = _values(meminfo)["MemAvailable:"] * 1024
    except (OSError, ValueError, LookupError):
        return 0
    with contextlib.suppress(OSError, ValueError, LookupError):
        limit = int((cgroup / "memory.max").read_text("ascii"))
        used = int((cgroup / "memory.current").read_text("ascii"))
        # What is cached of files counts as used, and gives way.
        cached = _values(cgroup / "memory.stat")["file"]
        available = min(available, max(0, limit - used + cached))
    return available


def _values(path: Path) -> dict[str, int]:
    """The number behind each name of a file of names and numbers."""
    lines = (line.split() for line in path.read_text("ascii").splitlines())
    return {name: int(number) for name, number, *_ in lines}
