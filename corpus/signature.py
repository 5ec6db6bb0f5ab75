"""What a report's text is known by, so that copies of it are found.

A report on another site has another head and foot, another encoding, and perhaps another script;
its sentences and its figures are the same. So the text is taken in search form (NFKC, lower case,
Simplified), letters and digits alone, and cut into shingles: all runs of ``SHINGLE`` characters.
Of two sets of shingles A and B,

    resemblance  r = |A ∩ B| / |A ∪ B|
    containment  c = |A ∩ B| / min(|A|, |B|)

(A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997). Kept is the sketch
of the ``KEPT`` smallest hash values. The share of the union's values, as far as both sketches
reach, that are in both estimates r without bias, with a standard error of at most 1/(2·√KEPT),
0.016 (K. Beyer et al., "On synopses for distinct-value estimation under multiset operations",
SIGMOD 2007); where both texts have fewer shingles than that, it is exact. Then
|A ∩ B| = r·(|A| + |B|)/(1 + r).
Hashes are polynomials over the characters, the same on every machine.

Two texts are copies of one another when ``c ≥ CONTAINED``, neither is much longer than the other,
and the smaller set of figures lies in the larger one but for a few: yearly reports that repeat
last year's words differ in nothing but their figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.normalise import normalise

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpus.report import Report

SHINGLE: Final = 8
"""Characters. Shorter ones are shared by whatever is about the same, longer ones are broken by
every character that a converter got wrong."""

KEPT: Final = 1024
"""Hash values in a sketch."""

CONTAINED: Final = 0.8
"""Of the shingles of the shorter text, the least share that a copy has. Pages around it add and
converters break some; unrelated reports share less than a tenth."""

SHORTER: Final = 0.5
"""Shingles of the shorter text over those of the longer one, at least: an excerpt is no copy."""

FIGURES: Final = 0.9
"""Of the shorter list of figures, the least share that a copy has."""

HEAD: Final = 64
COMMON: Final = 10
"""Copies share at least so many of their ``HEAD`` smallest values. By the limits above their
resemblance is 0.36 at least; at that limit less happens to one pair in ten thousand, at one half to
one in a hundred million. Fewer would bring up most of a large corpus: reports that have a few
sentences in common, as all of one office have, share some values by chance."""

LEAST: Final = 150
"""Shingles. Of a shorter text nothing is claimed: its words may be anybody's."""

_BASE: Final = 0x9E3779B97F4A7C15  # odd, from the golden ratio, as in SplitMix64
_NOT_TEXT = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Signature:
    """What a text is known by.

    Attributes:
        size: distinct shingles.
        sketch: the smallest of their hash values, ascending, uint64, shape (at most ``KEPT``,).
        figures: numbers of two digits and more.
    """

    size: int
    sketch: NDArray[np.uint64]
    figures: frozenset[str]

    def containment(self, other: Signature) -> float:
        """Share of the shorter text's shingles that the other has, in [0, 1]."""
        # Imported here: a corpus of one report is compared with nothing.
        import numpy as np

        # Up to the last value of a sketch that was cut off, both are known in full.
        known = min(
            (one.sketch[-1] for one in (self, other) if one.size > KEPT),
            default=np.uint64(2**64 - 1),
        )
        mine, others = (one.sketch[one.sketch <= known] for one in (self, other))
        both = np.intersect1d(mine, others, assume_unique=True)
        union = np.union1d(mine, others)
        if not len(both):
            return 0.0
        resemblance = len(both) / len(union)
        shared = resemblance * (self.size + other.size) / (1 + resemblance)
        return float(min(1.0, shared / min(self.size, other.size)))

    def is_copy(self, other: Signature) -> bool:
        """Whether two texts are copies of one another, as this module says."""
        shorter, longer = sorted((self.size, other.size))
        if shorter < LEAST or shorter < SHORTER * longer:
            return False
        fewer, more = sorted((self.figures, other.figures), key=len)
        if len(fewer & more) < FIGURES * len(fewer):
            return False
        return self.containment(other) >= CONTAINED


class Known:
    """Signatures that later ones are compared with: those with common smallest values alone."""

    def __init__(self) -> None:
        self._signatures: list[Signature] = []
        self._holders: dict[int, list[int]] = {}

    def add(self, new: Signature) -> None:
        """Know one more; they are numbered from 0."""
        for value in new.sketch[:HEAD].tolist():
            self._holders.setdefault(value, []).append(len(self._signatures))
        self._signatures.append(new)

    def copies(self, of: Signature) -> Iterator[int]:
        """The numbers of those that a text is a copy of, ascending."""
        common = Counter(
            number for value in of.sketch[:HEAD].tolist() for number in self._holders.get(value, ())
        )
        for number in sorted(n for n, count in common.items() if count >= COMMON):
            if of.is_copy(self._signatures[number]):
                yield number


NO_VALUE: Final = 2**64 - 1
"""Stands in a row of smallest values where a text has fewer; no hash that will ever be seen."""


def head(of: Signature | None) -> NDArray[np.uint64]:
    """The ``HEAD`` smallest values of a text, filled up with ``NO_VALUE``, shape (HEAD,)."""
    import numpy as np

    row = np.full(HEAD, NO_VALUE, dtype=np.uint64)
    if of is not None:
        row[: len(of.sketch[:HEAD])] = of.sketch[:HEAD]
    return row


def signature(report: Report) -> Signature:
    """What the body of a report is known by; its source lines and captions do not count."""
    text = "\n".join(report.slice(p.span) for p in report.passages if p.kind == "text")
    return text_signature(text)


def text_signature(text: str) -> Signature:
    """What a text is known by."""
    import numpy as np

    plain = normalise(text)
    figures = frozenset(f for f in _FIGURE.findall(plain) if len(f) > 1)
    letters = np.frombuffer(
        _NOT_TEXT.sub("", plain).encode("utf-32-le", "replace"), dtype="<u4"
    ).astype(np.uint64)
    count = max(0, len(letters) - SHINGLE + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    # Unsigned arithmetic of arrays wraps around, without a warning.
    for offset in range(SHINGLE):
        hashes = hashes * np.uint64(_BASE) + letters[offset : offset + count]
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(29)
    distinct = np.unique(hashes)
    return Signature(len(distinct), distinct[:KEPT].copy(), figures)
