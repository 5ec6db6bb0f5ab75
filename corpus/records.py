"""Reports to and from plain values, as files keep them, and digests of what they hold."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap
from typing import Any

from corpus.report import Passage, Report, Section, Source, Span


def report_record(report: Report) -> dict[str, Any]:
    """A report as plain values; ``report_from_record`` gives it back.

    ``mirrors`` is there only where there are some, so that records without them are as they were.
    """
    record: dict[str, Any] = {
        "id": report.id,
        "kind": report.kind,
        "city": report.city,
        "aliases": list(report.aliases),
        "title": report.title,
        "source_title": report.source_title,
        "publisher": report.publisher,
        "authors": list(report.authors),
        "date": report.date.isoformat() if report.date else None,
        "url": report.url,
        "language": report.language,
        "origin": report.origin,
        "sha256": report.sha256,
        "text": report.text,
        "sections": [[section.heading, *section.span] for section in report.sections],
        "passages": [
            [p.id, p.section, p.kind, *p.span, [list(span) for span in p.sentences]]
            for p in report.passages
        ],
    }
    if report.mirrors:
        record["mirrors"] = [
            {
                "id": mirror.id,
                "publisher": mirror.publisher,
                "date": mirror.date.isoformat() if mirror.date else None,
                "url": mirror.url,
                "origin": mirror.origin,
            }
            for mirror in report.mirrors
        ]
    return record


def report_from_record(record: dict[str, Any]) -> Report:
    """The report that ``report_record`` wrote.

    Raises:
        KeyError, TypeError, ValueError: the record is not one.
    """
    return Report(
        id=record["id"],
        kind=record["kind"],
        city=record["city"],
        aliases=tuple(record["aliases"]),
        title=record["title"],
        source_title=record["source_title"],
        publisher=record["publisher"],
        authors=tuple(record["authors"]),
        date=datetime.date.fromisoformat(record["date"]) if record["date"] else None,
        url=record["url"],
        language=record["language"],
        origin=record["origin"],
        sha256=record["sha256"],
        text=record["text"],
        sections=tuple(
            Section(heading, Span(start, end)) for heading, start, end in record["sections"]
        ),
        passages=tuple(passage_from_record(record["id"], values) for values in record["passages"]),
        mirrors=mirrors_from_record(record),
    )


def passage_from_record(report: str, values: Sequence[Any]) -> Passage:
    """The passage that ``report_record`` wrote as some values.

    Args:
        report: id of the report that it is of.
        values: of the passage.

    Raises:
        TypeError, ValueError: they are none.
    """
    id_, section, kind, start, end, sentences = values
    return Passage(
        id=id_,
        report=report,
        section=section,
        kind=kind,
        span=Span(start, end),
        sentences=tuple(starmap(Span, sentences)),
    )


def mirrors_from_record(record: Mapping[str, Any]) -> tuple[Source, ...]:
    """The other copies that the record of a report names.

    Raises:
        KeyError, TypeError, ValueError: one of them is none.
    """
    return tuple(
        Source(
            id=mirror["id"],
            publisher=mirror["publisher"],
            date=datetime.date.fromisoformat(mirror["date"]) if mirror["date"] else None,
            url=mirror["url"],
            origin=mirror["origin"],
        )
        for mirror in record.get("mirrors", ())
    )


def content_digest(report: Report) -> str:
    """Hex SHA-256 of everything about a report but where it was read from."""
    record = report_record(report)
    for place in (record, *record.get("mirrors", ())):
        del place["origin"]
    encoded = json.dumps(record, ensure_ascii=False, sort_keys=True).encode(
        "utf-8", "surrogatepass"
    )
    return hashlib.sha256(encoded).hexdigest()


def corpus_digest(reports: Iterable[Report]) -> str:
    """Hex SHA-256 of the contents of all reports, in their order."""
    digest = hashlib.sha256()
    for report in reports:
        digest.update(content_digest(report).encode())
    return digest.hexdigest()
