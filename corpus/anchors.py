"""Names of report pages and of the places within them."""

from __future__ import annotations

from corpus.report import Passage, Report, Span


def page_name(report: Report) -> str:
    """The file name of a report's page."""
    return f"{report.id}.html"


def sentence_anchor(passage: Passage, span: Span) -> str:
    """The anchor of the sentence in which a span begins: ``wuhan-1a2b3c4d_s3``, from 1.

    A span that begins before the passage's second sentence leads to the first.
    """
    number = 1
    for position, sentence in enumerate(passage.sentences, start=1):
        if sentence.start <= span.start:
            number = position
    return f"{passage.id}_s{number}"
