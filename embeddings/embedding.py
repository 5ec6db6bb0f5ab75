"""The vectors of an index, block after block, onto disk."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from embeddings.blocks import NONE, Planned, Sources
from embeddings.earlier import DIGEST_BYTES, HeldVectors, texts_of
from embeddings.embedder import Vectors
from embeddings.engines import Block, Engine
from embeddings.known_texts import Digests
from embeddings.raw_vectors import Shape, Stored, VectorsWriter, rows_at
from embeddings.staging import Staging
from embeddings.store import disk_errors

PASSAGES: Final = "passages.raw"
SENTENCES: Final = "sentences.raw"


def embed(
    blocks: Iterable[Planned],
    engine: Engine,
    staging: Staging,
    dim: int,
    dtype: Stored,
    *,
    held: tuple[HeldVectors, HeldVectors] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Bring the vectors of all blocks into ``PASSAGES`` and ``SENTENCES`` of a staging.

    The blocks that the staging has are left as they are. After each one more, its vectors are on
    disk and noted. In memory are the blocks that the engine takes ahead.

    Args:
        blocks: all of them, from the first.
        engine: embeds.
        staging: whatever it has must be of the same blocks.
        dim: numbers a vector.
        dtype: in which they are stored.
        held: vectors of passages and of sentences that are there already.
        progress: told how many texts each block has.

    Raises:
        StorageError: the disk refuses.
    """
    index = staging.folder.parent
    with disk_errors(index):
        files = _files(staging, dim, dtype)
    done = staging.blocks
    pending: deque[Planned] = deque()

    def left() -> Iterator[Block]:
        for number, planned in enumerate(blocks):
            if number < done:
                progress(_texts(planned))
                continue
            pending.append(planned)
            yield planned.block

    try:
        for vectors in engine.embed(left()):
            planned = pending.popleft()
            rows = [
                file.filled(sources, embedded, others)
                for file, sources, embedded, others in zip(
                    files,
                    (planned.passages, planned.sentences),
                    vectors,
                    held or (None, None),
                    strict=True,
                )
            ]
            with disk_errors(index):
                digests = planned.passages.digests, planned.sentences.digests
                for file, of_file, texts in zip(files, rows, digests, strict=True):
                    file.append(of_file, texts)
                staging.note(blocks=staging.blocks + 1, rows=(files[0].rows, files[1].rows))
            progress(_texts(planned))
    finally:
        # All of them, also where closing one fails.
        with disk_errors(index), contextlib.ExitStack() as stack:
            for file in files:
                stack.callback(file.close)


def _texts(planned: Planned) -> int:
    return len(planned.passages.rows) + len(planned.sentences.rows)


def _files(staging: Staging, dim: int, dtype: Stored) -> tuple[_File, _File]:
    paths = staging.folder / PASSAGES, staging.folder / SENTENCES
    if staging.blocks:
        try:
            first, second = (
                VectorsWriter.resume(path, dim, dtype, rows)
                for path, rows in zip(paths, staging.rows, strict=True)
            )
            return _File(first, dim, dtype), _File(second, dim, dtype)
        except (FileNotFoundError, ValueError):
            staging.forget()
    first, second = (VectorsWriter(path, dim, dtype) for path in paths)
    return _File(first, dim, dtype), _File(second, dim, dtype)


class _File:
    """A file of vectors that is read while it is written."""

    def __init__(self, writer: VectorsWriter, dim: int, dtype: Stored) -> None:
        self._writer = writer
        self._shape = Shape(writer.rows, dim, np.dtype(dtype))
        self._closed = False
        texts = texts_of(writer.path)
        if writer.rows and texts.stat().st_size < writer.rows * DIGEST_BYTES:
            raise ValueError(f"{texts.name} ends too early")
        self._texts = texts.open("r+b" if writer.rows else "w+b")
        self._texts.truncate(writer.rows * DIGEST_BYTES)
        self._texts.seek(0, os.SEEK_END)
        self._descriptor = os.open(writer.path, os.O_RDONLY | os.O_CLOEXEC)

    @property
    def rows(self) -> int:
        """How many there are."""
        return self._writer.rows

    def filled(self, sources: Sources, embedded: Vectors, held: HeldVectors | None) -> Vectors:
        """The vectors of a block: those embedded, and copies of others."""
        vectors = np.empty((len(sources.rows), self._shape.dim), dtype=np.float32)
        vectors[sources.embedded] = embedded
        stored = np.flatnonzero(sources.held != NONE)
        if held is not None and len(stored):
            vectors[stored] = held.rows(sources.held[stored])
        earlier = np.flatnonzero((sources.held == NONE) & (sources.rows < sources.first))
        vectors[earlier] = rows_at(self._descriptor, sources.rows[earlier], self._shape)
        own = sources.first + np.arange(len(sources.rows))
        same = (sources.held == NONE) & (sources.rows >= sources.first) & (sources.rows != own)
        copies = np.flatnonzero(same)
        vectors[copies] = vectors[sources.rows[copies] - sources.first]
        return vectors

    def append(self, vectors: Vectors, texts: Digests) -> None:
        """Bring a block to disk, and which texts it is of."""
        self._writer.append(vectors)
        self._writer.flush()
        self._texts.write(texts.astype("<u8").tobytes())
        self._texts.flush()
        os.fsync(self._texts.fileno())

    def close(self) -> None:
        """Once closed, nothing more happens."""
        if self._closed:
            return
        # Once: its number may be that of another file by then.
        self._closed = True
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, self._descriptor)
            stack.callback(self._texts.close)
            stack.callback(self._writer.close)
