"""How many threads the numeric libraries may use."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

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


class BlasThreads:
    """How many threads numpy's matrix products take, while anything asks for few of them.

    The number is one for the whole process. Of what asks at once, who asks for the fewest is
    heard; when nothing asks any more, the number is what it was.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: list[int] = []
        self._before: list[tuple[Any, int]] = []
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)

    @contextmanager
    def at_most(self, threads: int) -> Iterator[None]:
        """No more than so many threads, at least 1, inside the context; from any thread."""
        with self._lock:
            if not self._before:
                self._before = [(library, library.num_threads) for library in _libraries()]
            self._asked.append(threads)
            self._apply()
        try:
            yield
        finally:
            with self._lock:
                self._asked.remove(threads)
                self._apply()
                if not self._asked:
                    self._before = []

    def _apply(self) -> None:
        for library, before in self._before:
            # threadpoolctl from 3.7 on heeds one thread alone, and what others ask for is lost; who
            # is heard is decided here.
            put = getattr(library, "_real_set_num_threads", library.set_num_threads)
            put(min(self._asked, default=before))

    def _forked(self) -> None:
        """In a fork no other thread goes on, be it that holds the lock or that asked.

        What the number was before is kept, so that who asks first in the fork puts it right.
        """
        self._lock = threading.Lock()
        self._asked = []


BLAS_THREADS = BlasThreads()


@cache
def _libraries() -> tuple[Any, ...]:
    """The libraries with which numpy multiplies, which are looked for once."""
    import numpy  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return tuple(ThreadpoolController().select(user_api="blas").lib_controllers)
