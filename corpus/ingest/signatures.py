"""Signatures of a corpus folder's files, kept so that one more file does not cost reading all."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.ingest.disk import write_whole
from corpus.library import CLEANING_VERSION, Entry, read_entry
from corpus.signature import Signature, signature

_VERSION: Final = f"1.{CLEANING_VERSION}"


@dataclass(frozen=True, slots=True)
class Signed:
    """A file's report, as far as finding copies needs it.

    Attributes:
        sha256: hex digest of the file's bytes.
        report: its id.
        kind: ``original`` or ``digest``.
        signature: of its text.
    """

    sha256: str
    report: str
    kind: str
    signature: Signature


def signed(entry: Entry) -> Signed:
    """What is kept of a report."""
    report = entry.report
    return Signed(report.sha256, report.id, report.kind, signature(report))


def read_signed(path: Path) -> Signed:
    """What is kept of the report of a file.

    Raises:
        ReadError, MetadataError, StorageError: it cannot be read.
    """
    return signed(read_entry(path))


def kept_in(cache: Path, folder: Path) -> Path:
    """Where the signatures of a corpus folder's files are kept."""
    digest = hashlib.sha256(str(folder.absolute()).encode("utf-8", "surrogateescape")).hexdigest()
    return cache / "signatures" / f"{digest[:16]}.json"


def load(place: Path) -> dict[str, Signed]:
    """File names to what is kept of them, in the order in which they came; empty where nothing is.

    Whatever is wrong with the file, it can be made anew.
    """
    try:
        value = json.loads(place.read_bytes())
        if value["version"] != _VERSION:
            return {}
        return {name: _from_record(record) for name, record in value["files"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def save(place: Path, files: Mapping[str, Signed]) -> None:
    """Keep signatures; where the disk refuses, the next run computes them again."""
    value = {
        "version": _VERSION,
        "files": {name: _record(one) for name, one in files.items()},
    }
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, json.dumps(value).encode())


def digests(paths: Iterable[Path]) -> dict[Path, str]:
    """Files to the hex SHA-256 of their bytes; those that cannot be read are not there."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError), path.open("rb") as stream:
            found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _record(one: Signed) -> dict[str, Any]:
    return {
        "sha256": one.sha256,
        "report": one.report,
        "kind": one.kind,
        "size": one.signature.size,
        "sketch": base64.b64encode(one.signature.sketch.astype("<u8").tobytes()).decode(),
        "figures": sorted(one.signature.figures),
    }


def _from_record(record: Mapping[str, Any]) -> Signed:
    sketch = np.frombuffer(base64.b64decode(record["sketch"]), dtype="<u8").astype(np.uint64)
    figures = frozenset(map(str, record["figures"]))
    return Signed(
        str(record["sha256"]),
        str(record["report"]),
        str(record["kind"]),
        Signature(int(record["size"]), sketch, figures),
    )
