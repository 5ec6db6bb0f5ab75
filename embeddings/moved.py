"""Old ids that an index remembers, over any number of builds.

A generation may hold ``moved.json``: from each id that was in an earlier generation and is gone to
the id of the passage or sentence that took its place, or that will have it once a report that is
missing now is back. It is no part of the format: an index without it has no old ids.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from corpus.errors import CityqaError
from corpus.records import content_digest, report_from_record
from corpus.report import Report
from embeddings.manifest import FILE as MANIFEST
from embeddings.report_store import stored_report
from embeddings.store import current_generation

FILE = "moved.json"

_REPORTS = "reports.json"


def read_moved(folder: Path) -> dict[str, str]:
    """The old ids of the generation in ``folder``; none where it has no such file.

    Raises:
        OSError, ValueError: the file cannot be read, or is not one.
    """
    try:
        value = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    if not isinstance(value, dict) or not all(isinstance(new, str) for new in value.values()):
        raise ValueError("the old ids are no table")
    return value


def moved_since(
    index: Path, reports: Iterable[Report], digests: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Where the ids of an index lead in newer reports, those that it remembered among them.

    Whatever made the index, of whatever format: only its reports are read, and of those only the
    ones that changed. From an index that cannot be read no id leads anywhere.

    Args:
        index: the folder of an index; it need not be there.
        reports: that are to take the place of the index's.
        digests: of their contents, by id, where they are known.

    Returns:
        old id to new id, sorted; ids of both passages and sentences. Those that led into a report
        that is not among the newer ones lead where they did.
    """
    # Imported here: comparing texts loads what opening an index has no use for.
    from corpus.moved import anchored, follow, moved_anchors, waiting

    try:
        folder = current_generation(index)
        indexed = _indexed(folder)
        earlier = read_moved(folder)
    except _UNREADABLE:
        return {}
    step: dict[str, str] = {}
    there: set[str] = set()
    ids: set[str] = set()
    # Of all the ids that there are, these alone can be asked for, and those of changed reports.
    remembered = {*earlier, *earlier.values()}
    for report in reports:
        ids.add(report.id)
        try:
            before = indexed.differing(report, (digests or {}).get(report.id))
        except _UNREADABLE:
            return {}
        if before is None and not remembered:
            continue
        now = anchored(report)
        names = {name for name, _ in (*now.passages, *now.sentences)}
        if before is None:
            there |= names & remembered
        else:
            there |= names
            step |= moved_anchors(anchored(before), now)
    found = follow(earlier, step, there) | waiting(earlier, ids)
    return {old: new for old, new in sorted(found.items()) if old not in there}


_UNREADABLE = (CityqaError, OSError, ValueError, LookupError, TypeError, AttributeError)


class _Indexed:
    """The reports of an index of any format that has them a line each."""

    def __init__(self, folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        self._folder = folder
        self._digests = {id_: str(digest) for id_, digest in manifest["reports"].items()}
        self._numbers = {id_: number for number, id_ in enumerate(self._digests)}

    def differing(self, report: Report, digest: str | None) -> Report | None:
        """The report of the same id, if its passages are others."""
        number = self._numbers.get(report.id)
        if number is None or self._digests[report.id] == (digest or content_digest(report)):
            return None
        before = stored_report(self._folder, number)
        if before.id != report.id:
            raise ValueError("another report stands there")
        return before if before.passages != report.passages else None


class _IndexedAsOne:
    """The reports of an index of format 1: all in one file."""

    def __init__(self, folder: Path) -> None:
        records = json.loads((folder / _REPORTS).read_bytes())
        self._reports = {record["id"]: report_from_record(record) for record in records}

    def differing(self, report: Report, _digest: str | None) -> Report | None:
        """The report of the same id, if its passages are others."""
        before = self._reports.get(report.id)
        return before if before is not None and before.passages != report.passages else None


def _indexed(folder: Path) -> _Indexed | _IndexedAsOne:
    return _IndexedAsOne(folder) if (folder / _REPORTS).exists() else _Indexed(folder)


def encode(moved: Mapping[str, str]) -> bytes:
    """As the file holds it; equal tables give equal bytes."""
    return json.dumps(dict(sorted(moved.items())), indent=0).encode()
