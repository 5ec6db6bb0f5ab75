"""A corpus folder watched: what is new, changed or gone, once files have stopped growing.

Folders are looked through at intervals. That takes a moment for thousands of files, works on
network drives and in containers, where the system tells of no changes, and misses none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from corpus.errors import CityqaError, EmptyCorpus
from corpus.library import OVERRIDES, Entry, Library, assemble, read_entry, report_files
from corpus.processes import in_order

INTERVAL: Final = 1.0
"""Seconds between two looks."""

SETTLED: Final = 2.0
"""Seconds for which nothing may change before a change is taken up."""

PATIENCE: Final = 30.0
"""Seconds after which what has settled is taken up although other files still change."""


class Stamp(NamedTuple):
    """What tells that a file is another one than before: moment, size, and place on the disk."""

    modified: int
    size: int
    inode: int


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a file."""

    kind: Literal["new", "changed", "removed"]
    path: Path


def look(folders: Sequence[Path]) -> dict[Path, Stamp]:
    """The report files of some folders and their ``reports.toml``, as they are now.

    A folder that is not there holds nothing; a file that goes meanwhile is not there.
    """
    found: dict[Path, Stamp] = {}
    for folder in folders:
        try:
            files = [*report_files(folder), *folder.rglob(OVERRIDES)]
        except (CityqaError, OSError):
            continue
        for path in files:
            try:
                status = path.stat()
            except OSError:
                continue
            found[path] = Stamp(status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def changes(before: Mapping[Path, Stamp], after: Mapping[Path, Stamp]) -> list[Change]:
    """What happened between two looks, in order of the paths."""
    found = [Change("removed", path) for path in before if path not in after]
    found += [Change("new", path) for path in after if path not in before]
    found += [Change("changed", p) for p in after if p in before and after[p] != before[p]]
    return sorted(found, key=lambda change: change.path)


def settled(
    folders: Sequence[Path],
    known: Mapping[Path, Stamp],
    *,
    interval: float = INTERVAL,
    settle: float = SETTLED,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    looking: Callable[[Sequence[Path]], Mapping[Path, Stamp]] = look,
) -> Iterator[tuple[list[Change], dict[Path, Stamp]]]:
    """Changes in bursts, without end: each with what the folders then hold.

    A burst is over when nothing has changed for ``settle`` seconds. One that goes on longer than
    ``patience`` is cut: files that have settled are in it, the others come with the next.

    Args:
        folders: looked through.
        known: what they held when they were last read.
        interval: seconds between two looks.
        settle: seconds without a change.
        patience: seconds that a burst may take.
        clock, sleep, looking: for tests.
    """
    current = dict(known)
    last = dict(known)
    since: dict[Path, float] = {}
    started: float | None = None
    while True:
        sleep(interval)
        now = clock()
        seen = dict(looking(folders))
        for change in changes(last, seen):
            since[change.path] = now
        last = seen
        pending = changes(current, seen)
        if not pending:
            started = None
            continue
        started = now if started is None else started
        ready = [one for one in pending if now - since.get(one.path, started) >= settle]
        if len(ready) < len(pending) and now - started < patience:
            continue
        if not ready:
            continue
        for one in ready:
            if one.kind == "removed":
                del current[one.path]
            else:
                current[one.path] = seen[one.path]
            since.pop(one.path, None)
        started = None
        yield ready, dict(current)


class Reading:
    """The reports of some folders, read once and then only as they change.

    Args:
        folders: in order.
        jobs: processes that read.
    """

    def __init__(self, folders: Sequence[Path], *, jobs: int = 1) -> None:
        self._folders = tuple(folders)
        self._jobs = jobs
        self._results: dict[Path, Entry | CityqaError] = {}
        self.stamps: dict[Path, Stamp] = {}

    def update(self, stamps: Mapping[Path, Stamp]) -> dict[Path, Entry | CityqaError]:
        """Read what is new or changed, and tell what came of it; forget what is gone."""
        happened = changes(self.stamps, stamps)
        stated = {one.path.parent for one in happened if one.path.name == OVERRIDES}
        again = {one.path for one in happened if one.kind != "removed"}
        again |= {path for path in stamps if path.parent in stated}
        for one in happened:
            if one.kind == "removed":
                self._results.pop(one.path, None)
        wanted = sorted(path for path in again if path.name != OVERRIDES)
        # In processes of their own, few files too: a file must not end whoever watches.
        jobs = max(1, min(self._jobs, len(wanted)))
        read = dict(in_order(read_entry, wanted, jobs=jobs)) if wanted else {}
        self._results |= read
        self.stamps = dict(stamps)
        return read

    def library(self) -> Library:
        """The reports as ``read_library`` would give them.

        Raises:
            EmptyCorpus: there is none.
            MetadataError: front matter or a ``reports.toml`` cannot be used.
        """
        files: list[tuple[Path, Path]] = []
        for folder in self._folders:
            try:
                files += [(folder, p) for p in report_files(folder) if p in self._results]
            except EmptyCorpus:
                continue  # it may come back
        return assemble(self._folders, files, [self._results[path] for _, path in files])
