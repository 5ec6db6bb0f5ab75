"""From a file as read to a report: cleaning, metadata, sections, passages, sentences together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.cleaning import Change, clean
from corpus.errors import ReadError
from corpus.raw import RawReport
from corpus.report import Passage, Report

if TYPE_CHECKING:
    from corpus.metadata import City, Identify
    from corpus.sections import Layout


TITLE_CHARS = 24
"""Of the opening words that stand for a missing title."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A report, and what cleaning changed on the way to it."""

    report: Report
    trace: tuple[Change, ...]


def compose(
    raw: RawReport,
    *,
    identify: Identify | None = None,
    overrides: Mapping[str, Any] | None = None,
    overrides_from: str = "reports.toml",
) -> Composed:
    """Make a report of a file as read; the same input gives the same report.

    Args:
        raw: the file's lines and front matter.
        identify: tells the place from title, lines and publisher; the gazetteer's way if none.
        overrides: the report's table of ``reports.toml``; it goes before front matter, which goes
            before what is recognised.
        overrides_from: that file's name, for errors.

    Raises:
        ReadError: cleaning leaves no text.
        MetadataError: ``overrides`` or front matter cannot be used.
    """
    # Imported here, as the cleaning rules are: an answer from a built index composes nothing, and
    # need not wait for their patterns to be compiled.
    from corpus.metadata import recognise
    from corpus.passages import report_id, split_passages
    from corpus.sections import lay_out

    cleaned = clean(raw.lines)
    layout = lay_out(cleaned.lines)
    name = report_id(raw.stem)
    passages = split_passages(name, layout.text, layout.paragraphs)
    if not passages:
        raise ReadError(
            "holds no text", where=raw.origin, mend="give a file with at least one paragraph"
        )
    known = recognise(
        raw,
        cleaned,
        identify or _identify,
        overrides=overrides,
        overrides_from=overrides_from,
    )
    report = Report(
        id=name,
        kind=known.kind,
        city=known.city,
        aliases=known.aliases,
        title=known.title or _supplied_title(layout, passages),
        source_title=known.source_title,
        publisher=known.publisher,
        authors=known.authors,
        date=known.date,
        url=known.url,
        language=known.language,
        text=layout.text,
        sections=layout.sections,
        passages=passages,
        origin=raw.origin,
        sha256=raw.sha256,
    )
    return Composed(report, cleaned.trace)


def _supplied_title(layout: Layout, passages: Sequence[Passage]) -> str:
    """For a page without a title, its opening words in brackets, as library catalogues do."""
    first = next((p for p in passages if p.kind == "text"), passages[0])
    opening = layout.text[first.span.start : first.span.end].split("\n")[0]
    cut = opening[:TITLE_CHARS].rstrip("，,、；;：:。 ")
    return f"[{cut}{'……' if len(opening) > len(cut) + 1 else ''}]"


def _identify(title: str, lines: Sequence[str], publisher: str | None) -> City | None:
    """The gazetteer's answer, with the place's short name, pinyin and English name as aliases."""
    # Imported here: who names the city in overrides and brings an ``identify`` needs no gazetteer.
    from corpus.metadata import City
    from corpus.places.gazetteer import short_name
    from corpus.places.identify import display_name, identify_city

    place = identify_city(title, lines, publisher)
    if place is None:
        return None
    aliases = dict.fromkeys((place.name, short_name(place), place.pinyin, place.english))
    return City(display_name(place), tuple(alias for alias in aliases if alias))
