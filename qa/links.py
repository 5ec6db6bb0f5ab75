"""Links to where an extract stands; every room takes them from here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from corpus.anchors import page_name, sentence_anchor
from corpus.report import Passage, Span, Worded
from qa.checked_links import CheckedLinks
from qa.text_fragments import text_directive, with_directive

_WEB = re.compile(r"https?://", re.IGNORECASE)


class Links(Protocol):
    """Where citations lead."""

    def page(self, report: Worded, passage: Passage, span: Span) -> str:
        """Our page of the report, at the sentence with which the span begins."""
        ...

    def source(self, report: Worded, span: Span) -> str | None:
        """The original's address, where it can be at the extract; none where it is not known."""
        ...


class PageLinks:
    """Links to the pages of the reports, under a public address or in a local folder.

    Args:
        base: ``https://…`` without a slash at the end, or the folder that the pages lie in.
        checked: what was found at the addresses of originals; nothing is known where none is given.
    """

    def __init__(self, base: str | Path, checked: CheckedLinks | None = None) -> None:
        self._checked = checked
        self._base = base.absolute().as_uri() if isinstance(base, Path) else base.rstrip("/")

    def page(self, report: Worded, passage: Passage, span: Span) -> str:
        """``BASE/wuhan.html#wuhan-1a2b3c4d_s3``."""
        return f"{self._base}/{page_name(report)}#{sentence_anchor(passage, span)}"

    def source(self, report: Worded, span: Span) -> str | None:
        """The original's address, at the extract where the original's own text has it.

        A digest's extract is in our words, not on that page, and its address is left as it is. So
        is that of an original whose page was checked and has the extract otherwise, or where the
        link would open at another place. Of an original that was not checked it is not known
        whether cleaning changed the text at that place: where the page has it otherwise, a browser
        finds nothing to scroll to and opens the top of the page.
        """
        url = report.url
        if url is None or report.kind != "original" or not _WEB.match(url):
            return url
        directive = text_directive(report.text, span)
        if directive is None:
            return url
        if self._checked is not None and self._checked.opens(url, directive) is False:
            return url
        return with_directive(url, directive)
