"""Copies of reports among what a corpus folder holds: found, and stated in its ``reports.toml``.

Whoever reads the folder finds copies by themselves (``corpus.mirrors``), and would take the first
one in order for the report. Stated, the report that was there first stays the one that is cited,
whatever is added later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import CityqaError
from corpus.ingest.signatures import Signed, digests, load, read_signed, save
from corpus.ingest.stated import state
from corpus.library import ENOUGH, merged_tables, read_overrides, report_files
from corpus.mirrors import APART
from corpus.processes import in_order
from corpus.signature import Known


def state_copies(
    folder: Path,
    fresh: Mapping[Path, Signed],
    *,
    changed: Collection[str] = (),
    place: Path | None = None,
    jobs: int = 1,
) -> dict[str, str]:
    """Find the copies in a folder, and state those that are not.

    Args:
        folder: of reports.
        fresh: files that this run has read.
        changed: ids of the reports that got another text: what is stated of them is found anew.
        place: where signatures are kept between runs; None: nowhere.
        jobs: processes that read the files whose signatures are not known.

    Returns:
        ids of copies to the id of their report, as ``reports.toml`` now says.

    Raises:
        MetadataError: the ``reports.toml`` cannot be used or changed.
        StorageError: the disk refuses.
    """
    files = dict(_signed(folder, fresh, {} if place is None else load(place), jobs))
    tables = read_overrides(folder)
    stems = {one.report: path.stem for path, one in files.items()}
    said = {
        one.report: (merged_tables(tables, path) or {}).get("mirror_of")
        for path, one in files.items()
    }
    known = Known()
    numbered: list[Signed] = []
    copies: dict[str, str] = {}
    statements: dict[str, dict[str, Any]] = {}
    # What others are said to be copies of was there before them.
    for one in sorted(files.values(), key=lambda one: one.report not in said.values()):
        original = said[one.report]
        if original == APART:
            continue
        if original in stems and one.report not in changed:
            copies[one.report] = str(original)
            continue
        found = (numbered[number] for number in known.copies(one.signature))
        copied = next((other.report for other in found if other.kind == one.kind), None)
        if copied is None:
            known.add(one.signature)
            numbered.append(one)
        else:
            copies[one.report] = copied
        if copied != original:
            statements[stems[one.report]] = {"mirror_of": copied}
    state(folder, statements)
    if place is not None:
        save(place, {path.relative_to(folder).as_posix(): one for path, one in files.items()})
    return copies


def _signed(
    folder: Path, fresh: Mapping[Path, Signed], before: Mapping[str, Signed], jobs: int
) -> Iterator[tuple[Path, Signed]]:
    """The folder's files with their signatures, in the order in which they came: those known; those
    that were there, in order of their paths; those that this run has read."""
    paths = list(report_files(folder))
    current = digests(paths)
    names = {path.relative_to(folder).as_posix(): path for path in current}
    known = {
        names[name]: one
        for name, one in before.items()
        if name in names and one.sha256 == current[names[name]]
    }
    yield from known.items()
    missing = [path for path in current if path not in known and path not in fresh]
    if len(missing) >= ENOUGH:
        read = dict(in_order(read_signed, missing, jobs=jobs))
    else:
        read = {path: _try(path) for path in missing}
    for path, one in (*read.items(), *fresh.items()):
        if path in current and path not in known and isinstance(one, Signed):
            yield path, one


def _try(path: Path) -> Signed | CityqaError:
    try:
        return read_signed(path)
    except CityqaError as error:
        return error
