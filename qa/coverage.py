"""Naming the cities that the reports cover, of which there may be hundreds."""

from __future__ import annotations

from collections.abc import Sequence

from qa.language import Interface
from qa.messages import message

NAMED = 24
"""Cities that are named at once; of others, how many there are is told."""


def first_named(cities: Sequence[str]) -> tuple[Sequence[str], int]:
    """The cities to name, in order, and how many more there are."""
    return cities[:NAMED], max(0, len(cities) - NAMED)


def coverage(language: Interface, cities: str, more: int) -> str:
    """That the reports cover these cities.

    Args:
        language: of the interface.
        cities: names, one after another.
        more: how many others there are.
    """
    if more:
        text = "The reports cover: {cities}, and {count} more"
        return message(language, text, cities=cities, count=f"{more:,}")
    return message(language, "The reports cover: {cities}", cities=cities)
