"""What cleaning changed on the way to a report, as rows that a page can hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.cleaning import Change
from corpus.differences import Piece, Place, changed_places

MOST_ROWS = 200
"""Rows of one page; a report with thousands of changes has their number in the summary."""

MOST_CHARS = 160
"""Characters of one piece of a changed place."""

MOST_PIECES = 120
"""Of one changed place: more than forty mends a paragraph."""

_MOST_COMPARED = 10_000_000
"""Products of lengths compared character by character for one page: a few seconds at worst."""


@dataclass(frozen=True, slots=True)
class Row:
    """One changed place; of a line that was removed, the line."""

    rule: str
    line: int
    place: Place
    removed: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a page says about the cleaning of a report.

    Attributes:
        total: changes in all.
        by_rule: (rule, changes), most first, then by name.
        rows: in the order of the file, as many as fit.
        left_out: changes of which there is no row.
    """

    total: int
    by_rule: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    left_out: int


def changes_of(trace: Sequence[Change]) -> Changes:
    """The rows of a trace; bounded in number, in length, and in what comparing costs."""
    rows: list[Row] = []
    shown = 0
    budget = _MOST_COMPARED
    for change in sorted(trace, key=lambda change: change.line):
        if len(rows) >= MOST_ROWS:
            break
        shown += 1
        if change.after is None:
            gone = (Piece("gone", _cut(change.before)),)
            rows.append(Row(change.rule, change.line, gone, True))
            continue
        cost = len(change.before) * len(change.after)
        if cost > budget:
            places: list[Place] = [(Piece("gone", change.before), Piece("new", change.after))]
        else:
            budget -= cost
            places = list(changed_places(change.before, change.after))
        for place in places[: MOST_ROWS - len(rows)]:
            pieces = tuple(Piece(piece.kind, _cut(piece.text)) for piece in place)
            rows.append(Row(change.rule, change.line, pieces[:MOST_PIECES], False))
    counts = Counter(change.rule for change in trace)
    by_rule = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Changes(len(trace), by_rule, tuple(rows), len(trace) - shown)


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARS:
        return text
    return f"{text[: MOST_CHARS // 2]} … {text[-MOST_CHARS // 2 :]}"
