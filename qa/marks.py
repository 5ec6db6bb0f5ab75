"""Which characters of an extract match the question."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.places.folding import fold
from corpus.report import Span
from embeddings.tokens import terms_of
from qa.interrogatives import without_interrogatives
from qa.retrieve import TranslatedTerm

_HAN = re.compile(r"[㐀-䶿一-鿿]")


def matching_spans(
    extract: str, question: str, translated: Iterable[TranslatedTerm] = ()
) -> list[Span]:
    """Spans of an extract that match words of the question, in order, not touching.

    Han text matches by two characters or more, words and numbers whole, and the Chinese words that
    the dictionary gave for the question's.

    Args:
        extract: verbatim; the spans are offsets in it.
        question: as typed, in any script.
        translated: terms found for it.
    """
    folded = fold(extract)
    wanted = {
        term
        for term in terms_of(without_interrogatives(question))
        if len(term) > 1 or (term.isdigit() and len(extract) < 400)
    }
    wanted |= {form for term in translated for form in term.forms if len(form) > 1}
    marked = [False] * len(extract)
    for term in wanted:
        for match in re.finditer(re.escape(term), folded.text):
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
