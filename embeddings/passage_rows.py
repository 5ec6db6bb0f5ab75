"""From the id of a passage to its row, without all ids in memory.

Two files hold a sorted table: 64-bit hashes of the ids, and the row of each. What a hash leads to
is held against the passage itself, so that two ids of one hash are told apart.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from corpus.report import Passage
from embeddings.arrays import read_array, write_array
from embeddings.manifest import REBUILD

HASHES = "ids.hashes.npy"
ROWS = "ids.rows.npy"


def hash_of(id_: str) -> int:
    """A passage id as a number of 64 bits: the first 8 bytes of its BLAKE2b (RFC 7693)."""
    encoded = id_.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=8).digest(), "little")


def write_rows(folder: Path, hashes: array[int]) -> None:
    """Write the table.

    Args:
        folder: to write into.
        hashes: of the passages' ids, by row; of type ``Q``.

    Raises:
        OSError: a file cannot be written in full.
    """
    values = np.frombuffer(hashes, dtype=np.uint64) if len(hashes) else np.zeros(0, np.uint64)
    # Stable: of equal ones the last row comes last.
    order = np.argsort(values, kind="stable")
    write_array(folder / ROWS, order.astype(np.int64))
    write_array(folder / HASHES, values[order])


class PassageRows(Mapping[str, int]):
    """Passage id to row; of an id that several passages have, the last. Safe to share.

    Args:
        folder: with the files that ``write_rows`` wrote.
        passages: by row.

    Raises:
        OSError, ValueError: a file is none of those.
    """

    def __init__(self, folder: Path, passages: Sequence[Passage]) -> None:
        self._path = folder / ROWS
        self._passages = passages
        self._hashes: NDArray[np.uint64] = read_array(folder / HASHES, np.uint64, mapped=True)
        self._rows: NDArray[np.int64] = read_array(self._path, np.int64, mapped=True)
        if not len(self._hashes) == len(self._rows) == len(passages):
            raise ValueError("the table of ids is not of these passages")

    def __getitem__(self, id_: str) -> int:
        """The row of a passage.

        Raises:
            KeyError: no passage has the id.
            IndexDamaged: the table leads nowhere.
        """
        value = np.uint64(hash_of(id_))
        first = int(np.searchsorted(self._hashes, value, side="left"))
        last = int(np.searchsorted(self._hashes, value, side="right"))
        for place in range(last - 1, first - 1, -1):
            row = int(self._rows[place])
            if not 0 <= row < len(self._passages):
                raise IndexDamaged(
                    f"the file leads to passage {row} of {len(self._passages)}",
                    where=str(self._path),
                    mend=REBUILD,
                )
            if self._passages[row].id == id_:
                return row
        raise KeyError(id_)

    def __contains__(self, id_: object) -> bool:
        """Whether a passage has the id; nothing but text is one."""
        return isinstance(id_, str) and super().__contains__(id_)

    def __iter__(self) -> Iterator[str]:
        """The ids, by row; an id that several passages have comes once."""
        for row, passage in enumerate(self._passages):
            if self.get(passage.id) == row:
                yield passage.id

    def __len__(self) -> int:
        """How many different ids there are."""
        again = np.flatnonzero(self._hashes[1:] == self._hashes[:-1]) + 1
        count = len(self._passages) - len(again)
        # Passages of one hash have one id, or, once in a very long time, several.
        for value in np.unique(self._hashes[again]):
            first = int(np.searchsorted(self._hashes, value, side="left"))
            last = int(np.searchsorted(self._hashes, value, side="right"))
            count += len({self._passages[int(row)].id for row in self._rows[first:last]}) - 1
        return count
