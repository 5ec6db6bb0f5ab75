"""How many threads the numeric libraries may use."""

from __future__ import annotations

import os
from pathlib import Path


def usable_cores() -> int:
    """Cores that this process may really use: its CPU affinity, cut by its cgroup's quota.

    More BLAS threads than that make small products slower by orders of magnitude, because the
    threads spin while waiting for one another.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, _quota() or cores or 1))


def _quota(path: Path = Path("/sys/fs/cgroup/cpu.max")) -> int | None:
    """Whole cores of the cgroup v2 quota, rounded up; none where there is no quota."""
    try:
        quota, period = path.read_text(encoding="ascii").split()[:2]
        return max(1, -(-int(quota) // int(period)))
    except (OSError, ValueError):
        return None
