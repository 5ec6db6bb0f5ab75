"""The reports of a corpus for building its index: in memory where they are few, else on disk."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.library import LeftOut, read_files, read_library, report_files
from corpus.report import Report
from embeddings.threads import usable_cores

if TYPE_CHECKING:
    from corpus.spool import Read

IN_MEMORY: Final = 32 * 2**20
"""Bytes of files up to which reports stay in memory: what a minute reads is not worth keeping, and
takes less than a quarter of a gigabyte."""

SPOOL: Final = ".reading"
"""Folder within an index that holds what has been read of the reports it is built from."""


@dataclass(frozen=True, slots=True)
class CorpusReports:
    """What an index is built from.

    Attributes:
        reports: in order.
        left_out: lines about files that were no reports.
    """

    reports: Sequence[Report]
    left_out: tuple[str, ...]


@contextlib.contextmanager
def corpus_reports(
    folders: Sequence[Path],
    index: Path,
    *,
    read: Read | None = None,
    jobs: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    in_memory: int = IN_MEMORY,
) -> Iterator[CorpusReports]:
    """Read the reports of some folders, to build an index from them.

    Of large corpora what is read stays in the index's folder until it is built, also after a kill.

    Args:
        folders: of the corpus.
        index: the folder of the index.
        read: reads files, in place of processes here.
        jobs: such processes; the usable cores where not given.
        progress: told of the steps ``read`` and ``copies``.
        in_memory: as ``IN_MEMORY``.

    Raises:
        EmptyCorpus, MetadataError, StorageError: as ``read_library`` and ``spooled``.
    """
    jobs = jobs or usable_cores()
    if read is None and _bytes(folders, in_memory) <= in_memory:
        library = read_library(folders, progress=step_of(progress, "read"), jobs=jobs)
        yield CorpusReports(library.reports, left_out_lines(library.left_out))
        # Left where the corpus was larger, and building its index was ended.
        if (index / SPOOL).is_dir():
            from corpus.spool import discard

            discard(index / SPOOL)
        return
    # Imported here: most corpora are small.
    from corpus.spool import spooled

    with spooled(
        folders,
        index / SPOOL,
        read=read or (lambda paths: read_files(paths, jobs)),
        progress=step_of(progress, "read"),
        compare=step_of(progress, "copies"),
    ) as spool:
        yield CorpusReports(spool, left_out_lines(spool.left_out))


def left_out_lines(left_out: Sequence[LeftOut]) -> tuple[str, ...]:
    """One line a file that is no report."""
    return tuple(f"left out {one.path}: {one.reason}" for one in left_out)


def _bytes(folders: Sequence[Path], enough: int) -> int:
    """Bytes of the report files of some folders, counted until they are more than enough."""
    total = 0
    for folder in folders:
        for path in report_files(folder):
            # Whoever reads it tells what is wrong with it.
            with contextlib.suppress(OSError):
                total += path.stat().st_size
            if total > enough:
                return total
    return total


def step_of(
    progress: Callable[[str, int, int], None] | None, name: str
) -> Callable[[int, int], None] | None:
    """What is told of one step: what is done of it and what there is in all; none for nobody."""
    if progress is None:
        return None
    return lambda done, total: progress(name, done, total)
