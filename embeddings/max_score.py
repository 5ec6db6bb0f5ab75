"""The documents with the highest scores, without looking at every posting: MaxScore.

Turtle & Flood, "Query Evaluation: Strategies and Optimizations", Information Processing &
Management 31(6), 1995. Terms are taken by the most that each can add, the largest first, and their
postings added up. Once enough documents have more than all terms to come could add together, no
document that is not yet among them can catch up: the terms to come, which are the common ones,
with most of the postings, are only looked up for the documents that can still be among the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

_LOOK_UP = 16
"""A row is looked up among postings in about the time in which this many postings are added."""


class Postings(NamedTuple):
    """The documents of a term.

    Attributes:
        rows: ascending.
        weights: of each, before that of the term in the query.
        weight: of the term in the query.
        most: that the term can add to a document.
    """

    rows: NDArray[np.int32]
    weights: Scores
    weight: float
    most: float

    def add_to(self, scores: Scores) -> None:
        """Add the term to the scores of all documents, shape (documents,)."""
        # One conversion of the row numbers, where indexing twice would make two.
        rows = self.rows.astype(np.intp)
        scores[rows] += self.weight * self.weights

    def add_for(self, scores: Scores, rows: Rows) -> None:
        """Add the term to the scores of some documents.

        Args:
            scores: shape (len(rows),).
            rows: ascending.
        """
        mine, theirs = common(rows, self.rows)
        scores[mine] += self.weight * self.weights[theirs]


def is_few(count: int, terms: Sequence[Postings]) -> bool:
    """Whether to look so many documents up for each term is faster than to add all postings."""
    sizes = [len(term.rows) for term in terms]
    return sum(min(count, size) for size in sizes) * _LOOK_UP < sum(sizes)


def common(
    first: NDArray[np.integer], second: NDArray[np.integer]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where two ascending arrays without repetitions hold the same numbers: places in each.

    The shorter one is looked up in the longer one, which costs ``short * log(long)``.
    """
    if len(first) > len(second):
        theirs, mine = common(second, first)
        return mine, theirs
    if not len(first):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    # Of one type: otherwise the longer one is converted as a whole.
    places = np.searchsorted(second, first.astype(second.dtype, copy=False))
    places[places == len(second)] = 0
    held = np.flatnonzero(second[places] == first)
    return held, places[held]


def candidates(
    terms: Sequence[Postings], documents: int, count: int, mask: NDArray[np.bool_] | None = None
) -> Rows:
    """Documents that hold the best ones, and few others.

    Args:
        terms: of the query, with weights above 0; in any order.
        documents: how many there are.
        count: of the best that are wanted, at least 1.
        mask: which documents count; all where there is none.

    Returns:
        rows, ascending; all that could be among the best ``count`` however the sums are rounded,
        or tie with the last of them.
    """
    ordered = sorted(terms, key=lambda term: (-term.most, len(term.rows)))
    to_come = np.cumsum([0.0, *(term.most for term in reversed(ordered))])[::-1]
    # What rounding can do to a sum of 32-bit numbers.
    slack = float(np.finfo(np.float32).eps) * (len(terms) + 2) * (float(to_come[0]) + 1e-6)
    partial = np.zeros(documents, dtype=np.float32)
    rows: Rows | None = None
    place = 0
    while place < len(ordered):
        left = ordered[place:]
        rest = float(to_come[place])
        # Looking costs about as much as adding a posting for every few documents; there is nothing
        # to be seen where nobody can have more than what is to come.
        if 2 * rest < to_come[0] and sum(len(term.rows) for term in left) > documents // 4:
            rows = _able(partial, rest + slack, count, mask)
            if rows is not None and is_few(len(rows), left):
                break
        ordered[place].add_to(partial)
        place += 1
    else:
        rows = _able(partial, slack, count, mask)
        if rows is None:
            # Fewer than wanted hold any term.
            return np.flatnonzero(partial > 0 if mask is None else (partial > 0) & mask)
        return rows
    assert rows is not None
    scores = partial[rows]
    for term, rest in zip(ordered[place:], to_come[place + 1 :], strict=True):
        term.add_for(scores, rows)
        if len(rows) > 4 * count:
            last = least_of_best(scores, count)
            keep = scores >= last - np.float32(rest + slack)
            rows, scores = rows[keep], scores[keep]
    return rows


def _able(partial: Scores, rest: float, count: int, mask: NDArray[np.bool_] | None) -> Rows | None:
    """Documents that can be among the best when each can still gain ``rest``.

    Returns:
        None where fewer than ``count`` have more than that, so that unseen ones are able too.
    """
    above = partial > np.float32(rest)
    if mask is not None:
        above &= mask
    if np.count_nonzero(above) < count:
        return None
    scores = partial[above]
    last = least_of_best(scores, count)
    if last - rest > rest:
        # Nobody below the line that was drawn first.
        rows: Rows = np.flatnonzero(above)[scores >= last - np.float32(rest)]
        return rows
    able = partial >= max(last - np.float32(rest), np.float32(1e-30))
    if mask is not None:
        able &= mask
    return np.flatnonzero(able)


_EVERY = 64
"""Of many scores, one of so many is looked at for a guess."""


def least_of_best(scores: Scores, count: int) -> np.float32:
    """The ``count``-th largest of some scores.

    As a partition of all of them gives it, which takes far longer where most are equal,
    such as the zeros of the documents that hold no term.

    Args:
        scores: as many as wanted at least, none below 0.
        count: at least 1.
    """
    sample = scores[::_EVERY]
    # Of the sample twice as many as there should be, and some more, are above the guess.
    place = min(len(sample), 2 * count // _EVERY + 8)
    if 2 * place < len(sample):
        guess = np.partition(sample, -place)[-place]
        above = scores[scores >= guess]
        if guess > 0 and len(above) >= count:
            scores = above
        else:
            above = scores[scores > 0]
            if len(above) < count:
                return np.float32(0)
            scores = above
    found: np.float32 = np.partition(scores, -count)[-count]
    return found


def highest(rows: Rows, scores: Scores, count: int) -> tuple[Rows, Scores]:
    """The best rows of some, best first, equal ones by row; none that score 0.

    Args:
        rows: ascending.
        scores: of each.
        count: rows wanted.
    """
    if len(rows) > count:
        last = least_of_best(scores, count)
        keep = scores >= last
        rows, scores = rows[keep], scores[keep]
    keep = scores > 0
    rows, scores = rows[keep], scores[keep]
    order = np.argsort(-scores, kind="stable")[:count]
    return rows[order], scores[order]
