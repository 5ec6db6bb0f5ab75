"""Vectors that need no embedding: those of the current index, and of a build that was ended.

Reports come while a corpus is indexed. What a build of the others had embedded when it was ended
is found by its texts, whatever has changed among the reports since.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

import numpy as np

from embeddings.embedder import Vectors
from embeddings.known_texts import MOST, Digests, KnownTexts
from embeddings.raw_vectors import HEAD, Stored, rows_at, shape_of
from embeddings.search import Rows, VectorIndex

MOST_EARLIER: Final = MOST // 2
"""Texts of an ended build that are found, 24 bytes each; later ones are embedded again."""

DIGEST_BYTES: Final = 16
"""A text, in the file of texts beside a file of vectors."""


def texts_of(raw: Path) -> Path:
    """The file of the digests of the texts whose vectors a file holds, in the order of its rows."""
    return raw.with_suffix(".texts")


class Earlier:
    """What a build that was ended has in one of its files of vectors.

    Args:
        raw: the file.
        dim: numbers a vector.
        dtype: in which they are stored.
        rows: that are whole.

    Raises:
        OSError: a file cannot be read.
        ValueError: one holds less, or something else.
    """

    def __init__(self, raw: Path, dim: int, dtype: Stored, rows: int) -> None:
        shape = shape_of(raw)
        if (shape.dim, shape.dtype) != (dim, np.dtype(dtype)):
            raise ValueError(f"{raw.name} holds rows of another kind")
        if raw.stat().st_size < HEAD + rows * shape.row_bytes:
            raise ValueError(f"{raw.name} ends too early")
        known = min(rows, MOST_EARLIER)
        digests = np.fromfile(texts_of(raw), "<u8", 2 * known)
        if len(digests) < 2 * known:
            raise ValueError(f"{texts_of(raw).name} ends too early")
        self._texts = KnownTexts()
        # Where a text has several rows, the first is found: they are the same.
        self._texts.add(digests.astype(np.uint64, copy=False).reshape(-1, 2), np.arange(known))
        self._shape = shape
        self._descriptor = os.open(raw, os.O_RDONLY | os.O_CLOEXEC)

    def places(self, digests: Digests) -> Rows:
        """The rows of some texts; ``UNKNOWN`` where there is none."""
        return self._texts.rows(digests)

    def rows(self, numbers: Rows) -> Vectors:
        """The vectors of some rows."""
        return rows_at(self._descriptor, numbers, self._shape)

    def close(self) -> None:
        """Once, when it is no longer needed."""
        os.close(self._descriptor)


class HeldVectors:
    """Rows of the current index, and behind them those of an ended build.

    Args:
        current: vectors of the index, if they are of use.
        earlier: those of the build, if there are any.
    """

    def __init__(self, current: VectorIndex | None, earlier: Earlier | None) -> None:
        self._current = current
        self._earlier = earlier
        self._first = 0 if current is None else len(current)

    def places(self, digests: Digests) -> Rows:
        """The rows of some texts in the ended build; ``UNKNOWN`` where there is none."""
        if self._earlier is None:
            return np.full(len(digests), -1, dtype=np.int64)
        found = self._earlier.places(digests)
        return np.where(found < 0, found, found + self._first)

    def rows(self, numbers: Rows) -> Vectors:
        """The vectors of some rows, at least one, shape (len(numbers), dim)."""
        old = numbers >= self._first
        parts = []
        if self._current is not None and not old.all():
            parts.append((~old, self._current.rows(numbers[~old])))
        if self._earlier is not None and old.any():
            parts.append((old, self._earlier.rows(numbers[old] - self._first)))
        vectors = np.empty((len(numbers), parts[0][1].shape[1]), dtype=np.float32)
        for which, part in parts:
            vectors[which] = part
        return vectors


def opened(
    folder: Path, names: tuple[str, str], dim: int, dtype: Stored, rows: tuple[int, int]
) -> tuple[Earlier, Earlier] | None:
    """Both files of an ended build; none where they are of no use.

    Args:
        folder: of the build.
        names: of the files.
        dim: numbers a vector.
        dtype: in which they are stored.
        rows: of each that are whole.
    """
    found: list[Earlier] = []
    with contextlib.suppress(OSError, ValueError):
        for name, whole in zip(names, rows, strict=True):
            found.append(Earlier(folder / name, dim, dtype, whole))
        return found[0], found[1]
    for one in found:
        one.close()
    return None
