"""What ``reports.toml`` states about reports: written by us, in the way that people wrote it."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.errors import MetadataError
from corpus.ingest.disk import refused, write_whole
from corpus.library import OVERRIDES, read_overrides

Table = Mapping[str, Any]


def state(folder: Path, tables: Mapping[str, Table]) -> bool:
    """State keys of reports in the folder's ``reports.toml``; what else it says stays.

    A report whose table is named after its file keeps that one; a second, named after the stem,
    would say part of what is known.

    Args:
        folder: of the reports.
        tables: file stem to keys and values; a key of None is taken out.

    Returns:
        whether that changed anything.

    Raises:
        MetadataError: it is no TOML, or written in a way that cannot be changed.
        StorageError: the disk refuses.
    """
    before = read_overrides(folder)
    wanted: dict[str, Table] = {name: dict(table) for name, table in before.items()}
    text = _text(folder / OVERRIDES)
    there = {path.name for path in folder.iterdir()} if before else set()
    files = {Path(name).stem: name for name in before if name in there}
    for stem, values in tables.items():
        name = files.get(stem, stem)
        for place in dict.fromkeys((name, stem)):
            known = before.get(place, {})
            changed = {
                key: value
                for key, value in values.items()
                # What is taken out must be in neither; what is stated stands in one.
                if known.get(key) != value and (place == name or value is None)
            }
            if not changed:
                continue
            wanted[place] = {k: v for k, v in {**known, **changed}.items() if v is not None}
            stated = {k: v for k, v in changed.items() if v is not None}
            lines = "".join(f"{_key(k)} = {_toml(v)}\n" for k, v in stated.items())
            text = (
                _restated(text, place, changed, lines)
                if place in before
                else _added(text, place, lines)
            )
    if wanted == before:
        return False
    _replace(folder / OVERRIDES, text, wanted)
    return True


def unstate(folder: Path, stem: str) -> None:
    """Take the table of a report out of the folder's ``reports.toml``.

    Raises:
        MetadataError: the table is written in a way that it cannot be cut out.
        StorageError: the disk refuses.
    """
    before = read_overrides(folder)
    if stem in before:
        text = _table(stem).sub("", _text(folder / OVERRIDES))
        _replace(folder / OVERRIDES, text, {k: v for k, v in before.items() if k != stem})


def _restated(text: str, stem: str, values: Table, lines: str) -> str:
    def stated(match: re.Match[str]) -> str:
        kept = match["body"]
        for key in values:
            kept = _line(key).sub("", kept)
        return match["head"] + lines + kept

    return _table(stem).sub(stated, text, count=1)


def _added(text: str, stem: str, lines: str) -> str:
    gap = "\n" if text and not text.endswith("\n\n") else ""
    end = "\n" if text and not text.endswith("\n") else ""
    return f"{text}{end}{gap}[{_key(stem)}]\n{lines}"


def _replace(path: Path, text: str, wanted: Mapping[str, Table]) -> None:
    """Write ``reports.toml``, if it then says what it should."""
    try:
        said: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        said = {}
    for name in {*said, *wanted}:
        if said.get(name) != wanted.get(name):
            raise MetadataError(
                f"the table of {name} cannot be changed in the way that it is written",
                where=str(path),
                mend="change it by hand" if name in wanted else "delete it by hand",
            )
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise refused(error, path) from error


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
