"""Names of report pages and of the places within them."""

from __future__ import annotations

from corpus.report import Described, Passage, Span, Worded

SITE_PAGES = ("index", "cleaning", "404")
"""Pages of a site that are no report's; a report with such an id has another page name."""


def page_name(report: Described | Worded) -> str:
    """The file name of a report's page: ``wuhan.html``."""
    return f"report-{report.id}.html" if report.id in SITE_PAGES else f"{report.id}.html"


def sentence_anchors(passage: Passage) -> list[str]:
    """The anchors of a passage's sentences, in order."""
    return [f"{passage.id}_s{number}" for number in range(1, len(passage.sentences) + 1)]


def sentence_anchor(passage: Passage, span: Span) -> str:
    """The anchor of the sentence in which a span begins: ``wuhan-1a2b3c4d_s3``, from 1.

    A span that begins before the passage's second sentence leads to the first.
    """
    number = 1
    for position, sentence in enumerate(passage.sentences, start=1):
        if sentence.start <= span.start:
            number = position
    return f"{passage.id}_s{number}"
