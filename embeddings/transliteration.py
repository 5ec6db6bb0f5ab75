"""Foreign names to the stretches of Chinese text that may be their transliteration.

No dictionary holds all names. A name is written with characters chosen for their sound, of a few
hundred that serve for this: stretches of these are found in the reports, and a name of the question
is compared with them by sound (``phonetics.py``). The characters, their syllables and how much they
keep to names are in ``data/transliteration.tsv``, counted over the names that CC-CEDICT gives
(``scripts/build_transliteration.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.phonetics import Table, distances, name_costs, sounds, syllable_number

TABLE = Path(__file__).parent / "data" / "transliteration.tsv"

SHORTEST, LONGEST = 2, 7
"""Characters of a stretch."""
SHORTEST_NAME = 4
"""Letters of a name: shorter ones sound like too much."""

MOST = 100_000
"""Stretches that an index holds at most."""

_LIMITS = {2: 0.11, 3: 0.17, 4: 0.22}
_LIMIT = 0.25  # of longer stretches
_NEAR = 0.04  # how far behind the best one others still count
_FIRST = 0.45  # the most that the first sound may cost
_INSIDE = 0.03  # for each side on which such characters go on
_ORDINARY = 0.12  # for characters that never serve for names, in proportion

Stretches = Mapping[str, tuple[str, str]]
"""Length to the stretches of that length, joined, and a digit for each: its open sides."""


class Character(NamedTuple):
    """One that serves for names: its syllable's number, and its share of use outside names."""

    code: int
    ordinary: float


@cache
def characters() -> Mapping[str, Character]:
    """The characters that serve for names."""
    table = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            char, syllable, percent = line.split("\t")
            table[char] = Character(syllable_number(syllable), 1 - int(percent) / 100)
    return table


class Compiler:
    """Collects the stretches of texts that may be names.

    There are as many as there are ways to write, so that a corpus of millions of passages would
    have millions, most of them met once and none. Above ``most``, those that are met most often
    are kept: while collecting, whenever there are four times as many, the rarer half is forgotten
    with its counts (after Manku & Motwani, "Approximate Frequency Counts over Data Streams", VLDB
    2002).

    Args:
        most: stretches that are kept.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._run = re.compile(f"[{''.join(sorted(characters()))}]{{{SHORTEST},}}")
        self._sides: dict[str, int] = {}
        self._times: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Collect those of one text, given in search form."""
        for match in self._run.finditer(text):
            stretch = match[0]
            for start in range(len(stretch)):
                for end in range(start + SHORTEST, min(start + LONGEST, len(stretch)) + 1):
                    sides = (start > 0) + (end < len(stretch))
                    part = stretch[start:end]
                    self._sides[part] = min(self._sides.get(part, 2), sides)
                    self._times[part] += 1
        if len(self._sides) > 4 * self._most:
            kept = self._most_frequent(self._sides, 2 * self._most)
            self._sides = {part: self._sides[part] for part in kept}
            self._times = Counter({part: self._times[part] for part in kept})

    def compiled(self, ordinary: Collection[str]) -> dict[str, tuple[str, str]]:
        """The stretches that have been collected.

        Args:
            ordinary: words that are none.

        Returns:
            as ``Stretches``, sorted.
        """
        found = self._most_frequent(set(self._sides).difference(ordinary), self._most)
        compiled: dict[str, tuple[str, str]] = {}
        for length in range(SHORTEST, LONGEST + 1):
            parts = sorted(part for part in found if len(part) == length)
            if parts:
                sides = "".join(str(self._sides[part]) for part in parts)
                compiled[str(length)] = ("".join(parts), sides)
        return compiled

    def _most_frequent(self, parts: Collection[str], count: int) -> Collection[str]:
        if len(parts) <= count:
            return parts
        return sorted(parts, key=lambda part: (-self._times[part], part))[:count]


def compile_names(texts: Iterable[str], ordinary: Collection[str]) -> dict[str, tuple[str, str]]:
    """The stretches of texts that may be names.

    Args:
        texts: in search form.
        ordinary: words that are none.

    Returns:
        as ``Stretches``, sorted.
    """
    compiler = Compiler()
    for text in texts:
        compiler.add(text)
    return compiler.compiled(ordinary)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Stretches of one length: the text of all, their syllables, what speaks against each."""

    text: str
    codes: NDArray[np.int64]
    doubt: Table


class Match(NamedTuple):
    """A stretch that a name may be written as, and how far its sound is off."""

    form: str
    distance: float


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The stretches of one index."""

    _groups: Mapping[int, _Group]

    @classmethod
    def of(cls, compiled: Stretches) -> Names:
        """Those that ``compile_names`` found.

        Raises:
            ValueError: they are not what it writes.
        """
        table = characters()
        known = np.array(sorted(map(ord, table)), np.uint32)
        in_order = [table[chr(code)] for code in known]
        syllables = np.array([char.code for char in in_order], np.int64)
        shares = np.array([char.ordinary for char in in_order], np.float32)
        groups = {}
        for key, (text, sides) in sorted(compiled.items()):
            points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
            places = np.minimum(np.searchsorted(known, points), len(known) - 1)
            if len(text) != int(key) * len(sides) or not (known[places] == points).all():
                raise ValueError("stretches that are none")
            places = places.reshape(-1, int(key))
            open_sides = np.frombuffer(sides.encode("ascii"), np.uint8) - ord("0")
            doubt = np.float32(_INSIDE) * open_sides + np.float32(_ORDINARY) * shares[places].mean(
                1
            )
            groups[int(key)] = _Group(text, syllables[places], doubt.astype(np.float32))
        return cls(groups)

    def match(self, name: str, *, strictness: float = 1.0) -> list[Match]:
        """The stretches that sound like a name, best first.

        Args:
            name: one word, in Latin or Cyrillic letters or katakana.
            strictness: by what the largest distances are divided.

        Returns:
            those within the distance that their length allows and near the best; mostly one.
        """
        heard = sounds(name)
        # One consonant says too little.
        if sum(consonant != "A" for consonant, _ in heard) < 2:
            return []
        first = name_costs(name)[0][0]
        found = []
        for length, group in self._groups.items():
            if not 0.4 * len(heard) <= length <= len(heard) + 1:
                continue
            limit = _LIMITS.get(length, _LIMIT) / strictness
            rows = np.flatnonzero(first[group.codes[:, 0]] < _FIRST)
            if not len(rows):
                continue
            distance = distances(name, group.codes[rows]) + group.doubt[rows]
            for place in np.flatnonzero(distance < limit):
                start = int(rows[place]) * length
                form = group.text[start : start + length]
                found.append(Match(form, float(distance[place])))
        found.sort(key=lambda match: (match.distance, match.form))
        return [match for match in found if match.distance <= found[0].distance + _NEAR]


NO_NAMES = Names({})


# A word, its apostrophe's ending left out; or a run of katakana.
_NAME = re.compile(r"(?P<word>[^\W\d_]+)(?:['’][a-z]{1,2}\b)?")
_KATAKANA = re.compile(r"[ァ-ヺー]{3,}")
_SENTENCE_END = re.compile(r"[.?!:;¿¡\"“„«(]\s*$")


def names_in(text: str) -> list[str]:
    """Words of a question that are written like names, in order, each once.

    Capitalised ones of four letters or more (not all capitals), but no first word of a sentence,
    unless another capitalised word follows it; and runs of katakana.
    """
    matches = [m for m in _NAME.finditer(text) if m["word"][0].isalpha()]
    found = _KATAKANA.findall(text)
    for place, match in enumerate(matches):
        word = match["word"]
        if len(word) < SHORTEST_NAME or not word[0].isupper() or word.isupper():
            continue
        begins = place == 0 or _SENTENCE_END.search(text[: match.start()]) is not None
        after = matches[place + 1]["word"] if place + 1 < len(matches) else ""
        if not begins or (after[:1].isupper() and not after.isupper()):
            found.append(word)
    return list(dict.fromkeys(found))
