"""From paragraphs to passages: what is retrieved, and the ids under which it is cited."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.normalise import normalise
from corpus.report import Passage, Span
from corpus.sections import Paragraph
from corpus.sentences import split_sentences

SHORT = 120
"""Characters up to which short neighbours of one section are joined."""

LONG = 400
"""Characters above which a paragraph is cut."""

LONGEST_REPORT_ID = 32
LONGEST_ID = 44
"""Characters; a Telegram deep link takes 64, a button's data 64 bytes with an action beside it."""

_DIGEST = 8
_NOT_IN_ID = re.compile(r"[^a-z0-9_-]+")


def report_id(stem: str) -> str:
    """An id made from a file's stem: ``[a-z0-9_-]``, 1 to 32 characters, the same for ever.

    A stem of ASCII letters keeps them; one in another script becomes ``r-`` and a digest of it, and
    one that is too long is cut, with a digest of all of it at the end.
    """
    folded = unicodedata.normalize("NFKC", stem).strip().lower()
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    name = _NOT_IN_ID.sub("-", folded).strip("-")
    if not folded.isascii() or not any(c.isalnum() for c in name):
        return f"r-{digest}"
    if len(name) > LONGEST_REPORT_ID:
        return f"{name[: LONGEST_REPORT_ID - _DIGEST - 1].rstrip('-')}-{digest}"
    return name


def split_passages(report: str, text: str, paragraphs: Sequence[Paragraph]) -> tuple[Passage, ...]:
    """The passages of a report, in order, not overlapping.

    Short neighbours of one section are joined while they stay within ``SHORT``; a paragraph above
    ``LONG`` is cut at sentence ends into parts as even as those allow. Notes and captions are
    passages of their own, whatever their length.

    Args:
        report: the report's id.
        text: the report's text.
        paragraphs: with spans in ``text``; one without text is passed over.
    """
    ids = _Ids(report)
    passages: list[Passage] = []
    for group in _groups(paragraphs):
        first = group[0]
        sentences = [
            Span(paragraph.span.start + s.start, paragraph.span.start + s.end)
            for paragraph in group
            for s in split_sentences(text[paragraph.span.start : paragraph.span.end])
        ]
        parts = [sentences] if first.kind != "text" else _parts(sentences)
        for part in parts:
            if not part:
                continue
            span = Span(part[0].start, part[-1].end)
            name = ids.take(text[span.start : span.end])
            passages.append(Passage(name, report, first.section, first.kind, span, tuple(part)))
    return tuple(passages)


def _groups(paragraphs: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """Paragraphs that make up one passage together. Neighbours are those on consecutive lines."""
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        if group and not _joins(group, paragraph):
            yield group
            group = []
        group.append(paragraph)
    if group:
        yield group


def _joins(group: Sequence[Paragraph], paragraph: Paragraph) -> bool:
    first, last = group[0], group[-1]
    return (
        first.kind == paragraph.kind == "text"
        and first.section == paragraph.section
        and paragraph.span.start == last.span.end + 1
        and paragraph.span.end - first.span.start <= SHORT
    )


def _parts(sentences: list[Span]) -> list[list[Span]]:
    """The sentences in as few parts as ``LONG`` asks for, each cut nearest to an even share."""
    if not sentences:
        return []
    start, end = sentences[0].start, sentences[-1].end
    count = min(-(-(end - start) // LONG), len(sentences))
    cuts = [0]
    for number in range(1, count):
        wanted = start + (end - start) * number / count
        # At least one sentence for this part, and for each part that is still to come.
        choices = range(cuts[-1] + 1, len(sentences) - (count - number) + 1)
        cuts.append(_nearest(sentences, choices, wanted))
    return [sentences[a:b] for a, b in pairwise([*cuts, len(sentences)])]


def _nearest(sentences: Sequence[Span], choices: range, wanted: float) -> int:
    best = choices.start
    for choice in choices:
        if abs(sentences[choice].start - wanted) < abs(sentences[best].start - wanted):
            best = choice
        if sentences[choice].start > wanted:
            break
    return best


class _Ids:
    """Gives each passage its id; counts those given, to suffix repeated ones."""

    def __init__(self, report: str) -> None:
        self._report = report
        self._given: dict[str, int] = {}

    def take(self, text: str) -> str:
        key = normalise(text).replace(" ", "")
        name = f"{self._report}-{_hex(key)}"
        number = self._given[name] = self._given.get(name, 0) + 1
        if number == 1:
            return name
        suffixed = f"{name}-{number}"
        if len(suffixed) <= LONGEST_ID:
            return suffixed
        # A suffix of three digits is too long under the longest report ids.
        return self.take(f"{key}#{number}")


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
