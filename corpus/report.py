"""A report, its sections, passages and sentences: what everything downstream works on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

ReportKind = Literal["original", "digest"]
PassageKind = Literal["text", "note", "caption"]


class Span(NamedTuple):
    """Characters ``start`` (included) to ``end`` (excluded) of ``Report.text``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """The text between one heading and the next.

    Attributes:
        heading: the heading's text; empty before the first one.
        span: from the heading's first character to the end of the section.
    """

    heading: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved: a paragraph, or short neighbours of one section.

    Attributes:
        id: ``<report>-<8 hex digits of the normalised text>``; a repeated one is suffixed. At most
            44 characters of ``[A-Za-z0-9_-]``.
        report: the report's id.
        section: the heading it stands under; empty where there is none.
        kind: ``text``, or ``note`` (source line, byline), or ``caption``.
        span: its characters in ``Report.text``.
        sentences: their spans in ``Report.text``, in order; they cover the passage but for blanks.
    """

    id: str
    report: str
    section: str
    kind: PassageKind
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where another copy of a report stands.

    Attributes:
        id: the one that it would have as a report of its own.
        publisher: or none where the copy does not say.
        date: of publication there.
        url: of the page.
        origin: path or address that it was read from.
    """

    id: str
    publisher: str | None
    date: datetime.date | None
    url: str | None
    origin: str


class Described(Protocol):
    """What is told of a report without its text: a report is one, or what stands for it.

    The attributes are those of ``Report``.
    """

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> ReportKind: ...  # noqa: D102
    @property
    def city(self) -> str: ...  # noqa: D102
    @property
    def aliases(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def source_title(self) -> str | None: ...  # noqa: D102
    @property
    def publisher(self) -> str | None: ...  # noqa: D102
    @property
    def authors(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def date(self) -> datetime.date | None: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def origin(self) -> str: ...  # noqa: D102
    @property
    def mirrors(self) -> tuple[Source, ...]: ...  # noqa: D102
    @property
    def passage_count(self) -> int: ...  # noqa: D102


class Worded(Protocol):
    """A report's text and where it is from: a report is one, or what holds its text alone.

    The attributes are those of ``Report``.
    """

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> ReportKind: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    def slice(self, span: Span) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Report:
    """One document about one city or district, cleaned.

    Attributes:
        id: made from the file's stem, ``[a-z0-9_-]``, at most 32 characters.
        kind: ``original``, or ``digest`` of one.
        city: as the gazetteer or the front matter names it (``武汉市``, ``武汉市东西湖区``).
        aliases: other names under which people ask for it.
        title: in the report's own script.
        source_title: of a digest, the original's title where known.
        publisher: or none where the text does not say.
        authors: bylines and reporters.
        date: of publication.
        url: of the original page.
        language: ``zh-Hans``, ``zh-Hant`` or another language tag.
        text: the cleaned report; all spans refer to it.
        sections: in order, covering ``text``.
        passages: in order, not overlapping.
        origin: path or address that it was read from.
        sha256: hex digest of the bytes read.
        mirrors: other copies of it in the corpus, in their order.
    """

    id: str
    kind: ReportKind
    city: str
    aliases: tuple[str, ...]
    title: str
    source_title: str | None
    publisher: str | None
    authors: tuple[str, ...]
    date: datetime.date | None
    url: str | None
    language: str
    text: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    origin: str
    sha256: str
    mirrors: tuple[Source, ...] = ()

    @property
    def passage_count(self) -> int:
        """How many passages it has."""
        return len(self.passages)

    def slice(self, span: Span) -> str:
        """The characters of ``span``, verbatim."""
        return self.text[span.start : span.end]

    def sentences(self) -> Iterator[tuple[Passage, int, Span]]:
        """Each sentence as (passage, number within it, span)."""
        for passage in self.passages:
            for number, span in enumerate(passage.sentences):
                yield passage, number, span
