"""From a generation on disk to Milvus, resumable, and current by one record.

Records are written in batches in the order of their keys, in place of any with the same key. A run
that was killed is taken up behind the records that are there. Only when all parts have all their
records does the pointer name the generation: whoever opens the index gets the old or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged, StorageError
from embeddings import kinds
from embeddings.arrays import read_array
from embeddings.bm25 import DOCUMENTS, INDPTR, WEIGHTS
from embeddings.manifest import FILE
from embeddings.milvus.address import MilvusAddress
from embeddings.milvus.layout import (
    CHUNK,
    DENSE,
    FILES,
    KEY,
    PARTS,
    PASSAGES,
    POSTINGS,
    POSTINGS_A_CHUNK,
    REPORT,
    SENTENCES,
    SPARSE,
    Pointer,
    chunk_record,
    chunks,
    generation_of,
    packed,
    part_name,
    schema_of,
    shortened,
)
from embeddings.milvus.pointer import make_pointer, read_pointer, write_pointer
from embeddings.milvus.store import Store
from embeddings.search import VectorIndex
from embeddings.snapshot import Snapshot
from embeddings.store import disk_errors

Progress = Callable[[int, int], None]
"""Called with the records written so far and the records in all."""

BATCHES = {PASSAGES: 1_000, SENTENCES: 2_000, FILES: 100, POSTINGS: 100}
"""Records a batch: some megabytes, well under what a server takes at once."""

BLOCK = 65_536
"""Passages whose weights are gathered in one pass over the postings."""

IN_COLLECTIONS = frozenset(
    (
        *(kinds.PASSAGES, kinds.PASSAGES_IVF, kinds.PASSAGES_RUNS),
        kinds.PASSAGES_HALF,
        *(kinds.SENTENCES, kinds.SENTENCES_HALF),
        *(DOCUMENTS, WEIGHTS),
    )
)
"""Files of a generation whose content the collections of vectors and postings hold."""

_LOCK = ".milvus.lock"

_Record = dict[str, Any]


def ingest(
    generation: Snapshot, address: MilvusAddress, *, progress: Progress | None = None
) -> Pointer:
    """Write a generation to Milvus and make it the current one there.

    Args:
        generation: on disk, opened.
        address: of the index.
        progress: told after each batch.

    Returns:
        what the pointer says now.

    Raises:
        StorageError: no server answers or it refuses, or another process is at it.
        SettingsError: pymilvus is not installed.
        IndexMismatch: the collection of that name is something else.
    """
    with _alone(generation.folder.parent, address):
        store = Store(address)
        try:
            before = read_pointer(store)
        except IndexDamaged:
            # Building it anew is what mends it.
            before = None
        digest = generation.manifest.digest
        counts = {part: _count(generation, part) for part in PARTS}
        total, done = sum(counts.values()), 0
        _drop_others(store, {digest[:16]} | _generations(before))
        for part in PARTS:
            name = part_name(address.collection, digest, part)
            there = _there(store, name, part, generation, counts[part])
            done += there
            records = iter(_records(generation, part, there))
            while batch := list(islice(records, BATCHES[part])):
                store.write(name, batch)
                done += len(batch)
                if progress is not None:
                    progress(done, total)
            store.settle(name)
            written = store.count(name)
            if written != counts[part]:
                raise StorageError(
                    f"{name} has {written} records after {counts[part]} were written",
                    where=str(address),
                    mend="look at the server, then run `cityqa index build` again",
                )
        if before is not None and before.digest == digest:
            previous = before.previous
        else:
            previous = before.digest[:16] if before else ""
        pointer = Pointer(
            digest=digest,
            previous=previous,
            manifest=len(generation.manifest.encode()),
            counts=counts,
            vectors={
                PASSAGES: vectors_digest(generation.dense_passages),
                SENTENCES: vectors_digest(generation.dense_sentences),
            },
        )
        if before is None:
            make_pointer(store)
        write_pointer(store, pointer)
        _drop_others(store, _generations(pointer))
        return pointer


def check_writable(address: MilvusAddress) -> None:
    """A generation could be written to an address, as far as can be told beforehand.

    Raises:
        StorageError, SettingsError, IndexMismatch: as ``ingest``.
    """
    with contextlib.suppress(IndexDamaged):
        read_pointer(Store(address))


@contextlib.contextmanager
def _alone(index: Path, address: MilvusAddress) -> Iterator[None]:
    """Let no other process of this machine write the same index meanwhile.

    Raises:
        StorageError: one does.
    """
    import fcntl

    with disk_errors(index), (index / _LOCK).open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError(
                "another process is building this index", where=str(address), mend="wait for it"
            ) from error
        yield


def _generations(pointer: Pointer | None) -> set[str]:
    return {pointer.digest[:16], pointer.previous} if pointer else set()


def _drop_others(store: Store, kept: set[str]) -> None:
    """Drop the collections of all generations but some; their readers have long gone on."""
    for name in store.names():
        generation = generation_of(store.address.collection, name)
        if generation and generation not in kept:
            store.drop(name)


def _there(store: Store, name: str, part: str, generation: Snapshot, count: int) -> int:
    """How many records of a part need not be written; its collection is there afterwards."""
    if store.has(name):
        # One that was made without its indexes, by a run killed just then, cannot be loaded.
        with contextlib.suppress(IndexDamaged):
            store.load(name)
            held = store.count(name)
            if 0 < held <= count:
                ends = [held - 1] if held == count else [held - 1, held, count - 1]
                found = {row[KEY] for row in store.get(name, ends, [KEY], "Strong")}
                # Something else than the first ones: all are written again, in their places.
                return held if found == {held - 1} else 0
        store.drop(name)
    schema, indexes = schema_of(part, generation.dense_passages.dim, generation.manifest.passages)
    store.create(name, schema, indexes)
    return 0


def _count(generation: Snapshot, part: str) -> int:
    if part == PASSAGES:
        return generation.manifest.passages
    if part == SENTENCES:
        return generation.manifest.sentences
    if part == POSTINGS:
        indptr = read_array(generation.folder / INDPTR, np.int64, mapped=True)
        return chunks(int(indptr[-1]), POSTINGS_A_CHUNK)
    sizes = [len(generation.manifest.encode())]
    sizes += [generation.manifest.files[name].size for name in small_files(generation)]
    return sum(chunks(size, CHUNK) for size in sizes)


def small_files(generation: Snapshot) -> list[str]:
    """The files that are kept as such, in order; the manifest goes before them."""
    return sorted(name for name in generation.manifest.files if name not in IN_COLLECTIONS)


def vectors_digest(vectors: VectorIndex) -> str:
    """Hex SHA-256 of all vectors, float32, in order."""
    digest = hashlib.sha256()
    for start in range(0, len(vectors), BATCHES[SENTENCES]):
        end = min(len(vectors), start + BATCHES[SENTENCES])
        digest.update(np.ascontiguousarray(vectors.rows(np.arange(start, end))).tobytes())
    return digest.hexdigest()


def _records(generation: Snapshot, part: str, start: int) -> Iterator[_Record]:
    """The records of a part from a key on."""
    made = {
        PASSAGES: _passages,
        SENTENCES: _sentences,
        FILES: _files,
        POSTINGS: _postings,
    }[part]
    return made(generation, start)


def _passages(generation: Snapshot, start: int) -> Iterator[_Record]:
    heads = list(generation.heads.values())
    terms = len(read_array(generation.folder / INDPTR, np.int64, mapped=True)) - 1
    for begin in range(start, generation.manifest.passages, BLOCK):
        rows = np.arange(begin, min(begin + BLOCK, generation.manifest.passages))
        bags = _bags(generation.folder, begin, len(rows))
        reports = generation.report_numbers(rows)
        for at in range(0, len(rows), BATCHES[PASSAGES]):
            cut = slice(at, at + BATCHES[PASSAGES])
            vectors = generation.dense_passages.rows(rows[cut])
            for row, number, vector, bag in zip(
                rows[cut].tolist(), reports[cut].tolist(), vectors, bags[cut], strict=True
            ):
                head = heads[number]
                yield {
                    KEY: row,
                    DENSE: vector,
                    # No sparse vector may be empty; no query has a term of this number.
                    SPARSE: bag or {terms: 1.0},
                    REPORT: number,
                    "year": head.date.year if head.date else 0,
                    "city": shortened(head.city),
                    "publisher": shortened(head.publisher or ""),
                    "kind": shortened(head.kind),
                }


def _bags(folder: Path, begin: int, count: int) -> list[dict[int, float]]:
    """Term numbers to weights of some passages, from the postings by term."""
    indptr = read_array(folder / INDPTR, np.int64, mapped=True)
    documents: NDArray[np.int32] = read_array(folder / DOCUMENTS, np.int32, mapped=True)
    at = np.flatnonzero((documents >= begin) & (documents < begin + count))
    rows = documents[at] - begin
    order = np.argsort(rows, kind="stable")
    at, rows = at[order], rows[order]
    terms = np.searchsorted(indptr, at, side="right") - 1
    weights = read_array(folder / WEIGHTS, np.float32, mapped=True)[at]
    edges = np.searchsorted(rows, np.arange(count + 1))
    return [
        dict(zip(terms[a:b].tolist(), weights[a:b].tolist(), strict=True))
        for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]


def _sentences(generation: Snapshot, start: int) -> Iterator[_Record]:
    count = generation.manifest.sentences
    for begin in range(start, count, BATCHES[SENTENCES]):
        rows = np.arange(begin, min(begin + BATCHES[SENTENCES], count))
        passages = np.searchsorted(generation.boundaries, rows, side="right") - 1
        vectors = generation.dense_sentences.rows(rows)
        for row, passage, vector in zip(rows.tolist(), passages.tolist(), vectors, strict=True):
            yield {KEY: row, DENSE: vector, "passage": passage}


def _files(generation: Snapshot, start: int) -> Iterator[_Record]:
    number = 0
    for name in (FILE, *small_files(generation)):
        with disk_errors(generation.folder), (generation.folder / name).open("rb") as stream:
            while content := stream.read(CHUNK):
                if number >= start:
                    yield chunk_record(number, content)
                number += 1


def _postings(generation: Snapshot, start: int) -> Iterator[_Record]:
    documents = read_array(generation.folder / DOCUMENTS, np.int32, mapped=True)
    weights = read_array(generation.folder / WEIGHTS, np.float32, mapped=True)
    for number in range(start, chunks(len(documents), POSTINGS_A_CHUNK)):
        cut = slice(number * POSTINGS_A_CHUNK, (number + 1) * POSTINGS_A_CHUNK)
        yield chunk_record(number, packed(documents[cut], weights[cut]))
