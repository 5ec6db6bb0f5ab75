"""Copies of one report taken together: it is shown once, with the places where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from corpus.report import Report, Source
from corpus.signature import LEAST, Known, signature

if TYPE_CHECKING:
    from corpus.library import Entry

APART: Final = "none"
"""What ``mirror_of`` says of a report that is no copy, however like another it is."""


def taken_together(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The entries without copies of others, and the copies.

    A copy is what ``mirror_of`` in ``reports.toml`` says is one, and else what has the signature
    of an earlier report of its kind. A digest is no copy of its original. Copies are compared with
    the report that is kept, never with one another, so that small differences do not add up.

    Args:
        entries: of reports with different ids, in order.
    """
    home = {entry.report.id: entry.report.id for entry in entries}
    stated = {
        entry.report.id: entry.mirror_of
        for entry in entries
        if entry.mirror_of in home and entry.mirror_of != entry.report.id
    }
    said = {name: root for name in stated if (root := _root(name, stated)) is not None}
    known = Known()
    numbered: list[Report] = []
    for report, apart in ((e.report, e.mirror_of == APART) for e in entries):
        if report.id in said or apart or len(report.text) < LEAST or len(entries) == 1:
            continue
        own = signature(report)
        copied = (numbered[number] for number in known.copies(own))
        original = next((other for other in copied if other.kind == report.kind), None)
        if original is None:
            known.add(own)
            numbered.append(report)
        else:
            home[report.id] = original.id
    home |= {name: home[root] for name, root in said.items()}
    copies: dict[str, list[Entry]] = {}
    for entry in entries:
        if home[entry.report.id] != entry.report.id:
            copies.setdefault(home[entry.report.id], []).append(entry)
    kept = [entry for entry in entries if home[entry.report.id] == entry.report.id]
    return (
        tuple(_with_mirrors(entry, copies.get(entry.report.id, ())) for entry in kept),
        tuple(copy for entry in kept for copy in copies.get(entry.report.id, ())),
    )


def _root(name: str, stated: Mapping[str, str | None]) -> str | None:
    """The report that one is said to be a copy of, at the end of the chain; none in a circle."""
    seen = {name}
    current = stated.get(name)
    while current is not None and current in stated:
        if current in seen:
            return None
        seen.add(current)
        current = stated[current]
    return current


def _with_mirrors(entry: Entry, copies: Sequence[Entry]) -> Entry:
    if not copies:
        return entry
    mirrors = tuple(source(copy.report) for copy in copies)
    return replace(entry, report=replace(entry.report, mirrors=mirrors))


def source(report: Report) -> Source:
    """Where a report stands, as its copy tells."""
    return Source(report.id, report.publisher, report.date, report.url, report.origin)
