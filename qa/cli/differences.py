"""What changed between two texts, in a few words."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

CONTEXT = 10
"""Characters shown at each side of a change."""

LONGEST = 2_000
"""Characters up to which two texts are compared character by character."""


def changed_parts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each place that changed, as it was and as it is, with a little text around it.

    Changes that stand closer than their contexts are shown as one.
    """
    if max(len(before), len(after)) > LONGEST:
        yield before, after
        return
    blocks = [
        block
        for block in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if block[0] != "equal"
    ]
    groups: list[tuple[int, int, int, int]] = []
    for _, i1, i2, j1, j2 in blocks:
        if groups and i1 - groups[-1][1] <= 2 * CONTEXT:
            first = groups[-1]
            groups[-1] = (first[0], i2, first[2], j2)
        else:
            groups.append((i1, i2, j1, j2))
    for i1, i2, j1, j2 in groups:
        yield _around(before, i1, i2), _around(after, j1, j2)


def _around(text: str, start: int, end: int) -> str:
    left, right = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")
