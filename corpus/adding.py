"""Reports into a corpus folder, and out of it."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
from pathlib import Path

from corpus.errors import CityqaError, EmptyCorpus, ReadError, StorageError
from corpus.library import OVERRIDES, Entry, compose_entry, read_overrides, report_files
from corpus.passages import report_id

_SUFFIX = {"text": ".txt", "markdown": ".md", "html": ".html", "pdf": ".pdf", "docx": ".docx"}


def files_in(path: Path) -> list[Path]:
    """The report files that a path stands for: itself, or those of the folder.

    Raises:
        ReadError: there is no such file.
        EmptyCorpus: a folder without a report file.
    """
    if path.is_dir():
        files = list(report_files(path))
        if not files:
            raise EmptyCorpus(
                "holds no report (.md, .txt, .html, .pdf, .docx)", where=str(path)
            )
        return files
    if not path.exists():
        raise ReadError("there is no such file", where=str(path))
    return [path]


def add_file(path: Path, folder: Path, *, replace: bool = False) -> Entry:
    """Copy a file into a corpus folder, if it can be read as a report.

    Raises:
        ReadError: it cannot be read, or another file of that name is there already.
        StorageError: the disk refuses.
    """
    from corpus.readers import read_file

    raw = read_file(path)
    entry = compose_entry(raw, path)
    return _put(entry, path.read_bytes(), folder / path.name, replace=replace)


def add_url(
    url: str, folder: Path, *, replace: bool = False, allow_private: bool = False
) -> Entry:
    """Fetch a page or document into a corpus folder; its address goes into ``reports.toml``.

    Raises:
        FetchError: the address gives no report.
        ReadError: what it gives cannot be read, or another file of that name is there already.
        StorageError: the disk refuses.
    """
    from corpus.readers import fetch, read_bytes
    from corpus.readers.files import url_stem

    data, media, charset, final = fetch(url, allow_private=allow_private)
    stem = report_id(url_stem(final))
    raw = read_bytes(data, origin=final, stem=stem, media=media, charset=charset)
    entry = compose_entry(raw, folder / f"{stem}{_SUFFIX[raw.media]}")
    if raw.media in ("html", "text") and raw.encoding.replace("_", "-") not in ("utf-8", "ascii"):
        # What the server said about the encoding would be lost with the address.
        data = data.decode(raw.encoding, "replace").encode("utf-8-sig")
    _put(entry, data, entry.path, replace=replace)
    _override(folder, stem, "url", final)
    return compose_entry(raw, entry.path)


def remove_entry(entry: Entry) -> None:
    """Delete a report's file and its table in ``reports.toml``.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        entry.path.unlink()
        overrides = entry.path.parent / OVERRIDES
        if overrides.is_file():
            text = overrides.read_text(encoding="utf-8-sig")
            kept = _table(entry.path.stem).sub("", text)
            if kept != text:
                _write(overrides, kept.encode())
    except OSError as error:
        raise _refused(error, entry.path) from error


def _put(entry: Entry, data: bytes, target: Path, *, replace: bool) -> Entry:
    if target.exists() and not replace and target.read_bytes() != data:
        raise ReadError(
            "another file of that name is in the corpus",
            where=str(target),
            mend="rename yours, or add it with --replace",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, data)
    except OSError as error:
        raise _refused(error, target) from error
    return Entry(entry.report, entry.trace, target)


def _write(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    descriptor, name = tempfile.mkstemp(prefix=".adding-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _override(folder: Path, stem: str, key: str, value: str) -> None:
    """State a key of a report in the folder's ``reports.toml``, unless it is stated."""
    if stem in read_overrides(folder):
        return
    path = folder / OVERRIDES
    try:
        before = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        gap = "\n" if before and not before.endswith("\n\n") else ""
        # A JSON string is a TOML basic string.
        _write(path, f"{before}{gap}[{json.dumps(stem)}]\n{key} = {json.dumps(value)}\n".encode())
    except OSError as error:
        raise _refused(error, path) from error


def _table(stem: str) -> re.Pattern[str]:
    """A table of ``reports.toml`` with its keys, up to the next table."""
    return re.compile(
        rf'^\[(?:"{re.escape(stem)}"|{re.escape(stem)})\][ \t]*\n(?:(?!\[).*\n?)*', re.MULTILINE
    )


def _refused(error: OSError, path: Path) -> CityqaError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError("the disk is full", where=str(path), mend="free some space")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "no permission to write here", where=str(path), mend="name another folder with --corpus"
        )
    return StorageError(f"the disk refuses ({error.strerror})", where=str(path))
