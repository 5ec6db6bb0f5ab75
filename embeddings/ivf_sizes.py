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


def parts_of(dim: int, numbers: int) -> int:
    """Parts that a vector is cut into, of so many numbers each.

    Where they do not divide the length, of as few more as do.
    """
    return max(parts for parts in range(1, max(1, dim // numbers) + 1) if dim % parts == 0)


def code_bytes(dim: int, *, product_quantiser: bool) -> int:
    """Bytes that the code of a vector takes: one a number, or one for four of them."""
    return parts_of(dim, 4) if product_quantiser else dim


def fast_scan_bytes(dim: int) -> int:
    """Bytes that a code for registers takes: 4 bits for two numbers, or for as few more as do."""
    return -(-parts_of(dim, 2) // 2)
