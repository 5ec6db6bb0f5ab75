"""What a question gets: extracts with citations, or a refusal; every signal kept."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from corpus.report import PassageKind, ReportKind, Span
from qa.language import Interface


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an extract stands.

    Attributes:
        report: its id.
        kind: ``original`` or ``digest``.
        city, title, publisher, date: of the report.
        section: heading; empty where there is none.
        passage: its id.
        span: the extract's characters in the report's text.
        link: our page of the report, at the extract.
        source_link: the original's address where known.
    """

    report: str
    kind: ReportKind
    city: str
    title: str
    publisher: str | None
    date: datetime.date | None
    section: str
    passage: str
    span: Span
    link: str
    source_link: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with one score a signal.

    Attributes:
        row: in the index.
        passage: its id.
        report: its report's id.
        kind: of the passage.
        dense: cosine of question and passage.
        sentence: best cosine of question and a sentence of it.
        lexical: BM25 over its upper bound, 0 to 1.
        translated: the same for words of the question looked up in the dictionary, 0 to 1.
        prior: for the year asked for and for newer reports of the same city.
        fused: all of them together.
        score: by which it is ranked: the fused one, or that of its best extract.
    """

    row: int
    passage: str
    report: str
    kind: PassageKind
    dense: float
    sentence: float
    lexical: float
    translated: float
    prior: float
    fused: float
    score: float


@dataclass(frozen=True, slots=True)
class Extract:
    """Whole sentences of a report, verbatim: ``report.text[start:end] == text``.

    Attributes:
        rank: from 1.
        text: verbatim.
        citation: where it stands.
        score: of the selection; comparable within one answer.
        hit: the passage it was taken from.
        signals: the selection's features by name.
    """

    rank: int
    text: str
    citation: Citation
    score: float
    hit: Hit
    signals: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Extracts, best first; or a refusal with the nearest passages, unconfirmed.

    Attributes:
        question: as typed.
        read_as: with typing errors mended; empty where there are none.
        language: tag of the question's language.
        interface: language that messages about this answer are in.
        refused: whether no extract is good enough.
        reason: of a refusal: ``no_support``, or ``not_covered`` (it asks about a city that no
            report covers); empty otherwise.
        confidence: probability that the first extract answers, 0 to 1.
        threshold: the confidence below which an answer is refused.
        extracts: none when refused.
        nearest: when refused, what came closest.
        ranked: the extracts as ranked, before refusal; what an evaluation scores.
        absent: cities asked for that no report covers.
        words: of the question, in search form, to mark in the extracts.
        cities: that the reports cover.
        hits: the passages that were found, best first.
        timings: milliseconds a step.
    """

    question: str
    read_as: str
    language: str
    interface: Interface
    refused: bool
    reason: str
    confidence: float
    threshold: float
    extracts: tuple[Extract, ...]
    nearest: tuple[Extract, ...]
    ranked: tuple[Extract, ...]
    absent: tuple[str, ...]
    words: tuple[str, ...]
    cities: tuple[str, ...]
    hits: tuple[Hit, ...]
    timings: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """The object that ``cityqa ask --json`` prints."""
        return {
            "question": self.question,
            "read_as": self.read_as or None,
            "language": self.language,
            "refused": self.refused,
            "confidence": round(self.confidence, 4),
            "extracts": [_extract_json(extract) for extract in self.extracts],
            "nearest": [_extract_json(extract) for extract in self.nearest],
            "timings_ms": {name: round(value, 2) for name, value in self.timings.items()},
        }


def _extract_json(extract: Extract) -> dict[str, Any]:
    citation = extract.citation
    return {
        "rank": extract.rank,
        "text": extract.text,
        "report": citation.report,
        "city": citation.city,
        "title": citation.title,
        "publisher": citation.publisher,
        "date": citation.date.isoformat() if citation.date else None,
        "section": citation.section,
        "passage": citation.passage,
        "start": citation.span.start,
        "end": citation.span.end,
        "score": round(extract.score, 6),
        "link": citation.link,
        "source_link": citation.source_link,
        "kind": citation.kind,
    }
