"""Files that are no reports, ids that several have, statements about files that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.doctor.finding import Finding
from corpus.library import OVERRIDES, SHIPPED, Library, read_overrides, report_files
from corpus.mirrors import APART
from corpus.passages import report_id


def faults(library: Library, folders: Sequence[Path]) -> Iterator[Finding]:
    """What is wrong with the files of some folders.

    Raises:
        EmptyCorpus, MetadataError, StorageError: as reading the folders.
    """
    for one in library.left_out:
        if "its id " not in one.reason:
            yield Finding(
                "unreadable", "", one.path, f"is left out: {one.reason}", "mend or delete the file"
            )
    read = {entry.report.id: entry.path for entry in (*library.entries, *library.copies)}
    for folder in folders:
        files = list(report_files(folder))
        yield from _same_ids(files, read)
        for home in sorted(
            {folder if folder.is_dir() else folder.parent, *(f.parent for f in files)}
        ):
            yield from _statements(home, {f for f in files if f.parent == home}, set(read))


def _same_ids(files: Sequence[Path], read: dict[str, Path]) -> Iterator[Finding]:
    for path in files:
        name = report_id(path.stem)
        taken = read.get(name)
        # That an original takes the place of a shipped digest is as it should be.
        if taken is not None and taken != path and not path.is_relative_to(SHIPPED):
            what = f"its id {name} is that of {taken}, which is read instead"
            yield Finding("id", name, path, what, "rename or delete one of them")


def _statements(home: Path, files: set[Path], ids: set[str]) -> Iterator[Finding]:
    table = home / OVERRIDES
    names = {name for path in files for name in (path.stem, path.name)}
    for name, stated in read_overrides(home).items():
        if name not in names:
            what = f"[{name}] is about a file that is not there"
            yield Finding("statement", report_id(name), table, what, "delete it, or rename it")
        original = stated.get("mirror_of")
        if original not in (None, APART) and original not in ids:
            what = f"[{name}] is said to be a copy of {original}, which is not there"
            yield Finding("statement", report_id(name), table, what, "delete mirror_of")
