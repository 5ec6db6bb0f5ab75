"""Reports from folders: which files are reports, their overrides, and what was left out."""

from __future__ import annotations

import hashlib
import os
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from corpus.cleaning import Change
from corpus.compose import compose
from corpus.errors import CityqaError, CorpusError, EmptyCorpus, MetadataError, StorageError
from corpus.raw import RawReport
from corpus.report import Report

OVERRIDES = "reports.toml"

SHIPPED = Path(__file__).parent / "reports"
"""The folder of the reports that come with the package."""

CLEANING_VERSION = 2
"""Goes up when readers, cleaning, splitting or the taking together of copies change what they make
of files."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no report, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A report with what cleaning changed on the way to it.

    Attributes:
        report: cleaned.
        trace: the changes.
        path: the file it was read from.
        mirror_of: the id of the report that ``reports.toml`` says it is a copy of; ``none`` where
            it says that it is no copy; None where it says nothing.
    """

    report: Report
    trace: tuple[Change, ...]
    path: Path
    mirror_of: str | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """The reports of some folders, by id, in the order of the folders and of file names.

    Attributes:
        entries: one a report.
        left_out: files that could not be read, with reasons.
        copies: of reports, in their order; each is named in its report's ``mirrors``.
    """

    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    copies: tuple[Entry, ...] = ()

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports alone."""
        return tuple(entry.report for entry in self.entries)


_ORIGINAL_FIRST = ("original", "digest")

_UNREADABLE = (CorpusError, StorageError)
"""What may be wrong with one file, and leaves the others as they are."""

ENOUGH = 32
"""Files from which several processes are worth starting."""

_REASONS = 4
"""Files whose faults are told where none can be read."""

Progress = Callable[[int, int], None]
"""Called with the files read so far and the files in all."""


def report_files(folder: Path) -> Iterator[Path]:
    """The report files of a folder and of the folders in it, in order of their paths.

    Raises:
        EmptyCorpus: there is no such folder.
        StorageError: it may not be read.
    """
    # Imported here: a question that finds its index built reads no file.
    from corpus.readers import is_report_file

    try:
        if stat.S_ISREG(folder.stat().st_mode):
            yield folder
            return
        # Path.rglob passes over a folder that may not be read.
        os.scandir(folder).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EmptyCorpus(
            "there is no such folder of reports", where=str(folder), mend="name another one"
        ) from error
    except OSError as error:
        raise StorageError(
            f"the folder of reports cannot be read ({error.strerror})",
            where=str(folder),
            mend="check its permissions, or name another one",
        ) from error
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and is_report_file(path) and path.is_file():
            yield path


def read_library(
    folders: Sequence[Path], *, progress: Progress | None = None, jobs: int = 1
) -> Library:
    """Read the reports of some folders.

    Of two files with one id, an original takes the place of its digest, and otherwise a file of a
    later folder that of an earlier one; within a folder the second is left out. Copies of a report
    are taken together with it (``corpus.mirrors``).

    Args:
        folders: or single files, in order.
        progress: told after each file.
        jobs: processes that read, where there are enough files for them.

    Raises:
        EmptyCorpus: a folder is missing, or no file of any is a report.
        MetadataError: a ``reports.toml`` cannot be used.
    """
    files = [(folder, path) for folder in folders for path in report_files(folder)]
    results: list[Entry | CityqaError] = []
    for _, result in read_files([path for _, path in files], jobs):
        results.append(result)
        if progress is not None:
            progress(len(results), len(files))
    return assemble(folders, files, results)


def read_files(paths: Sequence[Path], jobs: int = 1) -> Iterator[tuple[Path, Entry | CityqaError]]:
    """What reading each of some files gives, in their order.

    Args:
        paths: of the files.
        jobs: processes that read, where there are enough files for them.
    """
    if jobs > 1 and len(paths) >= ENOUGH:
        # Imported here: most corpora are small.
        from corpus.processes import in_order

        yield from in_order(read_entry, paths, jobs=jobs)
        return
    for path in paths:
        try:
            yield path, read_entry(path)
        except CityqaError as error:
            yield path, error


def assemble(
    folders: Sequence[Path],
    files: Sequence[tuple[Path, Path]],
    results: Sequence[Entry | CityqaError],
) -> Library:
    """The library of some folders, of files with their folders, and of what reading each gave.

    Raises:
        EmptyCorpus: no file is a report.
        MetadataError: as one of the results.
    """
    told = [_told(path, result) for (_, path), result in zip(files, results, strict=True)]
    numbers, left_out = chosen(folders, files, told)
    # Imported here: it needs the gazetteer's scripts, and a built index has done it already.
    from corpus.mirrors import taken_together

    found = [one for number in numbers if isinstance(one := results[number], Entry)]
    entries, copies = taken_together(found)
    return Library(entries, tuple(left_out), copies)


class Told(NamedTuple):
    """What the choice among files needs to know of a report."""

    id: str
    kind: str


def _told(path: Path, result: Entry | CityqaError) -> Told | LeftOut:
    if isinstance(result, CityqaError):
        return left_out_for(path, result)
    return Told(result.report.id, result.report.kind)


def left_out_for(path: Path, error: CityqaError) -> LeftOut:
    """A file that is left out for an error.

    Raises:
        CityqaError: the error, where it is not of this file alone.
    """
    if isinstance(error, MetadataError) or not isinstance(error, _UNREADABLE):
        raise error
    return LeftOut(path, error.what)


def chosen(
    folders: Sequence[Path],
    files: Sequence[tuple[Path, Path]],
    told: Sequence[Told | LeftOut],
) -> tuple[list[int], list[LeftOut]]:
    """Which files make the library of some folders, in order, and those that are left out.

    Of two files with one id, an original takes the place of its digest, and otherwise a file of a
    later folder that of an earlier one; within a folder the second is left out.

    Args:
        folders: for the error.
        files: with their folders.
        told: of each file.

    Raises:
        EmptyCorpus: no file is a report.
    """
    found: dict[str, int] = {}
    left_out: list[LeftOut] = []
    for number, ((folder, path), one) in enumerate(zip(files, told, strict=True)):
        if isinstance(one, LeftOut):
            left_out.append(one)
            continue
        before = found.get(one.id)
        if before is not None:
            other, (home, place) = told[before], files[before]
            kind = other.kind if isinstance(other, Told) else ""
            if place == path or (kind, one.kind) == _ORIGINAL_FIRST:
                continue
            if kind == one.kind and home == folder:
                reason = f"its id {one.id} is that of {place.name}; rename the file"
                left_out.append(LeftOut(path, reason))
                continue
        found[one.id] = number
    if not found:
        raise _empty(folders, left_out)
    return list(found.values()), left_out


def _empty(folders: Sequence[Path], left_out: Sequence[LeftOut]) -> EmptyCorpus:
    where = ", ".join(map(str, folders))
    if left_out:
        reasons = [f"{one.path.name}: {one.reason}" for one in left_out[:_REASONS]]
        if len(left_out) > _REASONS:
            reasons.append(f"and {len(left_out) - _REASONS} more")
        return EmptyCorpus(
            f"no file can be read as a report ({'; '.join(reasons)})",
            where=where,
            mend="add one with `cityqa corpus add`",
        )
    return EmptyCorpus(
        "holds no report (.md, .txt, .html, .pdf, .docx)",
        where=where,
        mend="add one with `cityqa corpus add`",
    )


def read_entry(path: Path) -> Entry:
    """Read one file as a report, with its table of the ``reports.toml`` beside it.

    Raises:
        ReadError, MetadataError, StorageError: it cannot be used.
    """
    from corpus.readers import read_file

    return compose_entry(read_file(path), path)


def compose_entry(raw: RawReport, path: Path) -> Entry:
    """Make the report of a file as read, as ``read_entry`` does."""
    return entry_of(raw, path, table_of(path))


def entry_of(raw: RawReport, path: Path, table: Mapping[str, Any] | None) -> Entry:
    """Make the report of a file as read, and of what ``table_of`` gives for it."""
    composed = compose(raw, overrides=table, overrides_from=str(path.parent / OVERRIDES))
    return Entry(composed.report, composed.trace, path, (table or {}).get("mirror_of"))


def table_of(path: Path) -> Mapping[str, Any] | None:
    """What the ``reports.toml`` beside a file says of it; None where nothing.

    Raises:
        MetadataError: it is no TOML, or something in it is no table.
    """
    return merged_tables(read_overrides(path.parent), path)


def merged_tables(tables: Mapping[str, Mapping[str, Any]], path: Path) -> Mapping[str, Any] | None:
    """What tables say of a file, by its stem and by its name, which counts more."""
    by_stem, by_name = tables.get(path.stem), tables.get(path.name)
    if by_stem is None or by_name is None:
        return by_stem if by_name is None else by_name
    return {**by_stem, **by_name}


def read_overrides(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The tables of a folder's ``reports.toml``, by file stem or name; empty where there is none.

    Raises:
        MetadataError: it is no TOML, or something in it is no table.
    """
    path = folder / OVERRIDES
    try:
        return _parsed(path, path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MetadataError(f"cannot be read ({error})", where=str(path)) from error


@lru_cache(maxsize=8)
def _parsed(path: Path, text: str) -> Mapping[str, Mapping[str, Any]]:
    """Parsed once for all files of a folder: it may have a table for each."""
    tables = tomllib.loads(text)
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise MetadataError(
                f"{name} is no table",
                where=str(path),
                mend=f"write [{name}] and the keys below it",
            )
    return MappingProxyType(tables)


def files_digest(folders: Sequence[Path]) -> str:
    """Hex SHA-256 over the names and bytes of all report files, overrides included.

    Reads every file but understands none: it tells whether an index of them is still good.

    Raises:
        EmptyCorpus: a folder is missing.
        StorageError: a folder may not be read.
    """
    digest = hashlib.sha256(f"cleaning {CLEANING_VERSION}".encode())
    for folder in folders:
        files = list(report_files(folder))
        alone = files == [folder]
        base = folder.parent if alone else folder
        tables = [base / OVERRIDES] if alone else sorted(folder.rglob(OVERRIDES))
        for path in (*files, *tables):
            try:
                with path.open("rb") as stream:
                    content = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                # Whoever reads the reports tells about it; when it can be read, the digest differs.
                content = f"error {error.errno}"
            name = path.relative_to(base).as_posix()
            digest.update(f"\0{name}\0{content}".encode("utf-8", "surrogateescape"))
        digest.update(b"\1")
    return digest.hexdigest()
