"""Files and pages into a corpus folder, one outcome each, in their order."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CityqaError, ReadError, StorageError
from corpus.ingest.copies import state_copies
from corpus.ingest.outcome import Outcome, summary
from corpus.ingest.signatures import Signed, signed
from corpus.ingest.stated import state
from corpus.ingest.target import Put, Target
from corpus.library import Entry, compose_entry, read_entry, table_of
from corpus.passages import report_id
from corpus.processes import in_order

if TYPE_CHECKING:
    from corpus.ingest.visiting import Visitor
    from corpus.raw import RawReport

_SUFFIX = {"text": ".txt", "markdown": ".md", "html": ".html", "pdf": ".pdf", "docx": ".docx"}

FEW = 4
"""Files up to which this process reads them itself; a process more costs a second."""


@dataclass(frozen=True, slots=True)
class _Read:
    entry: Entry
    signed: Signed


class Adding:
    """One run that adds reports to a corpus folder.

    Args:
        folder: that they go into.
        replace: files of the same name become earlier versions; of two that this run itself adds,
            the second is left out.
        jobs: processes that read files.
        signatures: where signatures are kept between runs; None: nowhere.
    """

    def __init__(
        self, folder: Path, *, replace: bool = False, jobs: int = 1, signatures: Path | None = None
    ) -> None:
        self.target = Target(folder)
        self._replace = replace
        self._jobs = jobs
        self._place = signatures
        self._fresh: dict[Path, Signed] = {}
        self._changed: set[str] = set()
        self._taken: set[str] = set()

    def files(self, paths: Sequence[Path]) -> Generator[Outcome]:
        """Copy files into the folder, with their tables of the ``reports.toml`` beside them.

        A file that the folder has already is not read again, so that a run that was broken off
        goes on where it was.
        """
        there = {path for path in paths if self._is_there(path)}
        self._taken |= {report_id(path.stem) for path in there}
        unread = [path for path in paths if path not in there]
        with contextlib.closing(_read_all(unread, self._jobs)) as read:
            for path in paths:
                if path in there:
                    target = self.target.folder / path.name
                    yield Outcome(str(path), "unchanged", report_id(path.stem), target)
                else:
                    _, result = next(read)
                    yield self._outcome(path, result)

    def _outcome(self, path: Path, result: _Read | CityqaError) -> Outcome:
        if isinstance(result, CityqaError):
            return Outcome(str(path), "left out", error=result)
        try:
            return self._file(path, result)
        except CityqaError as error:
            return Outcome(str(path), "left out", error=error)

    def page(self, url: str, visitor: Visitor) -> Outcome:
        """Fetch a page or document into the folder; its address goes into ``reports.toml``.

        A page whose text changed since it was added takes the place of what was there, which is
        kept as an earlier version.
        """
        try:
            return self._page(url, visitor)
        except CityqaError as error:
            return Outcome(url, "left out", error=error)

    def finish(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Find copies among what the folder now holds; the outcomes, duplicates told apart.

        Raises:
            MetadataError: the ``reports.toml`` cannot be used or changed.
            StorageError: the disk refuses.
        """
        if not any(outcome.status in ("added", "version") for outcome in outcomes):
            return list(outcomes)
        copies = state_copies(
            self.target.folder,
            self._fresh,
            changed=self._changed,
            place=self._place,
            jobs=self._jobs,
        )
        return [
            replace(outcome, status="duplicate", original=copies[outcome.report])
            if outcome.status == "added" and outcome.report in copies
            else outcome
            for outcome in outcomes
        ]

    def _is_there(self, path: Path) -> bool:
        """Whether the folder has a file with its name, its bytes and what is stated of it."""
        target = self.target.folder / path.name
        if not target.is_file():
            return False
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if not self.target.holds(path.name, digest):
                return False
            table, stated = table_of(path) or {}, table_of(target) or {}
        except (OSError, CityqaError):
            return False  # reading it will tell why
        return all(stated.get(key) == value for key, value in table.items())

    def _file(self, path: Path, read: _Read) -> Outcome:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StorageError(f"cannot be read ({error.strerror})", where=str(path)) from error
        if hashlib.sha256(data).hexdigest() != read.entry.report.sha256:
            raise ReadError(
                "changed while it was read", where=str(path), mend="add it again when it is whole"
            )
        table = table_of(path)
        id_ = report_id(path.stem)
        if id_ in self._taken and not self._is_there(path):
            raise ReadError(
                f"another source of this run has the id {id_}",
                where=str(path),
                mend="rename one of them",
            )
        with self.target.all_or_nothing():
            status = self.target.put(data, path.name, read.entry, replace=self._replace)
            target = self.target.ids[id_]
            if table and path.parent.resolve() != self.target.folder.resolve():
                state(self.target.folder, {path.stem: table})
            entry = replace(read.entry, path=target)
            if (table_of(target) or {}) != (table or {}):
                entry = read_entry(target)
        self._taken.add(id_)
        return self._known(str(path), status, entry, read.signed)

    def _page(self, url: str, visitor: Visitor) -> Outcome:
        from corpus.readers import read_bytes
        from corpus.readers.addresses import bare

        data, media, charset, final = visitor.fetch(url)
        final = bare(final)
        stem, known = self._stem(url, final)
        raw = read_bytes(data, origin=final, stem=stem, media=media, charset=charset)
        target = self.target.folder / f"{stem}{_SUFFIX[raw.media]}"
        data = _as_kept(data, raw)
        entry = _with_url(compose_entry(raw, target), final)
        id_ = report_id(stem)
        free = self._replace and id_ not in self._taken
        with self.target.all_or_nothing():
            status = self.target.put(data, target.name, entry, replace=free or known)
            # What says the same stays as it is, and under its name.
            target = self.target.ids[id_]
            state(self.target.folder, {stem: {"url": final}})
            entry = compose_entry(raw, target)
        self._taken.add(id_)
        kept = replace(signed(entry), sha256=hashlib.sha256(data).hexdigest())
        return self._known(url, status, entry, kept)

    def _stem(self, url: str, final: str) -> tuple[str, bool]:
        """The file stem for a page, and whether the page is in the folder under it."""
        from corpus.readers.addresses import bare
        from corpus.readers.files import url_stem

        known = self.target.page(final, bare(url))
        if known is not None:
            return known, True
        stem = report_id(url_stem(final))
        there = self.target.ids.get(stem)
        free = self._replace and stem not in self._taken
        if there is None or free or not (table_of(there) or {}).get("url"):
            return stem, False
        # Another page whose name says as little: index_1, content, detail.
        digest = hashlib.sha256(final.encode("utf-8", "replace")).hexdigest()[:6]
        return report_id(f"{stem}-{digest}"), False

    def _known(self, source: str, status: Put, entry: Entry, one: Signed) -> Outcome:
        report = entry.report
        if status != "unchanged":
            self._fresh[entry.path] = replace(one, report=report.id, kind=report.kind)
        if status == "version":
            self._changed.add(report.id)
        return Outcome(source, status, report.id, entry.path, summary(entry))


def _read_all(paths: Sequence[Path], jobs: int) -> Generator[tuple[Path, _Read | CityqaError]]:
    if len(paths) > FEW:
        yield from in_order(_read, paths, jobs=max(1, min(jobs, len(paths) // FEW)))
        return
    for path in paths:
        try:
            yield path, _read(path)
        except CityqaError as error:
            yield path, error


def _read(path: Path) -> _Read:
    entry = read_entry(path)
    return _Read(entry, signed(entry))


def _as_kept(data: bytes, raw: RawReport) -> bytes:
    """A page's bytes, in UTF-8: what its server said of the encoding is lost with its address."""
    if raw.media in ("html", "text") and raw.encoding.replace("_", "-") not in ("utf-8", "ascii"):
        return data.decode(raw.encoding, "replace").encode("utf-8-sig")
    return data


def _with_url(entry: Entry, url: str) -> Entry:
    return replace(entry, report=replace(entry.report, url=url))
