"""How vectors are parted into lists, and how many of them the lists' centres are found from."""

from __future__ import annotations

import math
from typing import Final

SAMPLE_PER_LIST: Final = 40
"""Vectors of the sample for each list; FAISS asks for 39 at least."""

SAMPLE: Final = 262_144
"""Vectors of the sample, at most: 540 MB of 512 numbers each."""


def lists_for(passages: int) -> int:
    """How many lists so many passages are parted into: 4 · √passages, of 8 passages at least."""
    return max(1, min(round(4 * math.sqrt(passages)), passages // 8))


def code_bytes(dim: int, *, product_quantiser: bool) -> int:
    """Bytes that the code of a vector takes: one a number, or one for four of them.

    Where four do not divide the length, for as few more as do.
    """
    if not product_quantiser:
        return dim
    return max(parts for parts in range(1, max(1, dim // 4) + 1) if dim % parts == 0)
