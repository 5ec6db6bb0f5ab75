"""Lengths as the Bot API counts them: in UTF-16 code units."""

from __future__ import annotations

from itertools import accumulate


def units(text: str) -> int:
    """UTF-16 code units of a text: characters beyond the basic plane, as most emoji, take two."""
    return len(text) + sum(char > "\uffff" for char in text)


def offsets(text: str) -> list[int]:
    """The units before each character, and at the end those of the whole text."""
    return list(accumulate((2 if char > "\uffff" else 1 for char in text), initial=0))
