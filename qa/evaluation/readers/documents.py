"""Documents that a set brings with it, as reports of no city."""

from __future__ import annotations

import hashlib

from corpus.passages import split_passages
from corpus.raw import Line
from corpus.report import Report
from corpus.sections import lay_out


def document_report(id_: str, text: str, *, title: str, origin: str) -> Report:
    """A text as a report, each line a paragraph.

    Args:
        id_: of the report.
        text: as it stands in the set.
        title: shown in citations.
        origin: what it was read from.
    """
    lines = [
        Line(line.strip(), number)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    layout = lay_out(lines)
    return Report(
        id=id_,
        kind="original",
        city="",
        aliases=(),
        title=title,
        source_title=None,
        publisher=None,
        authors=(),
        date=None,
        url=None,
        language="zh",
        text=layout.text,
        sections=layout.sections,
        passages=split_passages(id_, layout.text, layout.paragraphs),
        origin=origin,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )
