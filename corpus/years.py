"""The years that a report is of."""

from __future__ import annotations

import re
from collections import Counter

from corpus.report import Report

_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_IN_TITLE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def years_of(report: Report) -> frozenset[int]:
    """The years in its title, that of its date, and the one that its text names most often."""
    found = {int(year) for year in _IN_TITLE.findall(report.title)}
    if report.date:
        found.add(report.date.year)
    named = Counter(int(year) for year in _IN_TEXT.findall(report.text))
    found.update(year for year, _ in named.most_common(1))
    return frozenset(found)
