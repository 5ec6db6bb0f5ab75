"""A stretch of a question that may name a place, before context decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.places.gazetteer import Place

How = Literal["exact", "short", "alias", "pinyin", "english", "typo"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible mention.

    Attributes:
        start: offset in the folded text.
        end: offset behind it, kind words (市, District) included.
        places: those that bear the name, likeliest first; empty for an alias of no known place.
        keys: covered places that the name belongs to itself.
        certainty: as in :class:`corpus.places.recognise.Mention`.
        how: in which way the name was found.
        weak: counts only beside the name of a place that it lies in.
    """

    start: int
    end: int
    places: tuple[Place, ...]
    keys: tuple[str, ...]
    certainty: float
    how: How
    weak: bool = False
