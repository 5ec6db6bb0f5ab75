"""Which of many texts may be copies of earlier ones, without looking at every pair.

A corpus holds thousands of reports in the same words with other figures, and each shares smallest
values with all the others. So pairs are found by their figures first. Of two texts that share at
least t of the m figures of the one with fewer, at least one of any m - t + 1 of these is in the
other; the rarest ones are taken, which few texts have (S. Chaudhuri, V. Ganti and R. Kaushik, "A
primitive operator for similarity joins in data cleaning", ICDE 2006). What is found is exact: the
pairs that ``Known`` compares, without those whose sizes and figures tell that they are no copies.
Texts without any figures are found by their smallest values.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.signature import COMMON, FIGURES, HEAD, LEAST, NO_VALUE, SHORTER, Signature, head

_Numbers = NDArray[np.int32]

_TOGETHER: Final = 4_096
"""Texts whose smallest values are compared at a time, half a kilobyte each."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """What is in memory of the signatures of many texts: half a kilobyte, and 8 bytes a figure.

    Attributes:
        sizes: distinct shingles, shape (texts,); 0 where there is no signature.
        heads: smallest values, shape (texts, HEAD), as ``head`` gives them.
        figures: of one text after another, as numbers.
        ends: where those of each text begin, and where the last ones end, shape (texts + 1,).
    """

    sizes: NDArray[np.int64]
    heads: NDArray[np.uint64]
    figures: NDArray[np.uint64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, signatures: Iterable[Signature | None]) -> Outlines:
        """Those of some texts, looked at once, one at a time."""
        sizes, heads, figures, ends = array("q"), bytearray(), array("Q"), array("q", [0])
        for one in signatures:
            sizes.append(0 if one is None else one.size)
            heads += head(one).tobytes()
            if one is not None:
                figures.extend(set(map(_number, one.figures)))
            ends.append(len(figures))
        return cls(
            np.frombuffer(sizes, np.int64),
            np.frombuffer(heads, np.uint64).reshape(-1, HEAD),
            np.frombuffer(figures, np.uint64),
            np.frombuffer(ends, np.int64),
        )


def _number(figure: str) -> int:
    """The characters of a figure; a digest where they are more than eight bytes."""
    content = figure.encode()
    if len(content) > 8:
        content = blake2b(content, digest_size=8).digest()
    return int.from_bytes(content, "big")


class Alike:
    """Finds, for one text after another, the earlier ones that it may be a copy of.

    Args:
        outlines: of all texts, in their order.
    """

    def __init__(self, outlines: Outlines) -> None:
        self._sizes = outlines.sizes
        self._heads = outlines.heads
        self._figures = _Figures(outlines.figures, outlines.ends)
        # Copies of a text without figures may have some, and the other way round.
        signed = outlines.sizes >= LEAST
        without = np.flatnonzero(signed & (np.diff(outlines.ends) == 0))
        everyone = np.flatnonzero(signed)
        self._without: Heads | None = None
        self._everyone: Heads | None = None
        if len(without):
            self._without = self._everyone = Heads(outlines.heads[without], without)
            if len(without) < len(everyone):
                self._everyone = Heads(outlines.heads[everyone], everyone)

    def before(self, number: int, among: NDArray[np.bool_]) -> Iterator[int]:
        """Those that share ``COMMON`` smallest values with it, and are like it in size and figures.

        Args:
            number: of the text.
            among: the texts to find, shape (texts,).

        Yields:
            their numbers, ascending, all before its own.
        """
        size = self._sizes[number]
        if size < LEAST:
            return
        row = self._heads[number]
        found = _NOBODY
        if self._figures.count(number):
            alike = self._chosen(self._figures.sharing(number), number, among)
            found = self._sharing(row, alike)
        without = self._without if self._figures.count(number) else self._everyone
        if without is not None:
            found = np.union1d(found, self._chosen(without.sharing(row), number, among))
        for earlier in found.tolist():
            if self._figures.alike(number, earlier):
                yield earlier

    def _chosen(self, found: _Numbers, number: int, among: NDArray[np.bool_]) -> _Numbers:
        """Of those found, the earlier ones among some that are neither much shorter nor longer."""
        found = found[found < number]
        found = found[among[found]]
        sizes, own = self._sizes[found], self._sizes[number]
        like = np.minimum(sizes, own) >= SHORTER * np.maximum(sizes, own)
        chosen: _Numbers = found[like & (sizes >= LEAST)]
        return chosen

    def _sharing(self, row: NDArray[np.uint64], found: _Numbers) -> _Numbers:
        """Those that share ``COMMON`` smallest values with a row."""
        row = row[row != NO_VALUE]
        parts = [
            part[np.isin(self._heads[part], row).sum(axis=1) >= COMMON]
            for first in range(0, len(found), _TOGETHER)
            for part in (found[first : first + _TOGETHER],)
        ]
        return np.concatenate(parts) if parts else found


_NOBODY: Final[_Numbers] = np.empty(0, np.int32)


class Heads:
    """Which texts share smallest values with another.

    Held are 12 bytes a value, 768 bytes a text; 1.8 kB for a moment while they are sorted.

    Args:
        heads: of some texts, shape (texts, HEAD), as ``head`` gives them.
        owners: their numbers, ascending.
    """

    def __init__(self, heads: NDArray[np.uint64], owners: NDArray[np.int64]) -> None:
        values = heads.reshape(-1)
        order = np.argsort(values, kind="stable")
        self._values = values[order]
        del values
        order //= HEAD
        self._owners = owners.astype(np.int32)[order]

    def sharing(self, row: NDArray[np.uint64]) -> _Numbers:
        """Those that have ``COMMON`` values of a row at least, ascending."""
        row = row[row != NO_VALUE]
        begins = np.searchsorted(self._values, row, side="left").tolist()
        ends = np.searchsorted(self._values, row, side="right").tolist()
        holders = [self._owners[b:e] for b, e in zip(begins, ends, strict=True) if b < e]
        if len(holders) < COMMON:
            return _NOBODY
        numbers, counts = np.unique(np.concatenate(holders), return_counts=True)
        found: _Numbers = numbers[counts >= COMMON]
        return found


class _Figures:
    """The figures of texts, the rarest ones first, and the texts that have each.

    Held are 8 bytes a figure of a text and a few more, and 40 for a moment.
    """

    def __init__(self, figures: NDArray[np.uint64], ends: NDArray[np.int64]) -> None:
        counts = np.diff(ends)
        self._ends = ends
        distinct, which, texts = np.unique(figures, return_inverse=True, return_counts=True)
        ranks = np.empty(len(distinct), dtype=np.int64)
        ranks[np.argsort(texts, kind="stable")] = np.arange(len(distinct))
        owners = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        keys = (owners << 32) | ranks[which.reshape(-1)]
        del which
        keys.sort()
        self._ranks = (keys & 0xFFFFFFFF).astype(np.int32)
        del keys
        # Of the figures of a text, how many have to be in a copy that has no fewer.
        needed = np.ceil(FIGURES * counts).astype(np.int64)
        self._first = np.where(counts > 0, counts - needed + 1, 0)
        places = np.arange(len(owners)) - np.repeat(ends[:-1], counts)
        rarest = places < np.repeat(self._first, counts)
        self._every = _Holders(self._ranks, owners, len(distinct))
        self._rarest = _Holders(self._ranks[rarest], owners[rarest], len(distinct))

    def count(self, number: int) -> int:
        """How many a text has."""
        return int(self._ends[number + 1] - self._ends[number])

    def sharing(self, number: int) -> _Numbers:
        """Texts with figures, ascending, all those among them that are ``alike``."""
        own = self._of(number)
        parts = [self._every.of(rank) for rank in own[: self._first[number]].tolist()]
        # Those that have fewer figures than it.
        parts += [self._rarest.of(rank) for rank in own.tolist()]
        return np.unique(np.concatenate(parts))

    def alike(self, one: int, other: int) -> bool:
        """Whether they share as many as copies do."""
        mine, others = self._of(one), self._of(other)
        both = len(np.intersect1d(mine, others, assume_unique=True))
        return both >= FIGURES * min(len(mine), len(others))

    def _of(self, number: int) -> _Numbers:
        return self._ranks[self._ends[number] : self._ends[number + 1]]


class _Holders:
    """Figures to the texts that have them."""

    def __init__(self, ranks: _Numbers, owners: NDArray[np.int64], distinct: int) -> None:
        # Texts are in order already.
        self._texts = owners[np.argsort(ranks, kind="stable")].astype(np.int32)
        self._starts = np.zeros(distinct + 1, dtype=np.int64)
        np.cumsum(np.bincount(ranks, minlength=distinct), out=self._starts[1:])

    def of(self, rank: int) -> _Numbers:
        """The texts that have one, ascending."""
        return self._texts[self._starts[rank] : self._starts[rank + 1]]
