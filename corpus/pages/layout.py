"""A report as its page shows it: sections, passages, sentences, and the old ids that lead there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.anchors import sentence_anchors
from corpus.moved import anchors_of, passage_of
from corpus.report import Passage, Report


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence.

    Attributes:
        id: its anchor.
        text: verbatim.
        before: what parts it from the one before: nothing, a blank, or a line feed where it begins
            a paragraph of its own.
        old: ids that lead to it.
    """

    id: str
    text: str
    before: str
    old: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """One passage, with its number on the page, from 1, and the old ids that lead to it."""

    id: str
    kind: str
    number: int
    sentences: tuple[SentenceView, ...]
    old: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section; ``id`` is empty where it has no heading to lead to."""

    id: str
    heading: str
    passages: tuple[PassageView, ...]


def sections_of(report: Report, moved: Mapping[str, str]) -> tuple[SectionView, ...]:
    """The sections that have a heading or a passage, in order.

    Args:
        report: to show.
        moved: old ids to new ones; those that lead elsewhere are passed over.
    """
    known = {passage.id for passage in report.passages}
    known.update(anchor for passage in report.passages for anchor in sentence_anchors(passage))
    old: dict[str, list[str]] = {}
    for before, after in anchors_of(report, moved):
        if before not in known:
            # Where the sentence is there no more, its passage is.
            target = after if after in known else passage_of(after)
            old.setdefault(target, []).append(before)
    starts = [section.span.start for section in report.sections]
    held: list[list[PassageView]] = [[] for _ in starts] or [[]]
    for number, passage in enumerate(report.passages, start=1):
        place = max(0, bisect_right(starts, passage.span.start) - 1)
        held[place].append(_passage(report, passage, number, old))
    headings = [section.heading for section in report.sections] or [""]
    return tuple(
        SectionView(f"section-{number}" if heading else "", heading, tuple(passages))
        for number, (heading, passages) in enumerate(zip(headings, held, strict=True), start=1)
        if heading or passages
    )


def _passage(
    report: Report, passage: Passage, number: int, old: Mapping[str, list[str]]
) -> PassageView:
    sentences = tuple(_sentences(report, passage, old))
    return PassageView(passage.id, passage.kind, number, sentences, tuple(old.get(passage.id, ())))


def _sentences(
    report: Report, passage: Passage, old: Mapping[str, list[str]]
) -> Iterator[SentenceView]:
    end = passage.span.start
    anchors = sentence_anchors(passage)
    for place, (anchor, span) in enumerate(zip(anchors, passage.sentences, strict=True)):
        between = report.text[end : span.start] if place else ""
        before = "\n" if "\n" in between else " " if between else ""
        yield SentenceView(anchor, report.slice(span), before, tuple(old.get(anchor, ())))
        end = span.end
