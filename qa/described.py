"""What is known of a passage's candidates whatever is asked: worked out once a passage."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.report import Passage, Worded
from qa.candidates import Candidate, candidates_of
from qa.wants import Want, holds

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"[《“\"「『]([^》”\"」』]{1,40})[》”\"」』]")

FIXED = ("head", "length", "position", "last", "joined", "dependent", "note", "asks")
"""Features that no question changes, see ``qa.features.FEATURES``."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """The candidates of one passage.

    Attributes:
        candidates: in the order of the text.
        begin, end: first and last sentence of each within the passage, shape (candidates,), int64.
        fixed: the features of ``FIXED``, shape (candidates, len(FIXED)), float32.
        numbers: of each candidate's text.
        quotes: names that it quotes.
    """

    candidates: tuple[Candidate, ...]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    fixed: NDArray[np.float32]
    numbers: tuple[frozenset[str], ...]
    quotes: tuple[frozenset[str], ...]
    _holding: dict[Want, NDArray[np.bool_]] = field(default_factory=dict, repr=False)

    def holding(self, want: Want) -> NDArray[np.bool_]:
        """Whether each candidate holds a kind of value, shape (candidates,)."""
        found = self._holding.get(want)
        if found is None:
            texts = (candidate.plain for candidate in self.candidates)
            count = len(self.candidates)
            found = np.fromiter((holds(text, want) for text in texts), np.bool_, count)
            self._holding[want] = found
        return found


def described(
    report: Worded, passage: Passage, row: int, first: int, plain: Sequence[str], *, opens: bool
) -> Described:
    """Describe the candidates of a passage.

    Args:
        report: that the passage belongs to.
        passage: its sentences in order.
        row: of the passage in the index.
        first: sentence row of its first sentence.
        plain: its sentences in search form.
        opens: whether it is the report's first.
    """
    candidates = tuple(candidates_of(report, passage, row, first, plain))
    texts = [candidate.plain for candidate in candidates]
    begin = np.array([candidate.first - first for candidate in candidates], dtype=np.int64)
    end = np.array([candidate.last - first for candidate in candidates], dtype=np.int64)
    fixed = [
        (
            opens and start == 0,
            math.log(len(candidate.plain) + 1),
            start / len(plain),
            stop + 1 == len(plain),
            candidate.joined,
            candidate.dependent,
            passage.kind != "text",
            candidate.plain.rstrip().endswith(("?", "吗", "呢")),
        )
        for candidate, start, stop in zip(candidates, begin.tolist(), end.tolist(), strict=True)
    ]
    return Described(
        candidates=candidates,
        begin=begin,
        end=end,
        fixed=np.array(fixed, dtype=np.float32).reshape(len(candidates), len(FIXED)),
        numbers=tuple(frozenset(NUMBER.findall(text)) for text in texts),
        quotes=tuple(frozenset(_QUOTED.findall(text)) for text in texts),
    )
