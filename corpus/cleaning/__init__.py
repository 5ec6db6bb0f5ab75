"""From the lines of a file as they stand to the lines of a report: one rule a defect, traced.

No rule changes a figure or a name. What a rule changed is in the trace; running them again over
their own result changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.cleaning import (
    breadcrumbs,
    bylines,
    characters,
    glosses,
    headings,
    lost_bytes,
    navigation,
    punctuation,
    spacing,
    titles,
)
from corpus.cleaning.rule import Change, Cleaned, Rule, run
from corpus.raw import Line

__all__ = ["RULES", "Change", "Cleaned", "Rule", "clean"]

RULES: tuple[Rule, ...] = (
    # Characters.
    characters.ENTITIES,
    characters.UNSEEN,
    characters.BLANKS,
    # Words. Torn glosses go before whole ones and marks, which would hide what they broke.
    lost_bytes.TORN,
    lost_bytes.REALIGN,
    glosses.RULE,
    lost_bytes.MARKS,
    # Punctuation, then the blanks beside it.
    punctuation.DECIMALS,
    punctuation.DASHES,
    punctuation.DOUBLED,
    spacing.MARKS,
    spacing.SPREAD,
    spacing.TORN,
    # The page around the report. Titles are looked for among what is left.
    navigation.STAMP,
    breadcrumbs.MENU,
    breadcrumbs.PATHS,
    bylines.RULE,
    navigation.NOTES,
    navigation.LINKS,
    navigation.FOOTER,
    navigation.PAGE,
    navigation.LONE,
    # Structure.
    titles.TITLE,
    titles.COPIES,
    headings.NUMBERED,
    headings.CAPTIONS,
    headings.GUESSED,
)
"""All rules, in the order in which they run."""

_MOST_PASSES = 12


def clean(lines: Sequence[Line]) -> Cleaned:
    """The lines without the page's defects, and what was changed.

    One repair can lay open another (a gloss inside an entity), so the rules run until they change
    nothing, which makes ``clean(clean(x).lines).lines == clean(x).lines``. Time is linear in the
    length of the text.
    """
    trace: list[Change] = []
    current = tuple(lines)
    for _ in range(_MOST_PASSES):
        cleaned = run(RULES, current)
        trace += cleaned.trace
        if cleaned.lines == current:
            break
        current = cleaned.lines
    return Cleaned(current, tuple(trace))
