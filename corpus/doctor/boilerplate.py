"""Lines that belong to a site rather than to a report: they recur, or look like a menu."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from corpus.cleaning.navigation import is_page_line
from corpus.doctor.finding import Finding, about, quoted
from corpus.library import Entry
from corpus.normalise import normalise
from corpus.report import Report

RECURS: Final = 3
"""Reports that a line stands in before it is suspected, in a small corpus."""

SHARE: Final = 0.02
"""Of the reports, in a large one."""

LONGEST: Final = 200
"""Characters; a longer line that recurs is quoted rather than boilerplate."""

_SEPARATED = re.compile(r"(?:[^|│>»›]{1,12}[|│>»›]){2,}[^|│>»›]{1,12}")


def recurring(reports: Sequence[Report]) -> Mapping[str, int]:
    """Lines, in search form, that stand in many reports, to how many."""
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update({form for form, _ in _lines(report)})
    least = max(RECURS, round(SHARE * len(reports)))
    return {form: count for form, count in counts.items() if count >= least}


def _lines(report: Report) -> Iterator[tuple[str, str]]:
    """Lines in search form and as they stand; source lines and bylines may well recur."""
    notes = {normalise(report.slice(p.span)) for p in report.passages if p.kind == "note"}
    for line in report.text.splitlines():
        form = normalise(line)
        if 1 < len(form) <= LONGEST and form not in notes:
            yield form, line


def faults(entry: Entry, recurs: Mapping[str, int]) -> Iterator[Finding]:
    """Suspects of a report."""
    mend = "cut it out of the file, or ask for a cleaning rule"
    seen: set[str] = set()
    for form, line in _lines(entry.report):
        if form in seen:
            continue
        seen.add(form)
        if form in recurs:
            what = f"a line that {recurs[form]} reports have: {quoted(line)}"
            yield about(entry, "boilerplate", what, mend)
        elif is_page_line(line) or _SEPARATED.fullmatch(line.strip()):
            yield about(entry, "boilerplate", f"a line like a menu: {quoted(line)}", mend)
