"""Which rows the built-in network computes for a passage and its sentences.

What the network makes of a word piece depends on the pieces up to ``REACH`` places away and on
nothing else. So a sentence has, except near its ends, the very features that its pieces have within
the passage; only its ends are computed again, in fragments that reach far enough to see all that
they depend on. A sentence that is cut into other pieces alone than within its passage is computed
as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.search import ranges

REACH = 4
"""Two convolutions, each of which sees at most two pieces to either side."""

_LEAST_SHARED = 8  # pieces; below that a sentence is as well computed as a whole
_PIECE = 4  # bytes of a piece's number
# What is looked for in the passage: the sentence without so many pieces at either end, where
# cutting it out of its passage may have changed them.
_ENDS = (2, 4)

Pieces = list[int]
"""Numbers of word pieces, those for begin and end included."""

_Range = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Layout:
    """Rows to compute, a word piece each, and how they add up to vectors.

    Attributes:
        pieces: number of the piece of each row, shape (rows,).
        bounds: first row of each run of rows that see one another, and the number of rows, shape
            (runs + 1,).
        wanted: rows whose features are asked for, ascending, shape (wanted,); the others only serve
            these as neighbours.
        members: what each vector is the sum of, one after another: places in ``wanted``.
        owners: the vector of each member, ascending, same shape.
        sizes: pieces of each vector's text, shape (vectors,).
    """

    pieces: NDArray[np.int64]
    bounds: NDArray[np.int64]
    wanted: NDArray[np.int64]
    members: NDArray[np.int64]
    owners: NDArray[np.int64]
    sizes: NDArray[np.int64]


class _Rows:
    """Rows, gathered run by run."""

    def __init__(self) -> None:
        self.pieces: Pieces = []
        self.bounds: list[int] = [0]
        self.wanted: list[_Range] = []
        self.sums: list[tuple[_Range, ...]] = []
        self.sizes: list[int] = []

    def run(self, pieces: Pieces, first: int, last: int) -> _Range:
        """Append pieces that see one another; of those from first to last features are wanted."""
        start = len(self.pieces)
        self.pieces += pieces
        self.bounds.append(len(self.pieces))
        wanted = (start + first, start + last)
        self.wanted.append(wanted)
        return wanted

    def vector(self, size: int, *parts: _Range) -> None:
        """Append a vector: the sum over some rows."""
        self.sums.append(parts)
        self.sizes.append(size)

    def layout(self) -> Layout:
        wanted = _numbers(self.wanted)
        members = _numbers([part for parts in self.sums for part in parts])
        counts = [sum(last - first for first, last in parts) for parts in self.sums]
        return Layout(
            pieces=np.array(self.pieces, dtype=np.int64),
            bounds=np.array(self.bounds, dtype=np.int64),
            wanted=wanted,
            members=np.searchsorted(wanted, members),
            owners=np.repeat(np.arange(len(counts)), counts),
            sizes=np.array(self.sizes, dtype=np.int64),
        )


def layouts(
    passages: Sequence[tuple[Pieces, Sequence[Pieces]]], rows: int
) -> Iterator[tuple[int, Layout]]:
    """Layouts of passages with their sentences, each of whole passages.

    Args:
        passages: pieces of each passage, and of its sentences.
        rows: after which a layout ends; one holds that many more than this at most, and where a
            single passage is longer, that passage.

    Yields:
        how many passages a layout is of, and the layout, whose vectors are those of the first
        passage, of its sentences, of the second passage and so on.
    """
    gathered = _Rows()
    count = 0
    for passage, sentences in passages:
        if count and len(gathered.pieces) + len(passage) > rows:
            yield count, gathered.layout()
            gathered, count = _Rows(), 0
        _add(gathered, passage, sentences)
        count += 1
    if count:
        yield count, gathered.layout()


def _add(rows: _Rows, passage: Pieces, sentences: Sequence[Pieces]) -> None:
    start, end = rows.run(passage, 0, len(passage))
    rows.vector(len(passage), (start, end))
    if not sentences:
        return
    haystack = np.array(passage, dtype=np.int32).tobytes()
    for sentence in sentences:
        size = len(sentence)
        shared = _shared(sentence, passage, haystack)
        if shared is None:
            rows.vector(size, rows.run(sentence, 0, size))
            continue
        (first, last), offset = shared
        parts = [(start + offset + first, start + offset + last)]
        if first:
            parts.append(rows.run(sentence[: first + REACH], 0, first))
        if last < size:
            parts.append(rows.run(sentence[last - REACH :], REACH, REACH + size - last))
        rows.vector(size, *parts)


def _shared(sentence: Pieces, passage: Pieces, haystack: bytes) -> tuple[_Range, int] | None:
    """The pieces of a sentence that have the same surroundings within its passage.

    Returns:
        the first and last (exclusive) of them, and how far behind the passage has them; nothing
        where they are too few to be worth it.
    """
    size = len(sentence)
    for ends in _ENDS:
        if size - 2 * ends < _LEAST_SHARED:
            return None
        place = _find(haystack, np.array(sentence[ends:-ends], dtype=np.int32).tobytes())
        if place is not None:
            break
    else:
        return None
    offset = place - ends
    first, last = ends, size - ends
    while first and offset + first and sentence[first - 1] == passage[offset + first - 1]:
        first -= 1
    end = len(passage)
    while last < size and offset + last < end and sentence[last] == passage[offset + last]:
        last += 1
    # The first piece stands for the beginning of a text and the last for its end: what is the same
    # up to there sees nothing beyond, in the passage either.
    first = first and first + REACH
    last = last if last == size else last - REACH
    return ((first, last), offset) if last - first >= _LEAST_SHARED else None


def _find(haystack: bytes, needle: bytes) -> int | None:
    """The place of a run of numbers in others, both as bytes."""
    place = haystack.find(needle)
    while place >= 0 and place % _PIECE:
        place = haystack.find(needle, place + 1)
    return None if place < 0 else place // _PIECE


def _numbers(parts: Sequence[_Range]) -> NDArray[np.int64]:
    """The numbers of several ranges, one after another."""
    bounds = np.array(parts, dtype=np.int64).reshape(-1, 2)
    return ranges(bounds[:, 0], bounds[:, 1])


def blocks(sizes: Sequence[int], most: int) -> Iterator[_Range]:
    """Cut a row of things into blocks that hold at most so much, or a single thing.

    Args:
        sizes: of each thing.
        most: that the sizes of a block may add up to.

    Yields:
        first and last (exclusive) of each block.
    """
    totals = [0, *accumulate(sizes)]
    cuts = [0]
    for number in range(1, len(totals)):
        if totals[number] - totals[cuts[-1]] > most and number - 1 > cuts[-1]:
            cuts.append(number - 1)
    if sizes:
        cuts.append(len(sizes))
    yield from pairwise(cuts)
