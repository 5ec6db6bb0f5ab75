"""What changed between two texts, place by place, with a little text around each."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

CONTEXT = 10
"""Characters shown at each side of a change."""

LONGEST = 2_000
"""Characters up to which two texts are compared character by character."""


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
    blocks = [
        block
        for block in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if block[0] != "equal"
    ]
    groups: list[list[tuple[str, int, int, int, int]]] = []
    for block in blocks:
        if groups and block[1] - groups[-1][-1][2] <= 2 * CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    for group in groups:
        left, right = max(0, group[0][1] - CONTEXT), min(len(before), group[-1][2] + CONTEXT)
        pieces = [Piece("same", "…")] if left else []
        at = left
        for _, i1, i2, j1, j2 in group:
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
