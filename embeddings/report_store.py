"""The reports of an index on disk: heads in memory, a report read when it is asked for.

``reports.jsonl`` holds a report a line, ``heads.jsonl`` the same without what makes them long. Two
arrays tell where each line begins and which passage is each report's first.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, TypeVar

import numpy as np

from corpus.errors import IndexDamaged
from corpus.records import mirrors_from_record, report_from_record, report_record
from corpus.report import Passage, Report, ReportKind, Source
from corpus.years import years_of
from embeddings.arrays import read_array, write_array
from embeddings.kept import Kept
from embeddings.manifest import REBUILD
from embeddings.passage_rows import HASHES, ROWS, hash_of, write_rows
from embeddings.report_lines import ReportLine
from embeddings.search import Rows

REPORTS = "reports.jsonl"
HEADS = "heads.jsonl"
OFFSETS = "reports.offsets.npy"
STARTS = "reports.starts.npy"
FILES = (REPORTS, HEADS, OFFSETS, STARTS, HASHES, ROWS)

MOST_KEPT: Final = 1_024
"""Reports kept once they are read, at most."""

MOST_CHARACTERS: Final = 4_000_000
"""Characters of the reports kept, at most; with passages and sentences about 10 bytes each."""

MOST_OF_LINES: Final = 16_000_000
"""Characters of the lines kept, at most; each is 2 bytes and 1 or 2 of the passages' JSON."""

_R = TypeVar("_R", Report, ReportLine)

_LONG = ("text", "sections", "passages")


@dataclass(frozen=True, slots=True)
class Head:
    """What there is to tell of a report without reading it.

    Attributes:
        id, kind, city, aliases, title, source_title, publisher, authors, date, url, language,
            origin, sha256, mirrors: as ``Report`` has them.
        years: that the report is of.
        number: its place among the reports, from 0.
        passages: how many it has.
    """

    id: str
    kind: ReportKind
    city: str
    aliases: tuple[str, ...]
    title: str
    source_title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    date: datetime.date | None
    url: str | None
    language: str
    origin: str
    sha256: str
    mirrors: tuple[Source, ...]
    years: frozenset[int]
    number: int
    passages: int

    @property
    def passage_count(self) -> int:
        """As ``Report`` has it."""
        return self.passages


class ReportsWriter:
    """Writes reports one after another; keeps 8 bytes of each passage in memory.

    Args:
        folder: to write into.

    Raises:
        OSError: of any method: a file cannot be written in full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: array[int] = array("Q")
        self._starts: array[int] = array("q", [0])
        self._offsets: array[int] = array("q", [0])
        self._reports: BinaryIO = (folder / REPORTS).open("wb")
        try:
            self._heads: BinaryIO = (folder / HEADS).open("wb")
        except BaseException:
            self._reports.close()
            raise

    def add(self, report: Report) -> None:
        """Write the next report."""
        record = report_record(report)
        line = _line(record)
        self._reports.write(line)
        self._offsets.append(self._offsets[-1] + len(line))
        for name in _LONG:
            del record[name]
        record["years"] = sorted(years_of(report))
        record["passages"] = len(report.passages)
        self._heads.write(_line(record))
        self._hashes.extend(hash_of(passage.id) for passage in report.passages)
        self._starts.append(len(self._hashes))

    def close(self) -> None:
        """Write what is left: the arrays."""
        try:
            self._reports.close()
        finally:
            self._heads.close()
        write_array(self._folder / OFFSETS, np.array(self._offsets, dtype=np.int64))
        write_array(self._folder / STARTS, np.array(self._starts, dtype=np.int64))
        write_rows(self._folder, self._hashes)

    def __enter__(self) -> Self:
        """The writer, to be closed at the end of a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close it; after an error, the files alone."""
        if kind is None:
            self.close()
            return
        self._reports.close()
        self._heads.close()


class StoredReports(Mapping[str, Report]):
    """Report id to report, in order; each read when it is asked for. Safe to share between threads.

    The file stays open, so that the reports can be read when another index took its place.

    Args:
        folder: with the files that a ``ReportsWriter`` wrote.
        most_kept: reports kept once they are read.
        most_characters: of the reports kept.
        most_of_lines: characters of the lines kept, of which passages are made.

    Raises:
        OSError, ValueError, LookupError, TypeError: a file is none of those, or they do not belong
            together.
    """

    def __init__(
        self,
        folder: Path,
        *,
        most_kept: int = MOST_KEPT,
        most_characters: int = MOST_CHARACTERS,
        most_of_lines: int = MOST_OF_LINES,
    ) -> None:
        self.path: Final = folder / REPORTS
        self.heads: Final[Mapping[str, Head]] = _read_heads(folder / HEADS)
        self.starts: Final[Rows] = read_array(folder / STARTS, np.int64)
        self._offsets: Rows = read_array(folder / OFFSETS, np.int64)
        self._names = tuple(self.heads)
        counts = np.array([head.passages for head in self.heads.values()], dtype=np.int64)
        _check(folder / STARTS, self.starts, len(counts))
        _check(folder / OFFSETS, self._offsets, len(counts))
        if not np.array_equal(np.diff(self.starts), counts):
            raise ValueError(f"{STARTS} is not of these reports")
        # Python's own numbers, of which one is found sooner than among numpy's.
        self._firsts = self.starts.data
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._descriptor)
        if os.fstat(self._descriptor).st_size != self._offsets[-1]:
            raise ValueError(f"{OFFSETS} is not of these reports")
        self._whole: Kept[Report] = Kept(most_kept, most_characters, _characters)
        self._lines: Kept[ReportLine] = Kept(most_kept, most_of_lines, _characters)

    def __getitem__(self, id_: str) -> Report:
        """A report.

        Raises:
            KeyError: there is none of that id.
            IndexDamaged: its line cannot be read.
        """
        return self.at(self.heads[id_].number)

    def __contains__(self, id_: object) -> bool:
        """Whether there is a report of that id; none is read."""
        return id_ in self.heads

    def __iter__(self) -> Iterator[str]:
        """The ids, in order."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many reports there are."""
        return len(self._names)

    def at(self, number: int) -> Report:
        """The report at a place, from 0.

        Raises:
            IndexDamaged: its line cannot be read.
        """
        return self._whole.get(number, lambda: self._read(number, _whole))

    def line(self, number: int) -> ReportLine:
        """The line of the report at a place, from 0: its text and what passages are made of.

        Raises:
            IndexDamaged: it cannot be read.
        """
        return self._lines.get(number, lambda: self._read(number, ReportLine))

    def _read(self, number: int, make: Callable[[bytes, int], _R]) -> _R:
        begin, end = int(self._offsets[number]), int(self._offsets[number + 1])
        try:
            passages = int(self.starts[number + 1] - self.starts[number])
            report = make(_bytes(self._descriptor, begin, end), passages)
            if report.id != self._names[number]:
                raise ValueError("another report stands there")
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._damaged(number, error) from error
        return report

    def place(self, row: int) -> tuple[int, int]:
        """The place of the report that the passage of a row is of, and its own place there."""
        number = bisect_right(self._firsts, row) - 1
        return number, row - self._firsts[number]

    def passage(self, number: int, place: int) -> Passage:
        """A passage of the report at a place, by its own place there.

        Raises:
            IndexDamaged: the report cannot be read.
        """
        line = self.line(number)
        try:
            return line.passage(place)
        except (ValueError, LookupError, TypeError) as error:
            raise self._damaged(number, error) from error

    def _damaged(self, number: int, error: Exception) -> IndexDamaged:
        return IndexDamaged(
            f"the report {self._names[number]} cannot be read from the index ({error})",
            where=str(self.path),
            mend=REBUILD,
        )


def stored_report(folder: Path, number: int) -> Report:
    """One report of an index of which nothing else is to be read.

    Args:
        folder: with the files that a ``ReportsWriter`` wrote.
        number: its place, from 0.

    Raises:
        OSError, ValueError, LookupError, TypeError, AttributeError: it cannot be read.
    """
    offsets = read_array(folder / OFFSETS, np.int64, mapped=True)
    with (folder / REPORTS).open("rb") as stream:
        line = _bytes(stream.fileno(), int(offsets[number]), int(offsets[number + 1]))
    return report_from_record(json.loads(line))


def _characters(report: Report | ReportLine) -> int:
    return len(report.text)


def _whole(line: bytes, passages: int) -> Report:
    report = report_from_record(json.loads(line))
    if len(report.passages) != passages:
        raise ValueError("it has other passages")
    return report


def _line(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    # As json reads bytes: a text that is not well formed comes back as it was, its spans right.
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _bytes(descriptor: int, begin: int, end: int) -> bytes:
    """Some bytes of a file, all of them.

    Raises:
        OSError, ValueError: the file ends before, or cannot be read.
    """
    parts = []
    while begin < end:
        part = os.pread(descriptor, end - begin, begin)
        if not part:
            raise ValueError("the file ends before it")
        parts.append(part)
        begin += len(part)
    return b"".join(parts)


def _read_heads(path: Path) -> dict[str, Head]:
    heads: dict[str, Head] = {}
    with path.open("rb") as stream:
        for number, line in enumerate(stream):
            head = _head(json.loads(line), number)
            heads[head.id] = head
    if heads and len(heads) != number + 1:
        raise ValueError(f"two reports of {path.name} have one id")
    return heads


def _head(record: Mapping[str, Any], number: int) -> Head:
    # Many reports have the same few: once in memory they do for all.
    publisher = record["publisher"]
    return Head(
        id=sys.intern(record["id"]),
        kind=_kind(record["kind"]),
        city=sys.intern(record["city"]),
        aliases=tuple(sys.intern(alias) for alias in record["aliases"]),
        title=record["title"],
        source_title=record["source_title"],
        publisher=None if publisher is None else sys.intern(publisher),
        authors=tuple(record["authors"]),
        date=datetime.date.fromisoformat(record["date"]) if record["date"] else None,
        url=record["url"],
        language=sys.intern(record["language"]),
        origin=record["origin"],
        sha256=record["sha256"],
        mirrors=mirrors_from_record(record),
        years=frozenset(map(int, record["years"])),
        number=number,
        passages=int(record["passages"]),
    )


def _kind(value: str) -> ReportKind:
    return "digest" if value == "digest" else "original"


def _check(path: Path, numbers: Rows, reports: int) -> None:
    """The array begins at 0 and has an end for each report."""
    if len(numbers) != reports + 1 or numbers[0] != 0 or (np.diff(numbers) < 0).any():
        raise ValueError(f"{path.name} is not of these reports")
