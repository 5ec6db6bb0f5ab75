"""An index in Milvus, opened: small files fetched once, vectors and words asked there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpus.errors import IndexDamaged, IndexMissing
from embeddings.arrays import read_array
from embeddings.bm25 import DOCUMENTS, INDPTR, WEIGHTS
from embeddings.manifest import FILE, MAKE, REBUILD
from embeddings.milvus.address import MilvusAddress
from embeddings.milvus.ingest import IN_COLLECTIONS, vectors_digest
from embeddings.milvus.layout import (
    CHUNK,
    CONTENT,
    FILES,
    KEY,
    PARTS,
    PASSAGES,
    POSTINGS,
    SENTENCES,
    Pointer,
    chunk_content,
    chunks,
    part_name,
    unpacked,
)
from embeddings.milvus.pointer import read_pointer
from embeddings.milvus.store import Store
from embeddings.milvus.vectors import MilvusVectors
from embeddings.milvus.words import MilvusWords, TermTable
from embeddings.snapshot import Elsewhere, Snapshot, open_generation
from embeddings.store import disk_errors

GENERATION = "generation-"
"""Folders begin so, as those of an index on disk."""

FETCHED = 100
"""Chunks of files asked for at once: 4 MB."""


def current_digest(address: MilvusAddress) -> str:
    """Hex digest of the generation that is current at an address.

    Raises:
        IndexMissing: there is none.
        IndexMismatch, IndexDamaged, StorageError, SettingsError: as ``open_store``.
    """
    return _current(_there(address)).digest


def open_store(address: MilvusAddress, cache: Path, *, verify: bool = False) -> Snapshot:
    """Open the index at an address.

    Args:
        address: of the index.
        cache: the folder to keep its small files in, by generation.
        verify: fetch everything and compare its digests, not only the counts.

    Raises:
        IndexMissing: there is none.
        IndexMismatch: the collection is something else, or another version made the index.
        IndexDamaged: a part is missing or changed.
        StorageError: no server answers or it refuses, or the cache folder cannot be written.
        SettingsError: pymilvus is not installed.
    """
    store = _there(address)
    pointer = _current(store)
    _check_counts(store, pointer)
    named = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    folder = cache / "milvus" / named / f"{GENERATION}{pointer.digest[:16]}"
    if verify or not folder.is_dir():
        _fetch(store, pointer, folder)
    try:
        snapshot = _opened(store, pointer, folder)
    except IndexDamaged:
        # What is in the cache folder may have been damaged there.
        _fetch(store, pointer, folder)
        snapshot = _opened(store, pointer, folder)
    if verify:
        _verify(store, pointer, snapshot)
    return snapshot


def _there(address: MilvusAddress) -> Store:
    """The store at an address; Milvus Lite would make a file that is not there."""
    if address.lite and not os.path.lexists(address.uri):
        raise _none(address)
    return Store(address)


def _current(store: Store) -> Pointer:
    pointer = read_pointer(store)
    if pointer is None:
        raise _none(store.address)
    return pointer


def _none(address: MilvusAddress) -> IndexMissing:
    return IndexMissing("there is no index here", where=str(address), mend=MAKE)


def _check_counts(store: Store, pointer: Pointer) -> None:
    """All records of all parts are there, and can be searched."""
    for part in PARTS:
        name = part_name(store.address.collection, pointer.digest, part)
        if not store.has(name):
            raise IndexDamaged(f"{name} is missing", where=str(store.address), mend=REBUILD)
        store.load(name)
        count = store.count(name)
        if count != pointer.counts[part]:
            raise IndexDamaged(
                f"{name} has {count} records instead of {pointer.counts[part]}",
                where=str(store.address),
                mend=REBUILD,
            )


def _opened(store: Store, pointer: Pointer, folder: Path) -> Snapshot:
    names = {
        part: part_name(store.address.collection, pointer.digest, part)
        for part in (PASSAGES, SENTENCES, POSTINGS)
    }
    try:
        dim = int(json.loads((folder / FILE).read_bytes())["fingerprint"]["dim"])
        table = TermTable.open(folder)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise IndexDamaged(
            f"a file of the index cannot be read ({error})", where=str(folder), mend=REBUILD
        ) from error
    passages, sentences = pointer.counts[PASSAGES], pointer.counts[SENTENCES]
    return open_generation(
        folder,
        elsewhere=Elsewhere(
            files=IN_COLLECTIONS,
            dense_passages=MilvusVectors(store, names[PASSAGES], passages, dim),
            dense_sentences=MilvusVectors(store, names[SENTENCES], sentences, dim),
            lexical=MilvusWords(store, names[PASSAGES], names[POSTINGS], passages, table),
        ),
    )


def _fetch(store: Store, pointer: Pointer, folder: Path) -> None:
    """Fetch the small files of a generation, check them, and put them where they belong.

    Raises:
        IndexDamaged: they are not those that the manifest names, or that is another one.
        StorageError: the folder cannot be written.
    """
    place = folder.parent
    with disk_errors(place):
        place.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".fetching-", dir=place))
    try:
        manifest = b"".join(_contents(store, pointer, 0, pointer.manifest))
        if hashlib.sha256(manifest).hexdigest() != pointer.digest:
            raise _changed(store, FILE)
        with disk_errors(place):
            (made / FILE).write_bytes(manifest)
        files = json.loads(manifest)["files"]
        number = chunks(pointer.manifest, CHUNK)
        for name in sorted(name for name in files if name not in IN_COLLECTIONS):
            digest = hashlib.sha256()
            with disk_errors(place), (made / name).open("wb") as stream:
                for content in _contents(store, pointer, number, files[name]["size"]):
                    digest.update(content)
                    stream.write(content)
            if digest.hexdigest() != files[name]["sha256"]:
                raise _changed(store, name)
            number += chunks(files[name]["size"], CHUNK)
        with disk_errors(place):
            made.chmod(0o755)
            _replace(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    for old in place.glob(f"{GENERATION}*"):
        # Whoever has files of the one before open goes on reading them.
        if old.name != folder.name and not old.name.endswith(pointer.previous or "-"):
            shutil.rmtree(old, ignore_errors=True)


def _replace(made: Path, folder: Path) -> None:
    """Put a folder in the place of another; one that others read stays readable to them."""
    old = made.with_name(f"{made.name}-old")
    if folder.exists():
        folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        # Another process was faster, with the same files.
        if not folder.is_dir():
            raise
    shutil.rmtree(old, ignore_errors=True)


def _contents(store: Store, pointer: Pointer, first: int, size: int) -> Iterator[bytes]:
    """The bytes of a file, by its size and the number of its first chunk."""
    yield from _chunks(store, pointer, FILES, first, first + chunks(size, CHUNK))


def _chunks(store: Store, pointer: Pointer, part: str, first: int, end: int) -> Iterator[bytes]:
    """Chunks by number.

    Raises:
        IndexDamaged: one is missing or not one.
    """
    name = part_name(store.address.collection, pointer.digest, part)
    for start in range(first, end, FETCHED):
        keys = range(start, min(start + FETCHED, end))
        found = {row[KEY]: row for row in store.get(name, keys, [KEY, CONTENT])}
        try:
            yield from [chunk_content(found[key]) for key in keys]
        except (LookupError, ValueError) as error:
            raise IndexDamaged(
                f"records of {name} are missing or changed", where=str(store.address), mend=REBUILD
            ) from error


def _changed(store: Store, name: str) -> IndexDamaged:
    return IndexDamaged(
        f"the file {name} has changed since it was built", where=str(store.address), mend=REBUILD
    )


def _verify(store: Store, pointer: Pointer, snapshot: Snapshot) -> None:
    """The vectors and the postings are those that were written.

    Raises:
        IndexDamaged: they are not.
    """
    for part, vectors in (
        (PASSAGES, snapshot.dense_passages),
        (SENTENCES, snapshot.dense_sentences),
    ):
        if vectors_digest(vectors) != pointer.vectors[part]:
            raise IndexDamaged(
                f"vectors of {part} have changed since they were written",
                where=str(store.address),
                mend=REBUILD,
            )
    size = int(read_array(snapshot.folder / INDPTR, np.int64, mapped=True)[-1])
    # Of the two files in which they lay: the head of each, then its numbers.
    for column, (name, dtype) in enumerate(((DOCUMENTS, np.int32), (WEIGHTS, np.float32))):
        digest = hashlib.sha256(_head(size, np.dtype(dtype)))
        for content in _chunks(store, pointer, POSTINGS, 0, pointer.counts[POSTINGS]):
            digest.update(unpacked(content)[column].tobytes())
        if digest.hexdigest() != snapshot.manifest.files[name].sha256:
            raise _changed(store, name)


def _head(size: int, dtype: np.dtype[np.generic]) -> bytes:
    """What a file of so many numbers begins with in numpy's own format."""
    stream = io.BytesIO()
    head = {"descr": dtype.str, "fortran_order": False, "shape": (size,)}
    np.lib.format.write_array_header_1_0(stream, head)
    return stream.getvalue()
