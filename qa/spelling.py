"""Typing errors in a question: what was probably meant, and how sure that is.

Suspicious is a character whose pairs with its neighbours no passage holds. What is put in its place
must make pairs that passages do hold, one of them a word of the dictionary: characters of the same
or a similar sound, any other character between two neighbours that fit, the two exchanged. How sure
a slip is follows from how long a piece of one passage it then agrees with, whether that passage is
one that the rest of the question finds, and how many others would do as well. A question's right
but rare words have no such neighbour, as a rule, and stay. So does a word that lacks a character:
to guess it cost more right answers than it gave.

The bag of terms that is searched becomes a mixture: a term that was replaced with weight ``w``
counts ``1 - w``, the one in its place ``w``. So scores stay below the bound of the same bag, and a
doubtful slip moves little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus.normalise import normalise
from embeddings.lexical import counted
from embeddings.readings import WITHIN, WORD, Readings, pair_code, sounding_like
from embeddings.search import WordIndex
from embeddings.tokens import terms_of
from qa.pinyin import read_pinyin

Kind = Literal["same", "near", "any", "two", "swapped", "pinyin"]

DOUBTFUL = 0.5
"""Below this weight, a slip is left as typed."""

CERTAIN = 0.85
"""From this weight on, the question may be read, and shown, as mended."""

_RUN = re.compile("[㐀-䶿一-鿿]{2,}")
_LONGEST_SPAN = 8

# Words of grammar stand beside any word: a pair of theirs that is new tells nothing.
_GRAMMAR = frozenset(
    "的了在是有和与及或被把从对将到为不也都就而之其这那个们于以由则可要会来去上下中时后前"
    "一几每某第多哪什么甚所着给跟因至非里"
)

# Logistic weights, fitted to the questions of CMRC 2018 trial, clean and mistyped.
_BIAS = {
    "same": -2.15,
    "near": -2.18,
    "any": -7.12,
    "two": -3.09,
    "swapped": 0.42,
}
_SPAN, _LONG_WORD, _AGREEMENT, _RIVALS = 0.63, -0.35, 3.97, -1.56


@dataclass(frozen=True, slots=True)
class Alternative:
    """What was probably meant in one place.

    Attributes:
        start, end: what it replaces, in the text in search form.
        original: as typed, in search form.
        replacement: in its place.
        weight: probability that it was meant, at most 1; above ``DOUBTFUL`` but for pinyin.
        kind: ``same`` or ``near`` sound, ``any`` other character, ``two`` of the same sound,
            ``swapped``, or ``pinyin``.
    """

    start: int
    end: int
    original: str
    replacement: str
    weight: float
    kind: Kind


@dataclass(frozen=True, slots=True)
class Spelling:
    """A question as typed and as probably meant.

    Attributes:
        text: in search form.
        alternatives: in order, none overlapping another; empty for a clean question.
        bag: terms to weights, as ``WordIndex.scores`` and ``bound`` take them.
    """

    text: str
    alternatives: tuple[Alternative, ...]
    bag: dict[str, float]

    @property
    def corrected(self) -> str:
        """The text with what is certain in place, and pinyin read; the text itself otherwise."""
        # Letters would find nothing at all, so that the best reading is always better.
        return _replaced(
            self.text,
            (a for a in self.alternatives if a.kind == "pinyin" or a.weight >= CERTAIN),
        )


@dataclass(frozen=True, slots=True)
class _Slip:
    start: int
    end: int
    replacement: str
    kind: Kind
    window: tuple[int, int] = (0, 0)
    long_word: bool = False
    rows: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))


def respell(text: str, lexical: WordIndex, readings: Readings) -> Spelling:
    """Read a Chinese question with its typing errors mended where an index tells how.

    Args:
        text: the question, in any form, without the words that ask; a place that is searched apart
            is best cut out.
        lexical: of the passages.
        readings: of the same passages.
    """
    plain = normalise(text)
    bag = counted(terms_of(plain))
    slips = [
        (run, slip)
        for run in _RUN.finditer(plain)
        for slip in _slips(run.group(), readings, lexical)
    ]
    found: list[Alternative] = []
    if slips:
        base = lexical.scores(bag)
        found = _best(plain, slips, base)
    mixed = _mixed(plain, bag, found)
    for reading in read_pinyin(plain, lexical, readings):
        one = reading.start, reading.end, plain[reading.start : reading.end], reading.text
        found.append(Alternative(*one, reading.weight, "pinyin"))
        for term in reading.typed:
            mixed.pop(term, None)
        for term, weight in reading.terms.items():
            mixed[term] = mixed.get(term, 0.0) + weight
    found.sort(key=lambda a: a.start)
    return Spelling(plain, tuple(found), mixed)


def _replaced(text: str, alternatives: Iterable[Alternative]) -> str:
    for one in sorted(alternatives, key=lambda a: -a.start):
        text = text[: one.start] + one.replacement + text[one.end :]
    return text


def _mixed(text: str, bag: Counter[str], found: list[Alternative]) -> dict[str, float]:
    mixed: dict[str, float] = dict(bag)
    for one in found:
        meant = counted(terms_of(_replaced(text, [one])))
        for term in bag.keys() | meant.keys():
            change = meant[term] - bag[term]
            if change:
                # Neighbours that are both replaced share a pair, which is taken away once.
                mixed[term] = max(0.0, mixed.get(term, 0.0) + one.weight * change)
    return {term: weight for term, weight in mixed.items() if weight > 0}


def _slips(run: str, readings: Readings, lexical: WordIndex) -> Iterator[_Slip]:
    """What could be meant in a run of Han characters, with the passages that agree."""
    codes = np.array([pair_code(run[i : i + 2]) for i in range(len(run) - 1)], np.uint32)
    held = readings.find(codes)[0]
    if held.all():
        return
    spans = _Spans(lexical)
    for slip in _guesses(run, held, readings):
        meant = run[: slip.start] + slip.replacement + run[slip.end :]
        windows = _windows(slip, meant)
        word, long_word = _in_word(meant, slip, readings)
        if not word and not long_word:
            continue
        best = max((spans.widest(meant, *w) for w in windows), key=lambda s: (s[1] - s[0], -s[0]))
        if len(best[2]):
            yield _Slip(
                slip.start, slip.end, slip.replacement, slip.kind, best[:2], long_word, best[2]
            )


def _guesses(run: str, held: NDArray[np.bool_], readings: Readings) -> Iterator[_Slip]:
    size = len(run)

    def fits(at: int) -> bool:
        """Whether the pair that begins there is held; false outside of the run."""
        return 0 <= at < size - 1 and bool(held[at])

    for at, char in enumerate(run):
        if fits(at - 1) or fits(at) or char in _GRAMMAR:
            continue
        same, near = sounding_like(char)
        kinds: tuple[tuple[Kind, NDArray[np.uint32]], ...] = (("same", same), ("near", near))
        for kind, chars in kinds:
            for code in chars[_beside(run, at, chars, readings, both=False)]:
                yield _Slip(at, at + 1, chr(code), kind)
        if 0 < at < size - 1:
            chars = np.setdiff1d(readings.after(run[at - 1]), np.concatenate((same, near)))
            for code in chars[_beside(run, at, chars, readings, both=True)]:
                if chr(code) != char:
                    yield _Slip(at, at + 1, chr(code), "any")
        if at + 1 < size and not fits(at + 1):
            other = sounding_like(run[at + 1])[0]
            pairs = (same[:, None] << np.uint32(16) | other).ravel()
            # Two at once are guessed as a word only.
            for code in pairs[(readings.find(pairs)[1] & WORD) > 0]:
                yield _Slip(at, at + 2, chr(code >> 16) + chr(code & 0xFFFF), "two")
    for at in np.flatnonzero(~held).tolist():
        first, second = run[at], run[at + 1]
        swapped = second + first
        apart = not fits(at - 1) and not fits(at + 1) and not readings.is_other_word(first + second)
        if first != second and apart and _GRAMMAR.isdisjoint(swapped):
            code = np.array([pair_code(swapped)], np.uint32)
            if readings.find(code)[0][0]:
                yield _Slip(at, at + 2, swapped, "swapped")


def _beside(
    run: str, at: int, chars: NDArray[np.uint32], readings: Readings, *, both: bool
) -> NDArray[np.bool_]:
    """Which characters make a held pair with a neighbour of that place, or with both."""
    shift = np.uint32(16)
    sides = []
    if at > 0:
        sides.append(readings.find(np.uint32(ord(run[at - 1]) << 16) | chars)[0])
    if at < len(run) - 1:
        sides.append(readings.find(chars << shift | np.uint32(ord(run[at + 1])))[0])
    fitting: NDArray[np.bool_] = np.logical_and.reduce(sides) if both else sides[0] | sides[-1]
    return fitting


def _windows(slip: _Slip, meant: str) -> list[tuple[int, int]]:
    """The smallest pieces of the mended run that passages must agree with."""
    start, end = slip.start, slip.start + len(slip.replacement)
    if slip.kind in ("two", "swapped"):
        return [(start, end)]
    if slip.kind == "any":
        return [(start - 1, end + 1)]
    left = [(start - 1, end)] if start else []
    return left + ([(start, end + 1)] if end < len(meant) else [])


def _in_word(meant: str, slip: _Slip, readings: Readings) -> tuple[bool, bool]:
    """Whether what was put in makes a word of two characters; and a part of a longer one."""
    start, end = slip.start, slip.start + len(slip.replacement)
    firsts = range(max(0, start - 1), min(end, len(meant) - 1))
    codes = np.array([pair_code(meant[i : i + 2]) for i in firsts], np.uint32)
    marks = readings.find(codes)[1]
    within = (marks & WITHIN) > 0
    return bool(((marks & WORD) > 0).any()), bool((within[:-1] & within[1:]).any())


class _Spans:
    """Finds how much of a text stands in one passage; remembers what was looked up."""

    def __init__(self, lexical: WordIndex) -> None:
        self._lexical = lexical
        self._rows: dict[str, NDArray[np.int32]] = {}

    def _holding(self, piece: str) -> NDArray[np.int32]:
        if piece not in self._rows:
            self._rows[piece] = self._lexical.form(piece)[0]
        return self._rows[piece]

    def widest(self, text: str, start: int, end: int) -> tuple[int, int, NDArray[np.int32]]:
        """The window, grown while a passage holds all of it, and these passages."""
        rows = self._holding(text[start:end])
        growing = len(rows) > 0
        while growing and end - start < _LONGEST_SPAN:
            growing = False
            for first, last in ((start, end + 1), (start - 1, end)):
                if first < 0 or last > len(text) or last - first > _LONGEST_SPAN:
                    continue
                wider = self._holding(text[first:last])
                if len(wider):
                    start, end, rows, growing = first, last, wider, True
                    break
        return start, end, rows


def _best(
    text: str, slips: list[tuple[re.Match[str], _Slip]], base: NDArray[np.float32]
) -> list[Alternative]:
    """The surest slips, none touching another."""
    top = float(base.max(initial=0.0))
    judged: list[Alternative] = []
    for run, slip in slips:
        agreement = float(base[slip.rows].max()) / top if top > 0 else 0.0
        rivals = _rivals(slip, [other for of, other in slips if of is run])
        weight = _certainty(slip, agreement, rivals)
        if weight > DOUBTFUL:
            start, end = run.start() + slip.start, run.start() + slip.end
            judged.append(
                Alternative(start, end, text[start:end], slip.replacement, weight, slip.kind)
            )
    judged.sort(key=lambda a: (-a.weight, a.start, a.replacement))
    chosen: list[Alternative] = []
    for one in judged:
        if all(one.end < other.start or other.end < one.start for other in chosen):
            chosen.append(one)
    return chosen


def _rivals(slip: _Slip, others: list[_Slip]) -> int:
    """How many other slips of the same place agree with a piece as long."""
    length = slip.window[1] - slip.window[0]
    return sum(
        other is not slip
        and other.window[1] - other.window[0] >= length
        and other.start <= slip.end
        and slip.start <= other.end
        for other in others
    )


def _certainty(slip: _Slip, agreement: float, rivals: int) -> float:
    """Probability that a slip is what was meant."""
    z = (
        _BIAS[slip.kind]
        + _SPAN * min(slip.window[1] - slip.window[0], 6)
        + _LONG_WORD * slip.long_word
        + _AGREEMENT * agreement
        + _RIVALS * math.log1p(rivals)
    )
    return 1.0 / (1.0 + math.exp(-z))
