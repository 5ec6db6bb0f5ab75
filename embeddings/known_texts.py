"""Which texts have a vector already: digests to rows, in little memory."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.search import Rows

MOST: Final = 8_000_000
"""Texts known at most, 24 bytes each, and 48 for a moment while runs are put together. Later texts
are embedded again wherever they stand."""

UNKNOWN: Final = -1

Digests = NDArray[np.uint64]
"""128 bits a text, shape (texts, 2)."""


def digests_of(texts: Sequence[str]) -> Digests:
    """Of each text 128 bits of BLAKE2b, shape (texts, 2)."""
    content = b"".join(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts
    )
    return np.frombuffer(content, dtype="<u8").astype(np.uint64).reshape(-1, 2)


class KnownTexts:
    """Digests of texts to the rows of their vectors.

    Kept in sorted runs, each at least twice as long as the next, so that adding costs the time of
    sorting and looking up that of a few bisections.

    Args:
        most: texts to know.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._runs: list[tuple[Digests, Rows]] = []

    def __len__(self) -> int:
        """How many texts are known."""
        return sum(len(rows) for _, rows in self._runs)

    def rows(self, digests: Digests) -> Rows:
        """The rows of some texts, shape (texts,); ``UNKNOWN`` where there is none."""
        found = np.full(len(digests), UNKNOWN, dtype=np.int64)
        for keys, rows in self._runs:
            places = np.minimum(np.searchsorted(keys[:, 0], digests[:, 0]), len(keys) - 1)
            same = (keys[places] == digests).all(axis=1)
            found[same] = rows[places[same]]
        return found

    def add(self, digests: Digests, rows: Rows) -> None:
        """Know more texts, none of them known before; those for which there is no room are not."""
        room = max(0, self._most - len(self))
        digests, rows = digests[:room], rows[:room]
        if not len(rows):
            return
        self._runs.append(_sorted(digests, rows))
        while len(self._runs) > 1 and 2 * len(self._runs[-1][1]) > len(self._runs[-2][1]):
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(
                _sorted(np.concatenate((before[0], last[0])), np.concatenate((before[1], last[1])))
            )


def _sorted(digests: Digests, rows: Rows) -> tuple[Digests, Rows]:
    # By the first half: of two texts that share it, one is found and the other embedded again.
    order = np.argsort(digests[:, 0], kind="stable")
    return digests[order], rows[order]
