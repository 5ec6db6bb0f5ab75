"""Passages of odd size, and those that no question can reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from corpus.doctor.finding import Finding, about, quoted
from corpus.library import Entry
from corpus.normalise import normalise
from corpus.report import Passage, Report

LONGEST: Final = 300
"""Characters of a sentence: a longer one is a table or a text without punctuation, of which
neither meaning nor extract can be had. (Splitting cuts it at 400, wherever that is.)"""

SHORTEST: Final = 6
"""Characters of a passage of text: a shorter one is a torn heading, a number, a name."""

_SOMETHING = re.compile(r"\w")


def twins(reports: Sequence[Report]) -> Mapping[str, str]:
    """Passages that say what another one says, to that one.

    Of two extracts with one text only the first is shown, by score and then by passage id, so that
    the other is never seen: within a report, and among the reports of a city.
    """
    first: dict[tuple[str, str], str] = {}
    found: dict[str, str] = {}
    pairs = [(report, passage) for report in reports for passage in report.passages]
    for report, passage in sorted(pairs, key=lambda pair: pair[1].id):
        form = normalise(report.slice(passage.span))
        key = (report.city or report.id, form)
        other = first.setdefault(key, passage.id)
        if other != passage.id and _SOMETHING.search(form):
            found[passage.id] = other
    return found


def faults(entry: Entry, same: Mapping[str, str]) -> Iterator[Finding]:
    """Odd and unreachable passages of a report."""
    report = entry.report
    for passage in report.passages:
        text = report.slice(passage.span)
        form = normalise(text)

        def of(check: str, what: str, mend: str, passage: Passage = passage) -> Finding:
            return about(entry, check, what, mend, passage.id)

        if not _SOMETHING.search(form):
            what = f"no question can reach it, for it holds no word: {quoted(text)}"
            yield of("unreachable", what, "cut it out of the file")
        elif passage.id in same:
            what = f"no question can reach it, for {same[passage.id]} says the same: {quoted(text)}"
            yield of("unreachable", what, "cut one of them out of its file")
        elif (length := max(s.end - s.start for s in passage.sentences)) > LONGEST:
            what = f"holds a sentence of {length} characters: {quoted(text)}"
            yield of("long", what, "put paragraphs into it, or full stops")
        elif passage.kind == "text" and len(form) < SHORTEST:
            what = f"has {len(text)} characters: {quoted(text)}"
            yield of("short", what, "join it to the paragraph it belongs to, or cut it out")
