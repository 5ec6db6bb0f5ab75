"""An answer as its page shows it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from corpus.citations import STYLES, cite
from corpus.report import Described
from qa.answer import Answer, Citation, Extract
from qa.engine import Answerer
from qa.features import FEATURES
from qa.marks import matching_spans
from qa.web.rendering import marked

PASSAGE_SIGNALS = ("score", "fused", "sentence", "dense", "lexical", "translated", "prior")

MOST_SIGNALS = 12
"""Signals of an extract that are shown: those that move its score the most."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal of an extract.

    Attributes:
        name: of the signal.
        value: that it has.
        adds: to the score.
    """

    name: str
    value: float
    adds: float


@dataclass(frozen=True, slots=True)
class ShownExtract:
    """One extract with what stands around it.

    Attributes:
        rank: from 1.
        text: verbatim, with the words of the question marked.
        language: of the report.
        citation: where it stands.
        source_link: of the citation, where it leads into the web.
        citations: style to text.
        passage_signals: name to value.
        reasons: the signals that move its score the most, largest first.
    """

    rank: int
    text: Markup
    language: str
    citation: Citation
    source_link: str | None
    citations: dict[str, str]
    passage_signals: dict[str, float]
    reasons: tuple[Reason, ...]


def shown_extracts(answer: Answer, answerer: Answerer, site: str) -> list[ShownExtract]:
    """The extracts of an answer, or the nearest ones of a refusal.

    Args:
        answer: to show.
        answerer: that gave it.
        site: where the site is, for links in citations; empty where that is not known.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    return [
        ShownExtract(
            rank=extract.rank,
            text=marked(extract.text, matching_spans(extract.text, answer.words)),
            language=(report := answerer.snapshot.heads[extract.citation.report]).language,
            citation=extract.citation,
            source_link=_on_the_web(extract.citation.source_link),
            citations=_citations(report, extract.citation, site, today),
            passage_signals={n: float(getattr(extract.hit, n)) for n in PASSAGE_SIGNALS},
            reasons=_reasons(extract, answerer),
        )
        for extract in answer.extracts or answer.nearest
    ]


def _on_the_web(link: str | None) -> str | None:
    # Anything else, as `javascript:`, must lead nowhere.
    return link if link and link.lower().startswith(("https://", "http://")) else None


def _citations(
    report: Described, citation: Citation, site: str, today: datetime.date
) -> dict[str, str]:
    link = citation.link
    if link.startswith("/"):
        link = f"{site}{link}" if site else ""
    return {
        style: cite(report, style, link=link or None, accessed=today, section=citation.section)
        for style in STYLES
    }


def _reasons(extract: Extract, answerer: Answerer) -> tuple[Reason, ...]:
    row = np.array([extract.signals[name] for name in FEATURES], dtype=np.float32)
    added = answerer.judgement.contributions(row)
    largest = sorted(added, key=lambda name: -abs(added[name]))[:MOST_SIGNALS]
    return tuple(Reason(name, extract.signals.get(name, 1.0), added[name]) for name in largest)
