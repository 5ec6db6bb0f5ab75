"""What the actors of Ray do: read files that were shipped to them, and embed blocks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.errors import CityqaError, EngineError
from corpus.library import Entry, entry_of, table_of
from corpus.processes import MAX_SECONDS, in_order
from corpus.readers.files import file_bytes, read_bytes
from corpus.readers.media import Media
from embeddings.embedder import Embedder, Fingerprint, Vectors, encode_nested
from embeddings.engines import Block

FILES: Final = 16
"""Files that are shipped together, at most."""

BYTES: Final = 4 * 1024 * 1024
"""Bytes of files from which no more are shipped together."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A file on its way to an actor, which need not see the disk that it lies on.

    Attributes:
        path: where it lies.
        data: its bytes.
        media: what its name says it is.
        table: what the ``reports.toml`` beside it says of it, or why that cannot be used.
    """

    path: Path
    data: bytes
    media: Media
    table: Mapping[str, Any] | CityqaError | None


Parcel = tuple[Shipped | tuple[Path, CityqaError], ...]
"""Files that are read together; an error where one cannot even be opened."""


def parcels(paths: Sequence[Path]) -> Iterator[Parcel]:
    """Files as they are shipped, in order, some together."""
    parcel: list[Shipped | tuple[Path, CityqaError]] = []
    size = 0
    for path in paths:
        one = shipped(path)
        parcel.append(one)
        size += len(one.data) if isinstance(one, Shipped) else 0
        if len(parcel) == FILES or size >= BYTES:
            yield tuple(parcel)
            parcel, size = [], 0
    if parcel:
        yield tuple(parcel)


def shipped(path: Path) -> Shipped | tuple[Path, CityqaError]:
    """A file with its bytes, or why it has none."""
    try:
        data, media = file_bytes(path)
    except CityqaError as error:
        return path, error
    try:
        table: Mapping[str, Any] | CityqaError | None = table_of(path)
    except CityqaError as error:
        table = error
    return Shipped(path, data, media, table)


class Reading:
    """Reads parcels.

    In the actor's own process, where that is well. A parcel at which a process died, or which took
    too long, is read file by file in processes that may use so much memory and time and no more,
    as on one machine, so that the file that is too much for them is the only one lost.
    """

    def __call__(self, item: Parcel, begun: int) -> list[tuple[Path, Entry | CityqaError]]:
        """What reading each of the files gives."""
        if begun:
            return [_carefully(one) for one in item]
        # Who takes so long is ended, and the parcel begun again.
        watch = threading.Timer(MAX_SECONDS, os._exit, (1,))
        watch.daemon = True
        watch.start()
        try:
            return [_quickly(one) for one in item]
        finally:
            watch.cancel()


def _quickly(one: Shipped | tuple[Path, CityqaError]) -> tuple[Path, Entry | CityqaError]:
    if not isinstance(one, Shipped):
        return one
    try:
        return one.path, _entry(one, one.path)
    except CityqaError as error:
        return one.path, error
    except Exception:
        return _carefully(one)


def _carefully(one: Shipped | tuple[Path, CityqaError]) -> tuple[Path, Entry | CityqaError]:
    if not isinstance(one, Shipped):
        return one
    [result] = in_order(partial(_entry, one), [one.path], jobs=1)
    return result


def _entry(one: Shipped, path: Path) -> Entry:
    raw = read_bytes(one.data, origin=str(path), stem=path.stem, media=one.media)
    if isinstance(one.table, CityqaError):
        raise one.table
    return entry_of(raw, path, one.table)


class Embedding:
    """Embeds blocks.

    Args:
        load: loads the model; called once.
        fingerprint: what the model has to be.

    Raises:
        EngineError: another model is loaded.
    """

    def __init__(self, load: Callable[[], Embedder], fingerprint: Fingerprint) -> None:
        self._embedder = load()
        differences = self._embedder.fingerprint.differences(fingerprint)
        if differences:
            raise EngineError(
                f"the model of a worker differs from that of this machine in {differences}",
                where=f"model {fingerprint.name}",
                mend="install the same versions on all machines",
            )

    def __call__(self, item: Block, begun: int) -> tuple[Vectors, Vectors]:
        """The vectors of a block's passages and of its sentences."""
        if not item.passages:
            nothing = np.empty((0, self._embedder.dim), dtype=np.float32)
            return nothing, nothing
        return encode_nested(self._embedder, item.passages, item.spans)
