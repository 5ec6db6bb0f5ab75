"""Which characters of an extract match the question."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.places.folding import fold
from corpus.report import Span

_HAN = re.compile(r"[㐀-䶿一-鿿]")


def matching_spans(extract: str, words: Iterable[str]) -> list[Span]:
    """Spans of an extract that match words of the question, in order, not touching.

    Args:
        extract: verbatim, in any script; the spans are offsets in it.
        words: in search form, as ``Answer.words`` has them.
    """
    folded = fold(extract)
    marked = [False] * len(extract)
    for word in words:
        for match in re.finditer(_pattern(word), folded.text):
            if not _whole(folded.text, match.start(), match.end()):
                continue
            start = folded.starts[match.start()]
            end = folded.ends[match.end() - 1]
            marked[start:end] = [True] * (end - start)
    return _runs(marked)


def _pattern(word: str) -> str:
    """The word as an expression; a number of four digits and more may be written with commas."""
    digits = re.match(r"\d{4,}", word)
    if digits is None:
        return re.escape(word)
    return ",?".join(digits[0]) + re.escape(word[digits.end() :])


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a match is no part of a longer number or Latin word."""
    first, last = text[start], text[end - 1]
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if first.isdigit() and (
        before.isdigit() or (before in ".," and text[start - 2 : start - 1].isdigit())
    ):
        return False
    if last.isdigit() and (
        after.isdigit() or (after in ".," and text[end + 1 : end + 2].isdigit())
    ):
        return False
    if not _HAN.match(first) and first.isalpha() and before.isalpha() and not _HAN.match(before):
        return False
    return not (
        not _HAN.match(last) and last.isalpha() and after.isalpha() and not _HAN.match(after)
    )


def _runs(marked: list[bool]) -> list[Span]:
    spans: list[Span] = []
    start: int | None = None
    for position, mark in enumerate([*marked, False]):
        if mark and start is None:
            start = position
        elif not mark and start is not None:
            spans.append(Span(start, position))
            start = None
    return spans
