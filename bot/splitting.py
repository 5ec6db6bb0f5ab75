"""Where a text that is too long for a message is cut, before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from bot.cleaning import is_invisible
from bot.limits import TEXT_BUDGET
from bot.rendered import Run, joined, part_of, plain_units, starts_of, stretches
from bot.utf16 import units

SMALLEST_BUDGET = 64
"""UTF-16 units that a message is given at least."""

FEWEST_ENTITIES = 4
"""Entities that a message is given at least: a quote, a link in it, two styles of that."""

# Whole characters as people see them (UAX 29): an emoji sequence, a letter with its marks.
_SEEN = regex.compile(r"\X")

# Where a text is cut, best place first; each is cut behind the match.
_PLACES = tuple(
    regex.compile(pattern)
    for pattern in (
        r"\n\s*\n",
        r"\n",
        r"""[。！？!?…｡]+[”’」』》）)\]"']*|[.;；][”’"')\]]*(?=\s)|；""",
        r"\s+|[，、,：]",
    )
)


def split(runs: Sequence[Run], budget: int, entities: int) -> list[list[Run]]:
    """Parts that one message holds each; blanks at the cuts are left out, and empty parts.

    Args:
        runs: of any length.
        budget: UTF-16 units of a part, with its links written out, too.
        entities: of a part.

    Raises:
        ValueError: the budgets leave no room for a character with its styles.
    """
    if budget < SMALLEST_BUDGET or entities < FEWEST_ENTITIES:
        raise ValueError(f"{budget} units and {entities} entities are too few for a message")
    text = joined(runs)
    starts = starts_of(runs)
    parts = []
    start = _behind_blanks(text, 0)
    while start < len(text):

        def fits(end: int, start: int = start) -> bool:
            part = part_of(runs, starts, start, end)
            return plain_units(part) <= budget and len(stretches(part)) <= entities

        longest = _last(fits, start + 1, min(len(text), start + budget))
        end = longest if longest == len(text) else _cut(text, start, longest)
        part = part_of(runs, starts, start, start + len(text[start:end].rstrip()))
        if not is_invisible(joined(part)):
            parts.append(part)
        start = _behind_blanks(text, end)
    return parts


def beginning(text: str, budget: int = TEXT_BUDGET) -> str:
    """The beginning of a cleaned text, with ``…`` where it was cut: at the end of a sentence, or
    where there is none in the second half, between characters.

    Args:
        text: of any length.
        budget: UTF-16 units of the result, at least 1.
    """
    if units(text) <= budget:
        return text
    end = _last(lambda end: units(text[:end]) < budget, 0, min(len(text), budget))
    return text[: _cut(text, 0, end)].rstrip() + "…" if end else "…"


def ending(text: str, budget: int) -> str:
    """The end of a cleaned text, with ``…`` before it where it was cut: at the beginning of a
    sentence, if one begins in its first half.

    Args:
        text: of any length.
        budget: UTF-16 units of the result, at least 1.
    """
    if units(text) <= budget:
        return text
    seen: list[str] = _SEEN.findall(text[-2 * budget :])
    kept = ""
    while seen and units(kept) + units(seen[-1]) < budget:
        kept = seen.pop() + kept
    for place in _PLACES[1:3]:
        match = place.search(kept, 0, len(kept) // 2 + 1)
        if match:
            kept = kept[match.end() :]
            break
    return "…" + kept.lstrip()


def label(text: str, budget: int) -> str:
    """A text as one short line: blanks run together, cut between characters, with ``…``.

    Args:
        text: cleaned.
        budget: UTF-16 units of the result, at least 1.
    """
    text = " ".join(text.split())
    if units(text) <= budget:
        return text
    kept = ""
    for match in _SEEN.finditer(text):
        if units(kept) + units(match[0]) >= budget:
            break
        kept += match[0]
    return kept.rstrip() + "…"


def _last(fits: Callable[[int], bool], low: int, high: int) -> int:
    """The last of the numbers that fit; ``low`` is taken to."""
    if fits(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _cut(text: str, start: int, longest: int) -> int:
    """Where the part that begins at ``start`` ends, at most at ``longest``."""
    window = text[start : longest + 1]
    # The character behind tells whether one is seen to end here.
    ends: list[int] = [start + match.end() for match in _SEEN.finditer(window)]
    ends = [end for end in ends if end <= longest]
    if not ends:
        return longest
    known = set(ends)
    half = start + (longest - start + 1) // 2
    for place in _PLACES:
        found: list[int] = [start + match.end() for match in place.finditer(window)]
        found = [end for end in found if half <= end and end in known]
        if found:
            return found[-1]
    return ends[-1]


def _behind_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
