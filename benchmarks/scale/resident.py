"""Memory of a process and of those that it started, as the kernel counts it."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

_MIB = 1024


@dataclass(frozen=True, slots=True)
class Resident:
    """Memory in MiB, at one moment or at its largest.

    Attributes:
        own: anonymous pages, each counted once however many processes share it.
        mapped: pages of files that are in memory; the kernel takes them back when it needs them.
    """

    own: float
    mapped: float

    def largest(self, other: Resident) -> Resident:
        """The larger of each."""
        return Resident(max(self.own, other.own), max(self.mapped, other.mapped))

    def as_dict(self) -> dict[str, float]:
        """Rounded."""
        return {name: round(value, 1) for name, value in asdict(self).items()}


def resident(process: int | None = None) -> Resident:
    """Of a process (this one where none is given) and all that it started."""
    own = mapped = 0.0
    for one in _tree(process or os.getpid()):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue  # it has ended
        own += _value(text, "Pss_Anon")
        mapped += _value(text, "Pss_File") + _value(text, "Pss_Shmem")
    return Resident(own, mapped)


def descriptors() -> int:
    """Files, sockets and the like that this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def peak() -> float:
    """The most that this process alone had in memory so far, mapped files included, in MiB."""
    return _value(Path("/proc/self/status").read_text(), "VmHWM")


class Watch:
    """Looks again and again, in a thread of its own, and keeps the largest.

    Args:
        seconds: between two looks.
    """

    def __init__(self, seconds: float = 0.5) -> None:
        self.largest = resident()
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.look()

    def look(self) -> Resident:
        """Look now; what there is at this moment."""
        now = resident()
        self.largest = self.largest.largest(now)
        return now

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            self.look()


def _tree(process: int) -> list[int]:
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += _tree(int(child))
    return found


def _value(text: str, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / _MIB if found else 0.0
