"""What was found when the addresses of originals were tried: ``links.json`` in the state folder.

A page is recorded with the text directives that led to their quotations on it. A directive is named
by the first eight hex digits of its SHA-256, so that a report that is cleaned anew needs another
check only where its text changed.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.errors import StorageError

CHECKS: Final = "links.json"
"""Name of the file in the state folder."""

FORMAT: Final = 1

MAX_PAGES: Final = 5_000
"""Kept; the least recently checked go first."""

MAX_DIRECTIVES: Final = 50_000
"""Kept of one page: more than the sentences, and neighbours together, of a long book."""

MAX_BYTES: Final = 16 << 20
"""Of the file. Writing keeps below it, and a larger one was not written here."""

_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """How an original's page was found.

    Attributes:
        checked: when, in UTC.
        status: of the answer: 200, or 404 or 410 for a page that is gone.
        text: hex SHA-256 of its visible text; empty for a page that is gone.
        sentences: of the reports that are of this page.
        found: those of them that a link opens at.
        directives: that lead to their quotations there, as ``directive_name`` names them.
    """

    checked: datetime.datetime
    status: int
    text: str
    sentences: int
    found: int
    directives: frozenset[str]


def directive_name(directive: str) -> str:
    """The name of a text directive within the record of its page."""
    return hashlib.sha256(directive.encode()).hexdigest()[:_DIGITS]


class CheckedLinks:
    """The record, read when it is first asked, and again when its file has changed.

    A file that is missing, damaged or another version's is an empty record: links are then made
    as if nothing had been checked. Safe to share between threads.

    Args:
        state: the folder that the file lies in.
    """

    def __init__(self, state: Path) -> None:
        self._path = state / CHECKS
        # Replaced as one, so that another thread sees both or neither.
        self._read: tuple[object, Mapping[str, CheckedPage]] = (None, {})

    def page(self, url: str) -> CheckedPage | None:
        """How the page at an address was found; none where it was not checked."""
        return self._pages().get(url)

    def opens(self, url: str, directive: str) -> bool | None:
        """Whether a directive leads to its quotation; none where the page was not checked."""
        page = self.page(url)
        return None if page is None else directive_name(directive) in page.directives

    def _pages(self) -> Mapping[str, CheckedPage]:
        try:
            status = self._path.stat()
        except OSError:
            return {}
        # A new file has another inode, even one written within the clock's step.
        version = (status.st_ino, status.st_mtime_ns, status.st_size)
        if self._read[0] != version:
            self._read = (version, read_checks(self._path))
        return self._read[1]


def read_checks(path: Path) -> dict[str, CheckedPage]:
    """The record of a file; empty where it is missing or cannot be understood."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return {}
        told = json.loads(data)
        if told["format"] != FORMAT:
            return {}
        return {url: _page(value) for url, value in told["pages"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def record_checks(state: Path, pages: Mapping[str, CheckedPage]) -> None:
    """Add pages to the record, in the place of what it had of them.

    The file is replaced as a whole; two that write wait for each other.

    Raises:
        StorageError: the disk refuses.
    """
    path = state / CHECKS
    try:
        state.mkdir(parents=True, exist_ok=True)
        with _turn(state / f"{CHECKS}.lock"):
            merged = {**read_checks(path), **pages}
            newest = sorted(merged.items(), key=lambda item: item[1].checked, reverse=True)
            _replace(path, _encoded(newest[:MAX_PAGES]))
    except OSError as error:
        raise StorageError(
            f"the checks of links cannot be kept ({error.strerror})",
            where=str(path),
            mend="name another folder in CITYQA_STATE",
        ) from error


def _encoded(pages: Iterable[tuple[str, CheckedPage]]) -> bytes:
    """The file of some pages, as many of the first as it may hold."""
    rows: list[str] = []
    size = 0
    for url, page in pages:
        row = f"{json.dumps(url)}: {json.dumps(_json(page))}"
        size += len(row) + 2
        if size > MAX_BYTES - 100:
            break
        rows.append(row)
    body = ",\n".join(rows)
    return f'{{"format": {FORMAT}, "pages": {{\n{body}\n}}}}\n'.encode()


def _json(page: CheckedPage) -> dict[str, Any]:
    return {
        "checked": page.checked.isoformat(timespec="seconds"),
        "status": page.status,
        "text": page.text,
        "sentences": page.sentences,
        "found": page.found,
        # One string, which is read many times faster than a list of them.
        "directives": "".join(sorted(page.directives)[:MAX_DIRECTIVES]),
    }


def _page(value: Any) -> CheckedPage:
    names = value["directives"]
    checked = datetime.datetime.fromisoformat(value["checked"])
    if checked.tzinfo is None:
        raise ValueError("a time without its zone")
    return CheckedPage(
        checked=checked,
        status=int(value["status"]),
        text=str(value["text"]),
        sentences=int(value["sentences"]),
        found=int(value["found"]),
        directives=frozenset(names[at : at + _DIGITS] for at in range(0, len(names), _DIGITS)),
    )


@contextlib.contextmanager
def _turn(lock: Path) -> Iterator[None]:
    # Imported here: only who writes needs it.
    import fcntl

    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    # Imported here: only who writes needs it.
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix=".links-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
