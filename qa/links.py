"""Links to where an extract stands; every room takes them from here."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from corpus.anchors import page_name, sentence_anchor
from corpus.report import Passage, Report, Span


class Links(Protocol):
    """Where citations lead."""

    def page(self, report: Report, passage: Passage, span: Span) -> str:
        """Our page of the report, at the sentence with which the span begins."""
        ...

    def source(self, report: Report, span: Span) -> str | None:
        """The original's address, or none."""
        ...


class PageLinks:
    """Links to the pages of the reports, under a public address or in a local folder.

    Args:
        base: ``https://…`` without a slash at the end, or the folder that the pages lie in.
    """

    def __init__(self, base: str | Path) -> None:
        self._base = base.absolute().as_uri() if isinstance(base, Path) else base.rstrip("/")

    def page(self, report: Report, passage: Passage, span: Span) -> str:
        """``BASE/wuhan.html#wuhan-1a2b3c4d_s3``."""
        return f"{self._base}/{page_name(report)}#{sentence_anchor(passage, span)}"

    def source(self, report: Report, span: Span) -> str | None:
        """The address as the report states it.

        A text fragment would only hold where the original's own text has the extract; a digest's
        is not in it, and of an original it is not known here.
        """
        return report.url
