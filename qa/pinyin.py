"""Pinyin without tones in a question, read as the characters that its reports hold.

Letters are cut into syllables in every way that is short; each syllable stands for the characters
read so, and two neighbours support each other where the index holds their pair, most where it is a
word. How sure each pair is, over all readings of the stretch, is computed by the forward-backward
algorithm (Rabiner, "A Tutorial on Hidden Markov Models", Proceedings of the IEEE 77(2), 1989); the
text shown is the most probable reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.cleaning.hanzi import is_common
from corpus.places.sounds import readings as character_readings
from embeddings.readings import WITHIN, WORD, Chars, Readings, frequency, pair_code, read_as
from embeddings.search import WordIndex

# Letters, and what may stand between two syllables.
_STRETCH = re.compile(r"[a-zü]+(?:[ '’-]+[a-zü]+)*")
_TOKEN = re.compile(r"[a-zü]+")
_HAN = re.compile("[㐀-䶿一-鿿]")

CHARACTERS = 32
"""Characters tried for a syllable: those that stand in the most pairs of the index."""

MOST_SYLLABLES = 80
"""Of one stretch; a longer one is not read."""

_NEARLY = 0.9

LONGEST_TOKEN = 120
"""Letters without a blank that are still read."""

_STAND_INS = 2
_MOST_WAYS = 8  # to cut letters that are kept at each place

MINIMUM = 0.1
"""Terms less sure than this are left out."""

# How much a pair speaks for a reading, in natural logarithms.
_HELD, _IS_WORD, _IS_WITHIN, _OFTEN, _UNHELD, _ACROSS = 2.0, 4.0, 1.0, 0.5, -5.0, -2.0
_COMMON = 0.25
_SYLLABLE = -3.0
_GRAMMAR = 2.0

# What questions are made of and reports are not: these pairs count as words of the index.
_ASKING = (
    "什么 多少 哪些 哪个 哪几 哪里 哪儿 哪年 哪位 几个 几年 几次 何时 何处 何人 何地 何种 "
    "如何 怎么 怎样 怎么样 为何 为什么 什么样 什么时候 多久 多大 多长 多高 多远 请问 是否 "
    "是什么 是谁 有多少 有哪些 叫什么 在哪里"
).split()
_GRAMMATICAL = "的是了在有和个被为与从到由对以中于哪"

Scores = NDArray[np.float64]

_ASKING_TERMS = frozenset(a + b for word in _ASKING for a, b in pairwise(word))
_ASKING_PAIRS = np.array(sorted(map(pair_code, _ASKING_TERMS)), np.uint32)
_ASKING_CHARS = np.array(sorted({ord(char) for word in _ASKING for char in word}), np.uint32)
_GRAMMATICAL_CHARS = np.array(sorted(map(ord, _GRAMMATICAL)), np.uint32)


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of letters, read.

    Attributes:
        start, end: of the stretch in the text.
        text: the most probable characters.
        weight: mean probability of the pairs of ``text``.
        terms: characters and pairs to how often they are expected, over all readings; pairs of
            words that ask are left out.
        typed: the letters' own terms, which ``terms`` stand for.
    """

    start: int
    end: int
    text: str
    weight: float
    terms: Mapping[str, float]
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    """One syllable in one place, and the characters it may stand for.

    ``alone`` where it is all that is typed without a blank."""

    start: int
    end: int
    chars: Chars
    begins_token: bool
    alone: bool


@cache
def _syllables() -> frozenset[str]:
    return frozenset(s for choice in character_readings().values() for s in choice)


def _canonical(syllable: str) -> str:
    """``v`` for ü; after j, q, x and y it is written u anyway."""
    syllable = syllable.replace("ü", "v")
    return syllable.replace("v", "u") if syllable[:1] in "jqxy" else syllable


@lru_cache(maxsize=4096)
def cut(token: str) -> tuple[tuple[str, ...], ...]:
    """The ways to cut letters into syllables: the shortest, and those longer by one."""
    if len(token) > LONGEST_TOKEN:
        return ()
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in token)]
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - 6), end):
            syllable = _canonical(token[start:end])
            if syllable in _syllables():
                ways[end] += [(*way, token[start:end]) for way in ways[start]]
        fewest = min(map(len, ways[end]), default=0)
        ways[end] = sorted(way for way in ways[end] if len(way) <= fewest + 1)
        ways[end].sort(key=len)
        del ways[end][_MOST_WAYS:]
    return tuple(ways[-1])


def read_pinyin(text: str, lexical: WordIndex, readings: Readings) -> Iterator[Reading]:
    """Stretches of letters in a text in search form that read as pinyin of words of the index.

    In a text with Han characters, a token of at least two syllables that the index does not hold
    as it stands; in one without, the whole text, when nearly all of it can be cut into syllables.
    """
    stretches = [
        [(found.start() + m.start(), m.group()) for m in _TOKEN.finditer(found.group())]
        for found in _STRETCH.finditer(text)
    ]
    whole = bool(stretches) and _HAN.search(text) is None
    if whole:
        letters = [(len(token), bool(cut(token))) for tokens in stretches for _, token in tokens]
        if sum(size for size, fits in letters if fits) < _NEARLY * sum(size for size, _ in letters):
            return
    for tokens in stretches:
        for part in _pinyin_parts(tokens, lexical, whole=whole):
            reading = _read(text, part, readings, whole=whole)
            if reading is not None:
                yield reading


def _pinyin_parts(
    tokens: list[tuple[int, str]], lexical: WordIndex, *, whole: bool
) -> Iterator[list[tuple[int, str]]]:
    """Neighbouring tokens that can be pinyin."""
    part: list[tuple[int, str]] = []
    for at, token in tokens:
        if cut(token) and (whole or token not in lexical):
            part.append((at, token))
        elif part:
            yield part
            part = []
    if part:
        yield part


def _read(
    text: str, tokens: list[tuple[int, str]], readings: Readings, *, whole: bool
) -> Reading | None:
    fewest = sum(min(map(len, cut(token))) for _, token in tokens)
    if fewest < 2 or fewest > MOST_SYLLABLES:
        return None
    start, end = tokens[0][0], tokens[-1][0] + len(tokens[-1][1])
    edges = _edges(tokens, readings)
    before = text[start - 1 : start] if start and _HAN.match(text[start - 1]) else ""
    after = text[end : end + 1] if _HAN.match(text[end : end + 1]) else ""
    # A blank may part letters from characters.
    if not before and text[start - 1 : start] == " ":
        before = "".join(_HAN.findall(text[max(0, start - 2) : start - 1]))
    if not after and text[end : end + 1] == " ":
        after = "".join(_HAN.findall(text[end + 1 : end + 2]))
    lattice = _Lattice(edges, before, after, readings)
    found = lattice.solve(start, end)
    if found is None:
        return None
    best, terms = found
    pairs = [best[i : i + 2] for i in range(len(best) - 1)]
    codes = np.array([pair_code(pair) for pair in pairs], np.uint32)
    marks = readings.find(codes)[1]
    words = int((((marks & WORD) > 0) | np.isin(codes, _ASKING_PAIRS)).sum())
    if words * (8 if whole else 4) < len(best):
        return None
    weight = float(np.mean([min(1.0, terms.get(pair, 0.0)) for pair in pairs])) if pairs else 0.0
    kept = {t: p for t, p in terms.items() if p >= MINIMUM and t not in _ASKING_TERMS}
    return Reading(start, end, best, weight, kept, tuple(token for _, token in tokens))


def _edges(tokens: list[tuple[int, str]], readings: Readings) -> list[_Edge]:
    found: dict[tuple[int, int], _Edge] = {}
    for number, (begin, token) in enumerate(tokens):
        # Positions between syllables; a token's end is where the next begins.
        last = tokens[number + 1][0] if number + 1 < len(tokens) else begin + len(token)
        for way in cut(token):
            at = begin
            for syllable in way:
                end = at + len(syllable)
                reach = last if end == begin + len(token) else end
                if (at, reach) not in found:
                    chars = _characters(_canonical(syllable), readings)
                    found[at, reach] = _Edge(at, reach, chars, at == begin, len(way) == 1)
                at = end
    return sorted((e for e in found.values() if len(e.chars)), key=lambda e: (e.start, e.end))


def _characters(syllable: str, readings: Readings) -> Chars:
    chars = read_as(syllable)
    common = readings.commonness(chars)
    common[np.isin(chars, _ASKING_CHARS) | np.isin(chars, _GRAMMATICAL_CHARS)] += 1 << 20
    order = np.argsort(-common, kind="stable")[:CHARACTERS]
    found = chars[order][common[order] > 0]
    # One that no passage has must not part what stands on both sides of it.
    return found if len(found) else chars[[is_common(chr(char)) for char in chars]][:_STAND_INS]


class _Lattice:
    """All readings of a stretch, as edges from place to place."""

    def __init__(self, edges: list[_Edge], before: str, after: str, readings: Readings) -> None:
        self._edges = edges
        self._readings = readings
        self._before = np.array([ord(before)], np.uint32) if before else None
        self._after = np.array([ord(after)], np.uint32) if after else None

    def _support(self, left: Chars, right: Chars, *, across: bool) -> Scores:
        """How much each pair speaks for a reading, shape (left, right)."""
        held, marks = self._readings.find(left[:, None] << np.uint32(16) | right[None, :])
        score = np.where(
            held,
            _HELD + _OFTEN * frequency(marks) + _IS_WITHIN * ((marks & WITHIN) > 0),
            _ACROSS if across else _UNHELD,
        )
        score += _IS_WORD * ((marks & WORD) > 0)
        asking = np.isin(left[:, None] << np.uint32(16) | right[None, :], _ASKING_PAIRS)
        return np.where(asking, _HELD + _IS_WORD + 2 * _IS_WITHIN + 4 * _OFTEN, score)

    def solve(self, start: int, end: int) -> tuple[str, dict[str, float]] | None:
        """The best reading, and every character and pair with its probability."""
        edges = self._edges
        count = len(edges)
        single = [
            _COMMON * np.log1p(self._readings.commonness(edge.chars))
            + _GRAMMAR * edge.alone * np.isin(edge.chars, _GRAMMATICAL_CHARS)
            + _SYLLABLE
            for edge in edges
        ]
        forward: list[Scores] = [np.full(len(e.chars), -np.inf) for e in edges]
        viterbi: list[Scores] = [np.full(len(e.chars), -np.inf) for e in edges]
        back: list[list[tuple[int, int]]] = [[(-1, -1)] * len(e.chars) for e in edges]
        links: list[tuple[int, int, Scores]] = []
        for i, edge in enumerate(edges):
            if edge.start == start:
                first = single[i].copy()
                if self._before is not None:
                    first += self._support(self._before, edge.chars, across=True)[0]
                forward[i], viterbi[i] = first, first.copy()
            for j in range(i):
                if edges[j].end == edge.start:
                    support = (
                        self._support(edges[j].chars, edge.chars, across=edge.begins_token)
                        + single[i]
                    )
                    links.append((j, i, support))
                    forward[i] = np.logaddexp(
                        forward[i],
                        np.logaddexp.reduce(forward[j][:, None] + support, axis=0),
                    )
                    reached = viterbi[j][:, None] + support
                    arg = reached.argmax(axis=0)
                    for k in np.flatnonzero(reached.max(axis=0) > viterbi[i]):
                        viterbi[i][k] = reached[arg[k], k]
                        back[i][k] = (j, int(arg[k]))
        last = [np.zeros(len(e.chars)) for e in edges]
        if self._after is not None:
            last = [self._support(e.chars, self._after, across=True)[:, 0] for e in edges]
        backward: list[Scores] = [
            last[i] if e.end == end else np.full(len(e.chars), -np.inf) for i, e in enumerate(edges)
        ]
        for j, i, support in sorted(links, key=lambda link: -link[1]):
            backward[j] = np.logaddexp(
                backward[j], np.logaddexp.reduce(support + backward[i][None, :], axis=1)
            )
        finals = [i for i in range(count) if edges[i].end == end]
        totals = [float(np.logaddexp.reduce(forward[i] + backward[i])) for i in finals]
        if not totals or max(totals) == -np.inf:
            return None
        total = float(np.logaddexp.reduce(totals))
        terms: dict[str, float] = {}
        for i, edge in enumerate(edges):
            posterior = np.exp(forward[i] + backward[i] - total)
            for k in np.flatnonzero(posterior > MINIMUM / 2):
                char = chr(edge.chars[k])
                terms[char] = terms.get(char, 0.0) + float(posterior[k])
        for j, i, support in links:
            joint = np.exp(forward[j][:, None] + support + backward[i][None, :] - total)
            for a, b in zip(*np.nonzero(joint > MINIMUM / 2), strict=True):
                pair = chr(edges[j].chars[a]) + chr(edges[i].chars[b])
                terms[pair] = terms.get(pair, 0.0) + float(joint[a, b])
        ends = [(viterbi[i] + last[i], i) for i in finals]
        scores, node = max(ends, key=lambda pair: float(pair[0].max()))
        choice = int(scores.argmax())
        letters: list[str] = []
        while node >= 0:
            letters.append(chr(edges[node].chars[choice]))
            node, choice = back[node][choice]
        return "".join(reversed(letters)), terms
