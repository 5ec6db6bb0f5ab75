"""Copies of one report taken together: it is shown once, with the places where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from corpus.alike import Alike, Outlines
from corpus.report import Report, Source
from corpus.signature import LEAST, Signature, signature

if TYPE_CHECKING:
    from corpus.library import Entry

APART: Final = "none"
"""What ``mirror_of`` says of a report that is no copy, however like another it is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a report before its text is compared with others.

    Attributes:
        id: of the report.
        kind: ``original`` or ``digest``.
        mirror_of: what ``reports.toml`` says of it, as ``Entry.mirror_of``.
        length: characters of its text.
    """

    id: str
    kind: str
    mirror_of: str | None
    length: int


def taken_together(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The entries without copies of others, and the copies.

    Args:
        entries: of reports with different ids, in order.
    """
    candidates = [
        Candidate(e.report.id, e.report.kind, e.mirror_of, len(e.report.text)) for e in entries
    ]
    signed = {number: signature(entries[number].report) for number in compared(candidates)}
    homes = originals(candidates, lambda: map(signed.get, range(len(entries))), signed.get)
    kept = [number for number, home in enumerate(homes) if home == number]
    copies = copies_of(homes)
    return (
        tuple(_with_mirrors(entries[n], [entries[c] for c in copies.get(n, ())]) for n in kept),
        tuple(entries[copy] for n in kept for copy in copies.get(n, ())),
    )


def compared(candidates: Sequence[Candidate]) -> list[int]:
    """Which of some reports are compared with others: of the rest the answer is known."""
    if len(candidates) == 1:
        return []
    said = _said(candidates)
    return [
        number
        for number, one in enumerate(candidates)
        if one.id not in said and one.mirror_of != APART and one.length >= LEAST
    ]


def originals(
    candidates: Sequence[Candidate],
    signatures: Callable[[], Iterable[Signature | None]],
    signature_of: Callable[[int], Signature | None],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[int]:
    """Of each report the number of the one that it is a copy of; its own where it is no copy.

    A copy is what ``mirror_of`` in ``reports.toml`` says is one, and else what has the signature
    of an earlier report of its kind. A digest is no copy of its original. Copies are compared with
    the report that is kept, never with one another, so that small differences do not add up.

    Args:
        candidates: with different ids, in order.
        signatures: gives that of each, none where it is not compared; asked once, and only where
            any are compared.
        signature_of: of one of them; asked of those that ``Alike`` finds.
        progress: told after each that is compared.
    """
    numbers = {one.id: number for number, one in enumerate(candidates)}
    homes = list(range(len(candidates)))
    among = compared(candidates)
    if among:
        alike = Alike(Outlines.of(signatures()))
        # Of each kind, those that are compared and are no copies.
        kept = {
            kind: np.zeros(len(candidates), dtype=np.bool_)
            for kind in {candidates[number].kind for number in among}
        }
        for done, number in enumerate(among, start=1):
            of_kind = kept[candidates[number].kind]
            homes[number] = _original(number, alike.before(number, of_kind), signature_of)
            of_kind[number] = homes[number] == number
            if progress is not None:
                progress(done, len(among))
    for name, root in _said(candidates).items():
        homes[numbers[name]] = homes[numbers[root]]
    return homes


def _original(
    number: int, before: Iterator[int], signature_of: Callable[[int], Signature | None]
) -> int:
    for earlier in before:
        own, other = signature_of(number), signature_of(earlier)
        if own is not None and other is not None and own.is_copy(other):
            return earlier
    return number


def copies_of(homes: Sequence[int]) -> dict[int, list[int]]:
    """From each report that has copies to these, in order."""
    copies: dict[int, list[int]] = {}
    for number, home in enumerate(homes):
        if home != number:
            copies.setdefault(home, []).append(number)
    return copies


def _said(candidates: Sequence[Candidate]) -> dict[str, str]:
    """What ``reports.toml`` says: ids of copies to that of their report."""
    names = {one.id for one in candidates}
    stated = {
        one.id: one.mirror_of
        for one in candidates
        if one.mirror_of in names and one.mirror_of != one.id
    }
    return {name: root for name in stated if (root := _root(name, stated)) is not None}


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
