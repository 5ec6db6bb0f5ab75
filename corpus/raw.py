"""What a reader hands on: the lines of one file as they stand in it, nothing cleaned yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

LineKind = Literal["text", "heading", "caption", "note"]
"""``text``: body. ``heading``: a title or section heading. ``caption``: words under a picture.
``note``: source lines and bylines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, heading or caption of a file.

    Attributes:
        text: without line breaks.
        number: where it stands in the file, counted from 1: the line of a text file, the block of
            a page or document. Lines made from one keep its number.
        kind: what the reader or a cleaning rule knows it to be.
        level: of a heading, 1 (title) to 6; 0 for everything else.
    """

    text: str
    number: int
    kind: LineKind = "text"
    level: int = 0


@dataclass(frozen=True, slots=True)
class RawReport:
    """One file or page as read.

    Attributes:
        origin: the path or web address it came from.
        stem: the name to make the report's id from.
        media: ``text``, ``markdown``, ``html``, ``pdf`` or ``docx``.
        encoding: the encoding found (Python's name for it); ``binary`` where the format says.
        sha256: hex digest of the bytes read.
        lines: in reading order, blank lines left out.
        front: metadata that the file itself states apart from its text: front matter, HTML meta
            elements, PDF or DOCX properties. Keys as in front matter (``city``, ``aliases``,
            ``title``, ``publisher``, ``authors``, ``date``, ``url``, ``kind``, ``language``).
        declared: whether ``front`` was written for cityqa (front matter), so that it overrides
            what is recognised in the text; page and document properties only fill gaps.
    """

    origin: str
    stem: str
    media: Literal["text", "markdown", "html", "pdf", "docx"]
    encoding: str
    sha256: str
    lines: tuple[Line, ...]
    front: Mapping[str, Any] = field(default_factory=dict)
    declared: bool = False
