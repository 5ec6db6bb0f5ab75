"""Earlier texts of a report: kept beside the reports, hidden from whoever reads the folder."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import UsageError
from corpus.ingest.disk import refused, write_whole
from corpus.passages import report_id

if TYPE_CHECKING:
    from corpus.library import Entry

FOLDER = ".versions"
"""In the corpus folder: a folder for each report that has earlier versions."""

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{8})\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a report.

    Attributes:
        number: from 1, the oldest; the current text has the last.
        added: when it came into the corpus, UTC.
        path: its file.
        current: whether it is what is read now.
    """

    number: int
    added: datetime.datetime
    path: Path
    current: bool


def keep(path: Path) -> Path:
    """Keep a copy of a report's file as an earlier version, and tell where.

    Raises:
        StorageError: the disk refuses.
    """
    folder = path.parent / FOLDER / report_id(path.stem)
    try:
        data = path.read_bytes()
        stamp = _modified(path).strftime(_STAMP)
        kept = folder / f"{stamp}-{_digest(data)}{path.suffix.lower()}"
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(kept, data)
    except OSError as error:
        raise refused(error, folder) from error
    return kept


def versions_of(path: Path) -> tuple[Version, ...]:
    """The versions of a report's file, the oldest first; the file itself is the last.

    Raises:
        StorageError: the disk refuses.
    """
    folder = path.parent / FOLDER / report_id(path.stem)
    try:
        current = _digest(path.read_bytes())
        earlier = [
            # Of one second: in the order in which they were kept.
            (match[1], one.stat().st_mtime_ns, match[2], one)
            for one in (folder.iterdir() if folder.is_dir() else ())
            if (match := _NAME.fullmatch(one.name))
        ]
        earlier.sort()
        # A run that was killed may have kept what it then did not replace.
        if earlier and earlier[-1][2] == current:
            earlier.pop()
        found = [
            (datetime.datetime.strptime(stamp, _STAMP).replace(tzinfo=datetime.UTC), one)
            for stamp, _, _, one in earlier
        ]
        found.append((_modified(path), path))
    except OSError as error:
        raise refused(error, folder) from error
    return tuple(
        Version(number, added, one, one == path) for number, (added, one) in enumerate(found, 1)
    )


def version(versions: Sequence[Version], number: int) -> Version:
    """The version with a number.

    Raises:
        UsageError: there is none.
    """
    for one in versions:
        if one.number == number:
            return one
    raise UsageError(
        f"there is no version {number}", mend=f"the versions are 1 to {versions[-1].number}"
    )


def read_version(one: Version, path: Path) -> Entry:
    """A version of the report whose file is at ``path``, read with what is stated of it now.

    Raises:
        ReadError, MetadataError, StorageError: it cannot be read.
    """
    # Imported here: to list versions, nothing is read.
    from corpus.library import compose_entry
    from corpus.readers import read_file

    return compose_entry(replace(read_file(one.path), stem=path.stem), path)


def forget(path: Path) -> int:
    """Delete the earlier versions of a report's file, and tell how many there were."""
    folder = path.parent / FOLDER / report_id(path.stem)
    count = len(list(folder.iterdir())) if folder.is_dir() else 0
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()  # the last one's is empty now
    return count


def _modified(path: Path) -> datetime.datetime:
    seconds = int(path.stat().st_mtime)
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]
