"""What changed between two texts, place by place, with a little text around each.

Characters are compared by the greedy algorithm of E. W. Myers, An O(ND) Difference Algorithm and
Its Variations, Algorithmica 1 (1986): the fewest characters gone and new, in a time that grows with
their number and not with how often a character is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

CONTEXT = 10
"""Characters shown at each side of a change."""

LONGEST = 2_000
"""Characters up to which two texts are compared character by character."""

MOST_CHANGED = 600
"""Characters, gone and new, up to which the places between them are told apart."""


class Piece(NamedTuple):
    """A stretch of text that is the same in both, gone from the first, or new in the second."""

    kind: Literal["same", "gone", "new"]
    text: str


Place = tuple[Piece, ...]
"""One place that changed; the same text around it, with ``…`` where it is cut, is of it."""


def changed_places(before: str, after: str) -> Iterator[Place]:
    """Each place that changed, in order.

    Changes that stand closer than their contexts are one place. Texts above ``LONGEST`` are one
    place as a whole.
    """
    if max(len(before), len(after)) > LONGEST:
        yield Piece("gone", before), Piece("new", after)
        return
    groups: list[list[_Block]] = []
    for block in _blocks(before, after):
        if groups and block.i1 - groups[-1][-1].i2 <= 2 * CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    for group in groups:
        left, right = max(0, group[0].i1 - CONTEXT), min(len(before), group[-1].i2 + CONTEXT)
        pieces = [Piece("same", "…")] if left else []
        at = left
        for i1, i2, j1, j2 in group:
            pieces += Piece("same", before[at:i1]), Piece("gone", before[i1:i2])
            pieces.append(Piece("new", after[j1:j2]))
            at = i2
        pieces.append(Piece("same", before[at:right]))
        pieces += [Piece("same", "…")] if right < len(before) else []
        yield tuple(piece for piece in pieces if piece.text)


def as_it_was(place: Place) -> str:
    """The place as it stood in the first text."""
    return "".join(piece.text for piece in place if piece.kind != "new")


def as_it_is(place: Place) -> str:
    """The place as it stands in the second text."""
    return "".join(piece.text for piece in place if piece.kind != "gone")


class _Block(NamedTuple):
    """``before[i1:i2]`` became ``after[j1:j2]``."""

    i1: int
    i2: int
    j1: int
    j2: int


def _blocks(before: str, after: str) -> Iterator[_Block]:
    """What differs, in order; what is the same lies between the blocks."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    first, second = before[head : len(before) - tail], after[head : len(after) - tail]
    path = _path(first, second)
    if path is None:
        yield _Block(head, head + len(first), head, head + len(second))
        return
    start: tuple[int, int] | None = None
    for (x, y), (to_x, to_y) in pairwise(path):
        same = to_x - x == to_y - y
        if not same:
            start = start or (x, y)
        elif start is not None:
            yield _Block(start[0] + head, x + head, start[1] + head, y + head)
            start = None
    if start is not None:
        yield _Block(start[0] + head, len(first) + head, start[1] + head, len(second) + head)


def _common(first: str, second: str) -> int:
    """Characters that both begin with."""
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))


def _path(first: str, second: str) -> list[tuple[int, int]] | None:
    """Points of the shortest edit graph's path; a step is a diagonal, or one character to a side.

    None where more than ``MOST_CHANGED`` characters would be gone or new.
    """
    furthest = {1: 0}
    rounds: list[dict[int, int]] = []
    for changed in range(min(MOST_CHANGED, len(first) + len(second)) + 1):
        rounds.append(furthest)
        furthest = dict(furthest)
        for diagonal in range(-changed, changed + 1, 2):
            x = _from(furthest, diagonal, changed)
            y = x - diagonal
            while x < len(first) and y < len(second) and first[x] == second[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= len(first) and y >= len(second):
                return _back(rounds, len(first), len(second))
    return None


def _from(furthest: dict[int, int], diagonal: int, changed: int) -> int:
    """Where a diagonal is entered: by a new character from above, or by one gone from the left."""
    above, left = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
    if diagonal == -changed or (diagonal != changed and left < above):
        return above
    return left + 1


def _back(rounds: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    path = [(x, y)]
    for changed in range(len(rounds) - 1, 0, -1):
        furthest, diagonal = rounds[changed], x - y
        entered = _from(furthest, diagonal, changed)
        came = diagonal + 1 if entered == furthest.get(diagonal + 1, -1) else diagonal - 1
        if entered != x:
            path.append((entered, entered - diagonal))
        x = furthest[came]
        y = x - came
        path.append((x, y))
    if path[-1] != (0, 0):
        path.append((0, 0))
    return path[::-1]
