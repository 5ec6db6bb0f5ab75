"""How follow-up questions are worded in each language, from the table that ships with cityqa."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.places.folding import fold
from qa.phrases import Phrases

PLACE = "ꓘ"
"""Stands for a place in a text that is compared with phrases."""

YEAR = "ꓙ"
"""Stands for a year in such a text."""

_TABLE = Path(__file__).parent / "data" / "followup.toml"
_UNSPACED = frozenset({"zh", "ja"})
_SUFFIXED = frozenset({"ko"})


@dataclass(frozen=True, slots=True)
class FollowUpWords:
    """The words of one language.

    Attributes:
        tag: ``zh``, ``en``, …
        bare: what a text is made of that names nothing but places and years.
        starts: finds what begins a question that goes on from the one before.
        stands: finds words that stand for a place, each with what is put instead of it.
        asks: finds words by which a text asks something itself.
        elsewhere: finds words for what the place has no part in: you, others, last.
        counts: finds words that ask how many.
        place, year, thing, counted: patterns of ``str.format``.
        conjunction: between two places.
    """

    tag: str
    bare: Phrases
    starts: re.Pattern[str]
    stands: tuple[tuple[re.Pattern[str], str], ...]
    asks: re.Pattern[str]
    elsewhere: re.Pattern[str]
    counts: re.Pattern[str] | None
    place: str
    year: str
    thing: str
    counted: str
    conjunction: str


@cache
def followup_words() -> dict[str, FollowUpWords]:
    """The words of each language, by its tag."""
    table: dict[str, dict[str, Any]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {tag: _words(tag, entry) for tag, entry in table.items()}


def _words(tag: str, entry: dict[str, Any]) -> FollowUpWords:
    stands = [(phrase, entry["in"]) for phrase in entry["there"]]
    stands += [(phrase, "{place}") for phrase in entry["city"]]
    stands += entry.get("swap", {}).items()
    stands.sort(key=lambda one: -len(one[0]))
    return FollowUpWords(
        tag=tag,
        bare=Phrases([PLACE, YEAR, *entry["around"], *entry["starts"]]),
        starts=re.compile(rf"\W*{_any(tag, entry['starts'])}[,，、\s]*"),
        stands=tuple((re.compile(_any(tag, [phrase])), instead) for phrase, instead in stands),
        asks=re.compile(_any(tag, entry["asks"])),
        elsewhere=re.compile(_any(tag, entry["else"])),
        counts=re.compile(_any(tag, entry["count"])) if "count" in entry else None,
        place=entry["place"],
        year=entry["year"],
        thing=entry["thing"],
        counted=entry.get("counted", entry["thing"]),
        conjunction=entry["and"],
    )


def _any(tag: str, phrases: list[str]) -> str:
    """An expression for any of some phrases in a folded text, the longest first."""
    folded = sorted((fold(phrase).text for phrase in phrases), key=len, reverse=True)
    words = "|".join(re.escape(one).replace(r"\ ", r"[\s'’-]+") for one in folded)
    if tag in _UNSPACED:
        return f"(?:{words})"
    if tag in _SUFFIXED:
        return rf"(?<!\w)(?:{words})"
    return rf"(?<!\w)(?:{words})(?!\w)"
