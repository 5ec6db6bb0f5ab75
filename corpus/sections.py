"""From cleaned lines to the report's text, its sections and its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.raw import Line
from corpus.report import PassageKind, Section, Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text that is no heading.

    Attributes:
        kind: as the line's.
        section: the heading it stands under; empty where there is none but the title.
        span: its characters in the text.
    """

    kind: PassageKind
    section: str
    span: Span


@dataclass(frozen=True, slots=True)
class Layout:
    """A text and how it is divided.

    Attributes:
        text: the lines, headings included, with a line feed between them.
        sections: in order; together they cover the text.
        paragraphs: in order, headings left out.
    """

    text: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]


def lay_out(lines: Sequence[Line]) -> Layout:
    """Lay the lines out as one text.

    A section goes from its heading to the next heading of whatever level. The title (the first
    heading, of level 1) is the report's, not a section's: what follows it stands, like all that
    precedes the first heading, in a section without heading.
    """
    title = _title_place(lines)
    sections: list[Section] = []
    paragraphs: list[Paragraph] = []
    heading, begins, at = "", 0, 0
    for place, line in enumerate(lines):
        end = at + len(line.text)
        if line.kind != "heading":
            paragraphs.append(Paragraph(line.kind, heading, Span(at, end)))
        elif place != title:
            if at > begins:
                sections.append(Section(heading, Span(begins, at)))
            heading, begins = line.text, at
        at = end + 1
    text = "\n".join(line.text for line in lines)
    if begins < len(text):
        sections.append(Section(heading, Span(begins, len(text))))
    return Layout(text, tuple(sections), tuple(paragraphs))


def _title_place(lines: Sequence[Line]) -> int | None:
    first = next((place for place, line in enumerate(lines) if line.kind == "heading"), None)
    return first if first is not None and lines[first].level == 1 else None
