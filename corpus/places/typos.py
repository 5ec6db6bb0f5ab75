"""Covered names in Han characters with something mistyped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from corpus.places.candidate import Candidate
from corpus.places.coverage import Coverage, Name
from corpus.places.folding import is_han
from corpus.places.gazetteer import Gazetteer
from corpus.places.ordinary import stands_free
from corpus.places.sounds import sound_alike, sound_similar

_SUFFIXES = frozenset("省市区县州盟旗")
# Words of grammar: beside a right character they are themselves, not a slip (以|及南|部).
_GRAMMAR = frozenset("爷及即既几无不有又也且与和在的得把被从将对到为是自最再只之其此")
_MAKES_ANOTHER_WORD = frozenset("别分域间路街")


class _Target(NamedTuple):
    form: str
    name: Name
    suffixed: bool


class HanTypos:
    """Finds windows that are one slip away from a covered name.

    ============================================  =========
    slip                                          certainty
    ============================================  =========
    other characters of the same toneless sound   0.7
    one of a similar sound (n/ng, l/n, z/zh …)    0.55
    one other, one missing, two swapped: names    0.55
    of three characters and more, standing apart
    ============================================  =========
    """

    def __init__(self, places: Gazetteer, coverage: Coverage) -> None:
        self._places = places
        self._coverage = coverage
        self._at: dict[str, list[tuple[_Target, int]]] = {}
        for form, name in coverage.han.items():
            # Sounds like a nickname of two characters (江城: 将成) are too often just words.
            if name.nickname and len(form) < 3:
                continue
            target = _Target(form, name, len(form) > 2 and form[-1] in _SUFFIXES)
            for position, char in enumerate(form):
                self._at.setdefault(char, []).append((target, position))

    def find(
        self,
        text: str,
        named: Sequence[Candidate],
        known_words: Callable[[str], bool] | None,
    ) -> Iterator[Candidate]:
        """Candidates that touch none of the names already found; they may overlap each other.

        A longer name that sounds the same may hold one without a report: 冬[西湖区].
        """
        taken = bytearray(len(text))
        for one in named:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
        seen: set[tuple[int, int, str]] = set()
        for index, char in enumerate(text):
            for target, position in self._at.get(char, ()):
                for start, length in _windows(target, position, index):
                    window = start, length, target.form
                    end = start + length
                    if start < 0 or end > len(text) or window in seen:
                        continue
                    seen.add(window)
                    touches = any(taken[start:end])
                    if touches and length < 4:
                        continue
                    certainty = _certainty(text, start, length, target)
                    if not certainty or not self._can_be_slip(text, start, end, known_words):
                        continue
                    if touches and (certainty < 0.7 or not self._holds_uncovered(window, named)):
                        continue
                    name = target.name
                    owner = (name.place,) if name.place else ()
                    yield Candidate(start, end, owner, name.keys, certainty, "typo")

    def _can_be_slip(
        self,
        text: str,
        start: int,
        end: int,
        known_words: Callable[[str], bool] | None,
    ) -> bool:
        window = text[start:end]
        if not all(map(is_han, window)):
            return False
        if window in self._places.han_names or window in self._coverage.han:
            return False
        if known_words is None:
            return True
        wider = {window, text[max(0, start - 1) : end], text[start : end + 1]}
        return not any(known_words(word) for word in wider)

    def _holds_uncovered(self, window: tuple[int, int, str], named: Sequence[Candidate]) -> bool:
        start, end = window[0], window[0] + window[1]
        return all(
            start <= one.start
            and one.end <= end
            and not one.keys
            and not any(map(self._coverage.focus, one.places))
            for one in named
            if one.start < end and start < one.end
        )


def _windows(target: _Target, position: int, index: int) -> list[tuple[int, int]]:
    """(start, length) of the windows in which the right character at ``index`` may stand."""
    size = len(target.form)
    windows = [(index - position, size)]
    if target.suffixed and position == size - 1:
        return windows  # 市 alone is too common to look for more
    if size >= 3:
        windows += [(index - position - 1, size), (index - position + 1, size)]
    if size >= 4:
        windows += [(index - position, size - 1), (index - position + 1, size - 1)]
    return windows


def _certainty(text: str, start: int, length: int, target: _Target) -> float:
    """How sure a slip is; 0 where it is none."""
    form = target.form
    window = text[start : start + length]
    if length < len(form):
        return _missing(text, start, window, target)
    wrong = [i for i, (ours, theirs) in enumerate(zip(form, window, strict=True)) if ours != theirs]
    if not wrong or len(wrong) == len(form):
        return 0.0
    grammar = any(window[i] in _GRAMMAR for i in wrong)
    if all(sound_alike(form[i], window[i]) for i in wrong):
        return 0.0 if grammar and len(form) < 3 else 0.7
    if target.suffixed and wrong[-1] == len(form) - 1:
        return 0.0
    if len(wrong) == 1 and not grammar and sound_similar(form[wrong[0]], window[wrong[0]]):
        return 0.55
    apart = stands_free(text, start) and text[start + length : start + length + 1] not in (
        _MAKES_ANOTHER_WORD
    )
    if len(form) < 3 or not apart or grammar:
        return 0.0
    if len(wrong) == 1:
        return 0.55 if target.suffixed or len(form) > 3 else 0.0
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
    if swapped and form[wrong[0]] == window[wrong[1]] and form[wrong[1]] == window[wrong[0]]:
        return 0.55
    return 0.0


def _missing(text: str, start: int, window: str, target: _Target) -> float:
    form = target.form
    core = len(form) - 1 if target.suffixed else len(form)
    after = text[start + len(window) : start + len(window) + 1]
    if not stands_free(text, start) or after in _MAKES_ANOTHER_WORD:
        return 0.0
    if any(form[:i] + form[i + 1 :] == window for i in range(core)):
        return 0.55
    return 0.0
