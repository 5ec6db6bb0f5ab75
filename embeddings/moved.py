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
from corpus.report import Report
from embeddings.records import report_from_record
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


def moved_since(index: Path, reports: Iterable[Report]) -> dict[str, str]:
    """Where the ids of an index lead in newer reports, those that it remembered among them.

    Whatever made the index, of whatever format: only its reports are read. From an index that
    cannot be read no id leads anywhere.

    Args:
        index: the folder of an index; it need not be there.
        reports: that are to take the place of the index's.

    Returns:
        old id to new id, sorted; ids of both passages and sentences. Those that led into a report
        that is not among the newer ones lead where they did.
    """
    # Imported here: comparing texts loads what opening an index has no use for.
    from corpus.moved import anchored, follow, moved_anchors, waiting

    try:
        folder = current_generation(index)
        records = json.loads((folder / _REPORTS).read_bytes())
        before = {record["id"]: report_from_record(record) for record in records}
        earlier = read_moved(folder)
    except (CityqaError, OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    step: dict[str, str] = {}
    there: set[str] = set()
    ids: set[str] = set()
    for report in reports:
        ids.add(report.id)
        now = anchored(report)
        there.update(name for name, _ in (*now.passages, *now.sentences))
        if report.id in before and before[report.id].passages != report.passages:
            step |= moved_anchors(anchored(before[report.id]), now)
    found = follow(earlier, step, there) | waiting(earlier, ids)
    return {old: new for old, new in sorted(found.items()) if old not in there}


def encode(moved: Mapping[str, str]) -> bytes:
    """As the file holds it; equal tables give equal bytes."""
    return json.dumps(dict(sorted(moved.items())), indent=0).encode()
