"""``cityqa index build --plan``: what a build will make and take, told from a sample."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import CityqaError, IndexFault
from corpus.library import LeftOut, Told, chosen, left_out_for, read_entry, report_files
from corpus.report import Report
from embeddings.embedder import Embedder
from embeddings.kinds import AUTO
from embeddings.manifest import read_manifest
from embeddings.plan import plan
from embeddings.sampling import (
    embedding_rate,
    expected_counts,
    grouping_seconds,
    known_passages,
)
from embeddings.store import current_generation
from embeddings.threads import usable_cores
from qa.cli.output import say, say_json, warn
from qa.settings import Settings
from qa.workspace import cached_index, corpus_folders, embedder_of

LEAST_FILES, MOST_FILES = 5, 40
"""That are read: fewer where there are fewer, and not all of the most where time is up."""

MOST_SECONDS = 5.0
_EVEN = 0.6180339887498949
"""The golden section: multiples of it, without their whole part, are spread evenly however many
there are (Knuth, "The Art of Computer Programming", volume 3, section 6.4)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Reports read from some of the files.

    Attributes:
        reports: that could be read.
        read: files, those that are no reports among them.
        files: in all.
        share: of the bytes of all files, those that were read.
        seconds: that reading them takes.
    """

    reports: tuple[Report, ...]
    read: int
    files: int
    share: float
    seconds: float

    @property
    def rough(self) -> bool:
        """Whether time was up before as many files were read as can stand for the others."""
        return self.read < min(self.files, MOST_FILES)


def show_plan(settings: Settings, *, kind: str = AUTO, as_json: bool = False) -> None:
    """Print what building the index of the settings will make and take.

    Args:
        settings: the effective ones.
        kind: of vector index that is wanted.
        as_json: print one object and nothing else.

    Raises:
        EmptyCorpus, ModelError, SettingsError, StorageError: as building the index.
    """
    folders = corpus_folders(settings)
    named = settings.index
    place = named if isinstance(named, Path) else cached_index(settings, folders)
    facts = planned(sample(folders), embedder_of(settings), place, kind)
    if as_json:
        say_json(facts)
        return
    for name, line in _lines(facts):
        say(f"{name:10} {line}")
    for line in _warnings(facts):
        warn(line)


def sample(folders: Sequence[Path]) -> Sample:
    """Read evenly spaced files of some folders, all of them where there are few.

    Raises:
        EmptyCorpus: a folder is missing, or none of the files can be read as a report.
        StorageError: a folder may not be read.
    """
    files = [(folder, path) for folder in folders for path in report_files(folder)]
    sizes = [_size(path) for _, path in files]
    read: list[int] = []
    told: list[Told | LeftOut] = []
    reports: list[Report | None] = []
    took: list[float] = []
    began = time.perf_counter()
    for number in _evenly(len(files), min(len(files), MOST_FILES)):
        read.append(number)
        try:
            report = read_entry(files[number][1]).report
            reports.append(report)
            told.append(Told(report.id, report.kind))
        except CityqaError as error:
            reports.append(None)
            told.append(left_out_for(files[number][1], error))
        took.append(time.perf_counter() - began - sum(took))
        enough = any(reports) and len(read) >= LEAST_FILES
        if enough and time.perf_counter() - began > MOST_SECONDS:
            break
    seconds = _seconds(took, [sizes[number] for number in read])
    numbers, _ = chosen(folders, [files[number] for number in read], told)
    found = tuple(one for number in numbers if (one := reports[number]) is not None)
    whole = len(read) == len(files)
    share = 1.0 if whole else sum(sizes[number] for number in read) / sum(sizes)
    return Sample(found, len(read), len(files), share, seconds)


def _seconds(took: Sequence[float], sizes: Sequence[int]) -> float:
    """What reading files takes by the time that each took, and their sizes.

    With the first, what reads files is loaded, once for a build: its time is told from the others.
    """
    if len(took) < 2:
        return sum(took)
    return min(sum(took), sum(took[1:]) * sum(sizes) / sum(sizes[1:]))


def _evenly(count: int, wanted: int) -> Iterator[int]:
    """Evenly spaced numbers below a count, in an order whose beginnings are evenly spaced too."""
    for place in sorted(range(wanted), key=lambda number: number * _EVEN % 1):
        yield place * count // wanted


def _size(path: Path) -> int:
    try:
        return max(1, path.stat().st_size)
    except OSError:
        # Whoever reads the file tells about it.
        return 1


def planned(found: Sample, embedder: Embedder, place: Path, kind: str = AUTO) -> dict[str, Any]:
    """What building an index will make and take, as plain values; sizes in bytes.

    Args:
        found: a sample of its reports.
        embedder: that it will be built with.
        place: where it will lie.
        kind: of vector index that is wanted.

    Raises:
        EmptyCorpus: no report has a passage.
        SettingsError: there is no such kind.
    """
    factor = 1 / found.share
    counts, words = expected_counts(found.reports, factor)
    # By their bytes, small ones among large would stand for more than there are.
    counts = replace(counts, reports=min(counts.reports, found.files))
    made = plan(counts, embedder.dim, kind)
    known = known_passages(found.reports, _digests(place, embedder)) * factor
    of_sample = [r.slice(p.span) for r in found.reports for p in r.passages]
    new = max(0.0, 1 - known / max(1, counts.passages))
    characters = sum(map(len, of_sample)) * factor * new
    jobs = usable_cores() if found.files > MOST_FILES else 1
    seconds = {
        "read": found.seconds * factor / jobs,
        "embed": characters / embedding_rate(embedder, found.reports) if new else 0.0,
        "words": words,
        "vectors": grouping_seconds(made),
    }
    return {
        "kind": made.kind,
        "model": embedder.fingerprint.name,
        "dim": made.dim,
        "files": found.files,
        "files_read": found.read,
        "rough": found.rough,
        "reports": counts.reports,
        "passages": counts.passages,
        "sentences": counts.sentences,
        "known_passages": min(counts.passages, round(known)),
        "bytes": dict(made.files),
        "disk": made.disk,
        "disk_building": made.disk + made.scratch,
        "disk_free": _free(place),
        "memory_building": made.building,
        "memory_serving": made.serving,
        "memory_mapped": made.mapped,
        "memory_machine": _memory(),
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
    }


def _digests(place: Path, embedder: Embedder) -> Collection[str]:
    """Contents whose vectors the index that is there would keep."""
    try:
        manifest = read_manifest(current_generation(place))
    except CityqaError as error:
        if not isinstance(error, IndexFault):
            raise
        return ()
    same = not manifest.fingerprint.differences(embedder.fingerprint)
    return frozenset(manifest.reports.values()) if same else ()


def _free(place: Path) -> int:
    """Bytes free on the disk that a folder will lie on."""
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def _memory() -> int:
    """Bytes of memory that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _lines(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    all_read = facts["files_read"] == facts["files"]
    about = "" if all_read else "roughly " if facts["rough"] else "about "
    rough = "; the figures are rough" if facts["rough"] else ""
    yield "kind", facts["kind"]
    yield "files", f"{facts['files_read']:,} of {facts['files']:,} read{rough}"
    yield "reports", f"{about}{facts['reports']:,}"
    known = facts["known_passages"]
    keeps = f", {known:,} of them known to the index that is there" if known else ""
    yield "passages", f"{about}{facts['passages']:,}{keeps}"
    yield "sentences", f"{about}{facts['sentences']:,}"
    parts = ", ".join(f"{name} {_amount(size)}" for name, size in facts["bytes"].items())
    yield "disk", f"{_amount(facts['disk'])} ({parts})"
    yield (
        "",
        f"{_amount(facts['disk_building'])} while building; {_amount(facts['disk_free'])} free",
    )
    yield (
        "memory",
        f"at most {_amount(facts['memory_building'])} to build; {_amount(facts['memory_serving'])} "
        f"to answer questions, and up to {_amount(facts['memory_mapped'])} of mapped files",
    )
    seconds = facts["seconds"]
    steps = ", ".join(f"{name} {_duration(value)}" for name, value in seconds.items())
    yield "time", f"{about or 'about '}{_duration(sum(seconds.values()))} on this machine ({steps})"


def _warnings(facts: dict[str, Any]) -> Iterator[str]:
    if facts["disk_building"] > facts["disk_free"]:
        yield (
            f"the build needs {_amount(facts['disk_building'])} and {_amount(facts['disk_free'])} "
            "are free; free some space or name another folder with --index"
        )
    if facts["memory_building"] > facts["memory_machine"]:
        yield (
            f"the build needs {_amount(facts['memory_building'])} of memory and the machine has "
            f"{_amount(facts['memory_machine'])}; build on a larger one"
        )


def _amount(size: float) -> str:
    """Bytes as a person reads them: 1.2 GB."""
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5 or unit == "GB":
            break
    return f"{size:,.1f} {unit}" if size < 10 else f"{size:,.0f} {unit}"


def _duration(seconds: float) -> str:
    """Seconds as a person reads them: 3 min."""
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
