"""Reports into a corpus folder, and out of it."""

from __future__ import annotations

import datetime
import errno
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.errors import CityqaError, EmptyCorpus, MetadataError, ReadError, StorageError
from corpus.library import OVERRIDES, Entry, compose_entry, read_overrides, report_files
from corpus.passages import report_id

_SUFFIX = {"text": ".txt", "markdown": ".md", "html": ".html", "pdf": ".pdf", "docx": ".docx"}


def files_in(path: Path) -> list[Path]:
    """The report files that a path stands for: itself, or those of the folder.

    Raises:
        ReadError: there is no such file, or none of its name is taken for a report.
        EmptyCorpus: a folder without a report file.
        StorageError: a folder may not be read.
    """
    from corpus.readers import SUFFIXES, is_report_file

    try:
        folder, there = path.is_dir(), path.exists()
    except OSError as error:
        raise StorageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    if folder:
        files = list(report_files(path))
        if not files:
            raise EmptyCorpus("holds no report (.md, .txt, .html, .pdf, .docx)", where=str(path))
        return files
    if not there:
        raise ReadError("there is no such file", where=str(path))
    if path.suffix.casefold() in SUFFIXES and not is_report_file(path):
        raise ReadError(
            "a file of this name is not taken for a report", where=str(path), mend="rename it"
        )
    return [path]


def add_file(path: Path, folder: Path, *, replace: bool = False) -> Entry:
    """Copy a file into a corpus folder, with its table of the ``reports.toml`` beside it.

    Raises:
        ReadError: it cannot be read, or another report of that name is there already.
        MetadataError: its front matter or a ``reports.toml`` cannot be used.
        StorageError: the disk refuses.
    """
    from corpus.readers import read_file

    raw = read_file(path)
    compose_entry(raw, path)
    tables = read_overrides(path.parent)
    table = tables.get(path.stem, tables.get(path.name))
    target = folder / path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StorageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    _put(data, target, replace=replace)
    if table and not _same_folder(path.parent, folder):
        _state(folder, path.stem, table)
    return compose_entry(raw, target)


def add_url(url: str, folder: Path, *, replace: bool = False, allow_private: bool = False) -> Entry:
    """Fetch a page or document into a corpus folder; its address goes into ``reports.toml``.

    Raises:
        FetchError: the address gives no report.
        ReadError: what it gives cannot be read, or another report of that name is there already.
        MetadataError: the ``reports.toml`` cannot be used.
        StorageError: the disk refuses.
    """
    from corpus.readers import fetch, read_bytes
    from corpus.readers.files import url_stem

    data, media, charset, final = fetch(url, allow_private=allow_private)
    stem = report_id(url_stem(final))
    raw = read_bytes(data, origin=final, stem=stem, media=media, charset=charset)
    target = folder / f"{stem}{_SUFFIX[raw.media]}"
    compose_entry(raw, target)
    if raw.media in ("html", "text") and raw.encoding.replace("_", "-") not in ("utf-8", "ascii"):
        # What the server said about the encoding would be lost with the address.
        data = data.decode(raw.encoding, "replace").encode("utf-8-sig")
    _put(data, target, replace=replace)
    _state(folder, stem, {"url": final})
    return compose_entry(raw, target)


def remove_entry(entry: Entry) -> None:
    """Delete a report's file and its table in ``reports.toml``.

    Raises:
        MetadataError: the table is written in a way that it cannot be cut out.
        StorageError: the disk refuses.
    """
    try:
        entry.path.unlink()
    except OSError as error:
        raise _refused(error, entry.path) from error
    folder = entry.path.parent
    for name in (entry.path.stem, entry.path.name):
        if name in read_overrides(folder):
            kept = _table(name).sub("", _text(folder / OVERRIDES))
            _replace(folder / OVERRIDES, kept, name, None)


def _put(data: bytes, target: Path, *, replace: bool) -> None:
    """Write a report's file, unless another one is there with its name or its id."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            if not replace and target.read_bytes() != data:
                raise ReadError(
                    "another report of that name is in the corpus",
                    where=str(target),
                    mend="rename yours, or add it with --replace",
                )
        else:
            _check_id(target)
        _write(target, data)
    except OSError as error:
        raise _refused(error, target) from error


def _check_id(target: Path) -> None:
    name = report_id(target.stem)
    for other in report_files(target.parent):
        if report_id(other.stem) == name and other != target:
            raise ReadError(
                f"its id {name} is that of {other.name} in the corpus",
                where=str(target),
                mend=f"rename yours, or remove the other with `cityqa corpus remove {name}`",
            )


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


def _same_folder(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _state(folder: Path, stem: str, values: Mapping[str, Any]) -> None:
    """State keys of a report in the folder's ``reports.toml``; its other keys stay."""
    before = read_overrides(folder).get(stem, {})
    if all(before.get(key) == value for key, value in values.items()):
        return
    path = folder / OVERRIDES
    lines = "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in values.items())
    text = _text(path)
    if before or stem in read_overrides(folder):

        def stated(match: re.Match[str]) -> str:
            kept = match["body"]
            for key in values:
                kept = _line(key).sub("", kept)
            return match["head"] + lines + kept

        text = _table(stem).sub(stated, text, count=1)
    else:
        gap = "\n" if text and not text.endswith("\n\n") else ""
        end = "\n" if text and not text.endswith("\n") else ""
        text = f"{text}{end}{gap}[{_key(stem)}]\n{lines}"
    _replace(path, text, stem, {**before, **values})


def _replace(path: Path, text: str, name: str, table: Mapping[str, Any] | None) -> None:
    """Write ``reports.toml``, if it then says of a report what it should."""
    try:
        said = tomllib.loads(text).get(name)
    except tomllib.TOMLDecodeError:
        said = ...
    if said != table:
        raise MetadataError(
            f"the table of {name} cannot be changed in the way that it is written",
            where=str(path),
            mend="change it by hand" if table else "delete it by hand",
        )
    try:
        _write(path, text.encode())
    except OSError as error:
        raise _refused(error, path) from error


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


def _table(name: str) -> re.Pattern[str]:
    """A table of ``reports.toml``, its ``head`` and ``body``, up to the next table."""
    quoted = "|".join(map(re.escape, dict.fromkeys((json.dumps(name), f"'{name}'", name))))
    return re.compile(
        rf"(?P<head>^[ \t]*\[[ \t]*(?:{quoted})[ \t]*\][ \t]*(?:#.*)?(?:\n|\Z))"
        r"(?P<body>(?:(?![ \t]*\[).*\n|(?![ \t]*\[).+\Z)*)",
        re.MULTILINE,
    )


def _line(key: str) -> re.Pattern[str]:
    return re.compile(
        rf"^[ \t]*(?:{re.escape(key)}|{re.escape(json.dumps(key))})[ \t]*=.*(?:\n|\Z)", re.M
    )


def _key(name: str) -> str:
    """A name as a TOML key: bare where it may be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: Any) -> str:
    """A value of front matter in TOML."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # JSON's strings, numbers and truth values are TOML's as well, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _refused(error: OSError, path: Path) -> CityqaError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError("the disk is full", where=str(path), mend="free some space")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "no permission to write here", where=str(path), mend="name another folder with --corpus"
        )
    return StorageError(f"the disk refuses ({error.strerror})", where=str(path))
