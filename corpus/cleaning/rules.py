"""All cleaning rules, in the order in which they run."""

from __future__ import annotations

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
from corpus.cleaning.rule import Rule

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
