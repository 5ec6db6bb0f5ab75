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
        for match in re.finditer(re.escape(word), folded.text):
            if not _whole(folded.text, match.start(), match.end()):
                continue
            start = folded.starts[match.start()]
            end = folded.ends[match.end() - 1]
            marked[start:end] = [True] * (end - start)
    return _runs(marked)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a match is no part of a longer number or Latin word."""
    first, last = text[start], text[end - 1]
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if first.isdigit() and (before.isdigit() or before == "."):
        return False
    if last.isdigit() and after.isdigit():
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
