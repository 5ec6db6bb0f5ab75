"""How many threads the numeric libraries may use."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(quota: Path = _CGROUP) -> int:
    """Cores that this process may really use: its CPU affinity, cut by its cgroup's quota.

    More BLAS threads than that make small products slower by orders of magnitude, because the
    threads spin while waiting for one another.

    Args:
        quota: the file in which the kernel states the cgroup's quota and period (cgroup v2).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, _quota(quota) or cores or 1))


def _quota(path: Path) -> int | None:
    """Whole cores of the cgroup v2 quota, rounded up; none where there is no quota."""
    try:
        quota, period = path.read_text(encoding="ascii").split()[:2]
        return max(1, -(-int(quota) // int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        return None
