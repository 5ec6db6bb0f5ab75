"""Writing a site into a folder: every file is the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import StorageError, UsageError
from corpus.moved import MOST_WAITING

MARKER = ".cityqa-site.json"
"""A file that says that the folder is a site of ours, and which files are its own.

It remembers where the old ids of pages that were removed led: their reports may come back.
"""

_FRESH = ".cityqa-new-"
# A name read from a marker is only ever removed where it is one that a site could have.
_OURS = re.compile(r"[A-Za-z0-9_-]+\.html|sitemap\.xml|robots\.txt")


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a site did.

    Attributes:
        written: files that are new or changed.
        same: files that were there with the same bytes; they keep their times.
        removed: files of the site before that it has no more.
    """

    written: int
    same: int
    removed: int


def check_folder(folder: Path) -> None:
    """The folder can take a site: it is not there, is empty, or is a site of ours.

    Raises:
        UsageError: it is a file, or holds other files.
        StorageError: it may not be read.
    """
    with _disk_errors(folder):
        if not os.path.lexists(folder):
            return
        if not folder.is_dir():
            raise UsageError("is no folder", where=str(folder), mend="name another one with --out")
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise UsageError(
                "the folder holds files that are no site of ours",
                where=str(folder),
                mend="name one that is empty or not there yet",
            )


def write_site(files: Iterable[tuple[str, bytes]], folder: Path) -> Written:
    """Write a site, or bring it up to date.

    A folder that is not there appears whole. In one that is, every file is written beside and then
    renamed over the old one, in the order given, and pages that are no more are removed last: what
    is linked to is there at any moment. Files that are not the site's own stay as they are.

    Args:
        files: (name, content), what links to others after them.
        folder: to write.

    Raises:
        UsageError: as ``check_folder``.
        StorageError: the disk refuses, or another process is writing this site.
    """
    check_folder(folder)
    with _disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.is_dir():
            return _update(files, folder)
        fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=folder.parent))
        try:
            names = _write(files, fresh)
            _mark(fresh, names, {})
            fresh.chmod(0o755)
            fresh.rename(folder)
            return Written(len(names), 0, 0)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _update(files: Iterable[tuple[str, bytes]], folder: Path) -> Written:
    with _locked(folder):
        for old in folder.glob(f"{_FRESH}*"):
            shutil.rmtree(old, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=folder))
        try:
            names = _write(files, fresh)
            before = site_names(folder)
            gone = [name for name in before if name not in names]
            waiting = read_waiting(folder) | _led_on(folder, gone)
            # All that may be there from here on: should this be stopped, the next run knows.
            _mark(folder, [*names, *gone], waiting)
            written = 0
            for name in names:
                if _content(folder / name) != (fresh / name).read_bytes():
                    (fresh / name).replace(folder / name)
                    written += 1
            for name in gone:
                (folder / name).unlink(missing_ok=True)
            _mark(folder, names, {page: ids for page, ids in waiting.items() if page not in names})
            return Written(written, len(names) - written, len(gone))
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def site_names(folder: Path) -> list[str]:
    """The names of a site's own files; none where the marker cannot be read."""
    try:
        names = json.loads((folder / MARKER).read_bytes())["files"]
        return [name for name in names if _OURS.fullmatch(name)]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def read_waiting(folder: Path) -> dict[str, dict[str, str]]:
    """Removed pages to their old ids and where each led; none where the marker cannot be read."""
    try:
        pages = json.loads((folder / MARKER).read_bytes()).get("moved", {})
        return {
            page: {old: new for old, new in ids.items() if isinstance(new, str)}
            for page, ids in pages.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _led_on(folder: Path, gone: Iterable[str]) -> dict[str, dict[str, str]]:
    # Imported here: only a page that goes is read.
    from corpus.pages.former import led_on

    found = ((name, led_on(folder / name)) for name in gone if name.endswith(".html"))
    return {name: ids for name, ids in found if ids}


def _write(files: Iterable[tuple[str, bytes]], fresh: Path) -> list[str]:
    names = []
    for name, content in files:
        (fresh / name).write_bytes(content)
        names.append(name)
    return names


def _mark(folder: Path, names: Iterable[str], waiting: Mapping[str, Mapping[str, str]]) -> None:
    marker: dict[str, object] = {"files": sorted(names)}
    kept: dict[str, Mapping[str, str]] = {}
    for page, ids in sorted(waiting.items()):
        if sum(map(len, kept.values())) + len(ids) <= MOST_WAITING:
            kept[page] = ids
    if kept:
        marker["moved"] = kept
    fresh = folder / f"{MARKER}.new"
    fresh.write_text(json.dumps(marker, indent=0) + "\n", encoding="ascii")
    fresh.replace(folder / MARKER)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StorageError(
            "another process is writing this site", where=str(folder), mend="wait for it"
        ) from error
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """Raise what the disk refuses as a StorageError."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"the site cannot be written ({error.strerror or error})",
            where=str(error.filename or folder),
            mend="name another folder with --out, or make room",
        ) from error
