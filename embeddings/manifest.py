"""The manifest: what an index was made from, and every file of it with size and digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import IndexDamaged, IndexMismatch, StorageError
from embeddings.embedder import Fingerprint

FORMAT = 2
FILE = "manifest.json"
BUILD = "`cityqa index build`"
"""What mends an index; whoever knows its place names it in here."""

MAKE = f"make one with {BUILD}"
REBUILD = f"build it anew with {BUILD}"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of an index.

    Attributes:
        size: in bytes.
        sha256: hex digest.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made from.

    Attributes:
        format: version of the layout on disk.
        corpus: digest of the reports' contents.
        fingerprint: of the embedder.
        parameters: of tokenizer and indexes, as plain values.
        source: of an index that was not named, a digest of what it follows from; else empty.
        reports: id to content digest, in order.
        passages: how many there are.
        sentences: how many there are.
        files: name to size and digest.
        kind: of the vectors' index (``embeddings.kinds``).
        vectors: what else opening it needs, as plain values.
    """

    format: int
    corpus: str
    fingerprint: Fingerprint
    parameters: Mapping[str, Any]
    source: str
    reports: Mapping[str, str]
    passages: int
    sentences: int
    files: Mapping[str, FileEntry]
    kind: str = "exact"
    vectors: Mapping[str, Any] = field(default_factory=dict)

    def encode(self) -> bytes:
        """As JSON; equal manifests give equal bytes."""
        value = {
            "format": self.format,
            "corpus": self.corpus,
            "fingerprint": self.fingerprint.as_dict(),
            "parameters": dict(self.parameters),
            "source": self.source,
            "reports": dict(self.reports),
            "passages": self.passages,
            "sentences": self.sentences,
            "kind": self.kind,
            "vectors": dict(self.vectors),
            "files": {
                name: {"size": entry.size, "sha256": entry.sha256}
                for name, entry in sorted(self.files.items())
            },
        }
        return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the encoded manifest: the identity of the index."""
        return hashlib.sha256(self.encode()).hexdigest()


def describe(folder: Path) -> dict[str, FileEntry]:
    """Size and digest of every file in a folder but the manifest."""
    return {
        path.name: FileEntry(path.stat().st_size, file_digest(path))
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != FILE
    }


def file_digest(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path, digest: str = "") -> Manifest:
    """The manifest of the index in ``folder``.

    Args:
        folder: of one generation.
        digest: what the hex SHA-256 of the manifest begins with.

    Raises:
        IndexDamaged: it is missing, has another digest, or is not a manifest.
        IndexMismatch: another format version wrote it.
        StorageError: it may not be read.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
        value = json.loads(content)
        version = value["format"]
    except PermissionError as error:
        raise StorageError("no permission to read the index", where=str(path)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            "the manifest of the index cannot be read", where=str(path), mend=REBUILD
        ) from error
    if version != FORMAT:
        raise IndexMismatch(
            f"the index has format {version}, this version of cityqa reads format {FORMAT}",
            where=str(folder.parent),
            mend=REBUILD,
        )
    # After the format: another one may name its generations otherwise.
    if not hashlib.sha256(content).hexdigest().startswith(digest):
        raise IndexDamaged(
            "the manifest of the index has changed since it was built",
            where=str(path),
            mend=REBUILD,
        )
    try:
        return Manifest(
            format=version,
            corpus=value["corpus"],
            fingerprint=Fingerprint(**value["fingerprint"]),
            parameters=value["parameters"],
            source=str(value["source"]),
            reports=value["reports"],
            passages=int(value["passages"]),
            sentences=int(value["sentences"]),
            files={
                name: FileEntry(int(entry["size"]), str(entry["sha256"]))
                for name, entry in value["files"].items()
            },
            kind=str(value["kind"]),
            vectors=dict(value["vectors"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IndexDamaged(
            f"the manifest of the index lacks or misstates something ({error})",
            where=str(path),
            mend=REBUILD,
        ) from error


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Every file is there with the size that the manifest states.

    Raises:
        IndexDamaged: naming the first file that is not.
    """
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                "a file of the index is missing", where=str(path), mend=REBUILD
            ) from error
        if size != entry.size:
            raise IndexDamaged(
                f"a file of the index has {size} bytes instead of {entry.size}",
                where=str(path),
                mend=REBUILD,
            )


def check_digests(folder: Path, manifest: Manifest) -> None:
    """Every file has the bytes that the manifest states.

    Raises:
        IndexDamaged: naming the first file that has not.
    """
    check_sizes(folder, manifest)
    for name, entry in manifest.files.items():
        if file_digest(folder / name) != entry.sha256:
            raise IndexDamaged(
                "a file of the index has changed since it was built",
                where=str(folder / name),
                mend=REBUILD,
            )
