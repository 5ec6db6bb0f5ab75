"""Reports read once and kept in files, so that many need no memory, and a reading can go on.

A spool is a folder:

``files.jsonl``     a line that says what made it, then one line a file: its name, size and time,
                    what it holds (a report's id and kind, or why it is left out), and where that
                    ends in ``entries.jsonl``
``entries.jsonl``   one record a line, of each file that is a report
``signatures``      that of each report, for finding copies (``corpus.signature``): 8 kB and its
                    figures; so no text is read for that

A reading that is ended goes on behind the last file that these tell about, as long as the files
before it are the same; otherwise from the first one that is not. What is held in memory is about a
kilobyte a file; and while copies are looked for half of one and 50 bytes a figure, and two more
kilobytes where there are texts without figures.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, overload

import numpy as np

from corpus.errors import CityqaError, EmptyCorpus, StorageError
from corpus.library import (
    CLEANING_VERSION,
    OVERRIDES,
    Entry,
    LeftOut,
    Progress,
    Told,
    chosen,
    left_out_for,
    read_files,
    report_files,
)
from corpus.mirrors import Candidate, copies_of, originals, source
from corpus.place_lock import LOCK, locked
from corpus.records import report_from_record, report_record
from corpus.report import Report
from corpus.signature import LEAST, Signature, signature

if TYPE_CHECKING:
    from numpy.typing import NDArray

Read = Callable[[Sequence[Path]], Iterator[tuple[Path, Entry | CityqaError]]]
"""What reading each file gives, in their order."""

_FILES, _ENTRIES, _SIGNED = "files.jsonl", "entries.jsonl", "signatures"
_LAYOUT = 2
"""Of these files; goes up when what is in them changes its meaning."""
_SIGNATURES = 64
"""Signatures kept while copies are looked for, 10 kB each: those of reports that others resemble
are asked for again and again."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What ``files.jsonl`` tells of a file.

    Attributes:
        name: its path.
        stamp: size and time of it, and of the ``reports.toml`` beside it.
        end: where its record ends in ``entries.jsonl``.
        told: the report's id and kind, or why the file is left out.
        mirror_of: as ``Entry.mirror_of``.
        length: characters of the report's text.
        signed: where its signature ends in ``signatures``; where that of the file before ends, if
            it has none.
    """

    name: str
    stamp: tuple[int, ...]
    end: int
    told: Told | LeftOut
    mirror_of: str | None = None
    length: int = 0
    signed: int = 0

    def encode(self) -> bytes:
        told = [self.told.reason] if isinstance(self.told, LeftOut) else list(self.told)
        value = [self.name, self.stamp, self.end, told, self.mirror_of, self.length, self.signed]
        return json.dumps(value).encode() + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> _Line:
        name, stamp, end, told, mirror_of, length, signed = json.loads(line)
        return cls(
            name,
            tuple(stamp),
            end,
            Told(*told) if len(told) > 1 else LeftOut(Path(name), told[0]),
            mirror_of,
            length,
            signed,
        )


class Spool(Sequence[Report]):
    """The reports of some folders, on disk, in order: those of ``Library.reports``.

    Attributes:
        left_out: files that could not be read, with reasons.
    """

    def __init__(
        self,
        folder: Path,
        starts: NDArray[np.int64],
        numbers: Sequence[int],
        copies: dict[int, list[int]],
        left_out: tuple[LeftOut, ...],
    ) -> None:
        self.left_out = left_out
        self._place = folder / _ENTRIES
        self._starts = starts
        self._numbers = numbers
        self._copies = copies

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Report: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Report]: ...
    def __getitem__(self, index: int | slice) -> Report | Sequence[Report]:
        with self._place.open("rb") as stream:
            if isinstance(index, slice):
                return tuple(self._report(stream, number) for number in self._numbers[index])
            return self._report(stream, self._numbers[index])

    def __iter__(self) -> Iterator[Report]:
        with self._place.open("rb") as stream:
            for number in self._numbers:
                yield self._report(stream, number)

    def _report(self, stream: BinaryIO, number: int) -> Report:
        report = _record_at(stream, self._starts, number)
        copies = self._copies.get(number)
        if not copies:
            return report
        mirrors = tuple(source(_record_at(stream, self._starts, copy)) for copy in copies)
        return replace(report, mirrors=mirrors)


def _record_at(stream: BinaryIO, starts: NDArray[np.int64], number: int) -> Report:
    start, end = int(starts[number]), int(starts[number + 1])
    stream.seek(start)
    return report_from_record(json.loads(stream.read(end - start)))


@contextlib.contextmanager
def spooled(
    folders: Sequence[Path],
    place: Path,
    *,
    read: Read = read_files,
    progress: Progress | None = None,
    compare: Progress | None = None,
) -> Iterator[Spool]:
    """Read the reports of some folders into a spool, or go on where another reading was ended.

    The spool is removed when whoever uses it is done, and where no file is a report; what another
    error or a kill leaves is for the next one. One process at a time uses a place.

    Args:
        folders: or single files, in order.
        place: the folder of the spool; made where there is none.
        read: reads files.
        progress: told after each file.
        compare: told after each report that was compared with those before it.

    Raises:
        EmptyCorpus: a folder is missing, or no file of any is a report.
        MetadataError: a ``reports.toml`` cannot be used.
        StorageError: the disk refuses, or another process uses the place.
    """
    files = [(folder, path) for folder in folders for path in report_files(folder)]
    new = not place.parent.exists()
    with _errors(place):
        lock = locked(place)
    with lock:
        lines = _read(files, place, read, progress)
        try:
            spool = _assembled(folders, files, place, lines, compare)
        except EmptyCorpus:
            _remove(place)
            if new:
                with contextlib.suppress(OSError):
                    place.parent.rmdir()
            raise
        del lines
        yield spool
        _remove(place)


def discard(place: Path) -> None:
    """Remove what a reading has left that was ended, unless another process goes on with it."""
    if place.is_dir():
        with contextlib.suppress(StorageError, OSError), locked(place):
            _remove(place)


def _remove(place: Path) -> None:
    for name in (_FILES, _ENTRIES, _SIGNED, LOCK):
        (place / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        place.rmdir()


@contextlib.contextmanager
def _errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"the reports cannot be kept here while they are read ({error.strerror}); the index is "
            "as it was",
            where=str(place),
            mend="free some space, and the same command goes on from here",
        ) from error


def _read(
    files: Sequence[tuple[Path, Path]], place: Path, read: Read, progress: Progress | None
) -> list[_Line]:
    """What is known of each file; those that a spool does not hold yet are read into it."""
    stamps = _Stamps()
    with _errors(place):
        lines = _done(place, files, stamps)
    with contextlib.ExitStack() as stack:
        with _errors(place):
            opened = [stack.enter_context((place / n).open("r+b")) for n in (_ENTRIES, _SIGNED)]
            entries, signatures = opened
            table = stack.enter_context((place / _FILES).open("ab"))
            entries.seek(0, os.SEEK_END)
            signatures.seek(0, os.SEEK_END)
        rest = [path for _, path in files[len(lines) :]]
        # Before they are read: a file that changes meanwhile is then known to be another one.
        before = [stamps.of(path) for path in rest]
        for (path, result), stamp in zip(read(rest), before, strict=True):
            line, record, signed = _kept(path, stamp, entries.tell(), signatures.tell(), result)
            with _errors(place):
                entries.write(record)
                signatures.write(signed)
                # In this order: the table tells of nothing that is not there.
                entries.flush()
                signatures.flush()
                table.write(line.encode())
                table.flush()
            lines.append(line)
            if progress is not None:
                progress(len(lines), len(files))
    return lines


def _kept(
    path: Path, stamp: tuple[int, ...], start: int, signed: int, result: Entry | CityqaError
) -> tuple[_Line, bytes, bytes]:
    """What is kept of a file: its line, its record, its signature."""
    if isinstance(result, CityqaError):
        line = _Line(str(path), stamp, start, left_out_for(path, result), signed=signed)
        return line, b"", b""
    report = result.report
    text = json.dumps(report_record(report), ensure_ascii=False, separators=(",", ":"))
    record = text.encode("utf-8", "surrogatepass") + b"\n"
    own = _encoded(signature(report)) if len(report.text) >= LEAST else b""
    line = _Line(
        str(path),
        stamp,
        start + len(record),
        Told(report.id, report.kind),
        result.mirror_of,
        len(report.text),
        signed + len(own),
    )
    return line, record, own


def _encoded(one: Signature) -> bytes:
    """Its size, the length of its sketch, the sketch, and its figures."""
    head = np.array([one.size, len(one.sketch)], dtype="<u8")
    return head.tobytes() + one.sketch.astype("<u8").tobytes() + " ".join(one.figures).encode()


def _decoded(content: bytes) -> Signature | None:
    if not content:
        return None
    size, length = np.frombuffer(content, "<u8", 2).tolist()
    sketch = np.frombuffer(content, "<u8", length, offset=16).astype(np.uint64)
    return Signature(size, sketch, frozenset(content[16 + 8 * length :].decode().split()))


class _Stamps:
    """Sizes and times of files and of the tables beside them."""

    def __init__(self) -> None:
        self._tables: dict[Path, tuple[int, ...]] = {}

    def of(self, path: Path) -> tuple[int, ...]:
        """Of a file, and of the ``reports.toml`` beside it."""
        if path.parent not in self._tables:
            self._tables[path.parent] = _stamp(path.parent / OVERRIDES)
        return (*_stamp(path), *self._tables[path.parent])


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return (-1, 0)
    return (found.st_size, found.st_mtime_ns)


def _done(place: Path, files: Sequence[tuple[Path, Path]], stamps: _Stamps) -> list[_Line]:
    """The first files, as far as the spool holds them as they are now; the rest is cut off."""
    first = json.dumps({"cleaning": CLEANING_VERSION, "layout": _LAYOUT}).encode() + b"\n"
    lines: list[_Line] = []
    table, entries, signatures = (place / name for name in (_FILES, _ENTRIES, _SIGNED))
    length = len(first)
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError, LookupError):
        held, signed = entries.stat().st_size, signatures.stat().st_size
        with table.open("rb") as stream:
            if stream.readline() != first:
                raise ValueError("another version made it")
            for (_, path), text in zip(files, stream, strict=False):
                line = _Line.decode(text) if text.endswith(b"\n") else None
                if line is None or line.name != str(path) or line.stamp != stamps.of(path):
                    break
                if line.end > held or line.signed > signed:
                    break
                lines.append(line)
                length += len(text)
    if not lines:
        table.write_bytes(first)
    os.truncate(table, length)
    last = (lines[-1].end, lines[-1].signed) if lines else (0, 0)
    for path, size in zip((entries, signatures), last, strict=True):
        path.touch()
        os.truncate(path, size)
    return lines


def _assembled(
    folders: Sequence[Path],
    files: Sequence[tuple[Path, Path]],
    place: Path,
    lines: Sequence[_Line],
    compare: Progress | None,
) -> Spool:
    numbers, left_out = chosen(folders, files, [line.told for line in lines])
    starts = np.zeros(len(lines) + 1, dtype=np.int64)
    starts[1:] = [line.end for line in lines]
    candidates = [_candidate(lines[number]) for number in numbers]
    ends = [0, *(line.signed for line in lines)]
    with (place / _SIGNED).open("rb") as stream:

        @lru_cache(maxsize=_SIGNATURES)
        def signature_of(number: int) -> Signature | None:
            return read(number)

        def read(number: int) -> Signature | None:
            start, end = ends[numbers[number]], ends[numbers[number] + 1]
            stream.seek(start)
            return _decoded(stream.read(end - start))

        homes = originals(
            candidates, lambda: map(read, range(len(numbers))), signature_of, progress=compare
        )
    kept = [number for number, home in enumerate(homes) if home == number]
    copies = {
        numbers[home]: [numbers[copy] for copy in found] for home, found in copies_of(homes).items()
    }
    return Spool(place, starts, [numbers[n] for n in kept], copies, tuple(left_out))


def _candidate(line: _Line) -> Candidate:
    id_, kind = line.told if isinstance(line.told, Told) else ("", "")
    return Candidate(id_, kind, line.mirror_of, line.length)
