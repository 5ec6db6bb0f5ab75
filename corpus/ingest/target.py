"""The corpus folder that reports are added to: which ids it has, and a file's way into it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import EmptyCorpus, ReadError
from corpus.ingest.disk import refused, write_whole
from corpus.ingest.versions import forget, keep
from corpus.library import OVERRIDES, Entry, read_entry, read_overrides, report_files
from corpus.passages import report_id

if TYPE_CHECKING:
    from corpus.report import Report

Put = Literal["added", "unchanged", "version"]


class Target:
    """A corpus folder while reports are added to it, by this process alone (``disk.locked``).

    Args:
        folder: made when the first report is added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids: dict[str, Path] = {}
        self._undo: list[Callable[[], object]] = []
        try:
            for path in report_files(folder):
                self.ids.setdefault(report_id(path.stem), path)
        except EmptyCorpus:
            pass  # there is no such folder yet

    def holds(self, name: str, digest: str) -> bool:
        """Whether the folder has a file of this name with these bytes (hex SHA-256)."""
        path = self.folder / name
        try:
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == digest
        except OSError:
            return False

    def page(self, *addresses: str) -> str | None:
        """The file stem of the report that came from one of some addresses; None where none did.

        Args:
            addresses: without user, password and fragment (``readers.addresses.bare``).

        Raises:
            MetadataError: the ``reports.toml`` cannot be used.
        """
        # Imported here: files that are copied have no use for it.
        from corpus.readers.addresses import bare

        for name, table in read_overrides(self.folder).items():
            if bare(str(table.get("url", ""))) not in addresses:
                continue
            for stem in (name, Path(name).stem):
                there = self.ids.get(report_id(stem))
                if there is not None and name in (stem, there.name):
                    return stem
        return None

    @contextlib.contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """What is put and stated meanwhile is taken back if anything fails.

        Raises:
            StorageError: the ``reports.toml`` cannot be read.
        """
        self._undo = []
        table = self.folder / OVERRIDES
        try:
            stated = table.read_bytes() if table.is_file() else None
        except OSError as error:
            raise refused(error, table) from error
        try:
            yield
        except BaseException:
            for step in reversed(self._undo):
                with contextlib.suppress(OSError):
                    step()
            with contextlib.suppress(OSError):
                if stated is None:
                    table.unlink(missing_ok=True)
                elif table.read_bytes() != stated:
                    write_whole(table, stated)
            raise

    def put(self, data: bytes, name: str, entry: Entry, *, replace: bool) -> Put:
        """Write a report's file, unless another one is there with its name or its id.

        Args:
            data: the file's bytes.
            name: its name in the folder.
            entry: the report that they make.
            replace: the file that is there becomes an earlier version, if its text differs.

        Raises:
            ReadError: another report is there with that name or id, and it is not to be replaced.
            StorageError: the disk refuses.
        """
        target = self.folder / name
        id_ = report_id(target.stem)
        there = self.ids.get(id_)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if there is None:
                write_whole(target, data)
                self.ids[id_] = target
                self._undo.append(lambda: self._take_out(target))
                return "added"
            if there == target and there.read_bytes() == data:
                return "unchanged"
            if not replace:
                raise self._clash(target, there, id_)
            if _says_the_same(there, entry.report):
                return "unchanged"
            before = there.stat()
            kept = keep(there)
            write_whole(target, data)
            self._undo.append(lambda: self._put_back(kept, there, target, before))
            if there != target:
                there.unlink()
            self.ids[id_] = target
        except OSError as error:
            raise refused(error, target) from error
        return "version"

    def _take_out(self, target: Path) -> None:
        del self.ids[report_id(target.stem)]
        target.unlink()

    def _put_back(self, kept: Path, there: Path, target: Path, before: os.stat_result) -> None:
        """Make an earlier version the current one again, as it was; that needs no room."""
        kept.replace(there)
        self.ids[report_id(there.stem)] = there
        os.utime(there, ns=(before.st_atime_ns, before.st_mtime_ns))
        if there != target:
            target.unlink()
        for folder in (kept.parent, kept.parent.parent):
            folder.rmdir()  # unless there are others

    def _clash(self, target: Path, there: Path, id_: str) -> ReadError:
        if there == target:
            return ReadError(
                "another report of that name is in the corpus",
                where=str(target),
                mend="rename yours, or add it with --replace",
            )
        return ReadError(
            f"its id {id_} is that of {there.name} in the corpus",
            where=str(target),
            mend=f"rename yours, or remove the other with `cityqa corpus remove {id_}`",
        )


def _says_the_same(path: Path, new: Report) -> bool:
    """Whether a file's report is, but for where it came from, another one."""
    from corpus.errors import CityqaError

    try:
        old = read_entry(path).report
    except CityqaError:
        return False  # whatever it was, it is no report now
    return _content(old) == _content(new)


def _content(report: Report) -> tuple[object, ...]:
    return (
        *(report.text, report.title, report.kind, report.city, report.date),
        *(report.publisher, report.authors),
    )


def remove(path: Path) -> int:
    """Delete a report's file and its earlier versions, and tell how many of those there were.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        path.unlink()
    except OSError as error:
        raise refused(error, path) from error
    return forget(path)
