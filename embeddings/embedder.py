"""What every embedding model offers, whatever is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What decides a model's vectors. An index answers only to the fingerprint it was built with.

    Attributes:
        name: as in the settings (``builtin``, a hub name); of a local folder, its last part.
        version: of the package or of the model's own files.
        weights: hex SHA-256 of the weights.
        dim: numbers a vector.
        query_prompt: put before questions; empty for none.
        passage_prompt: put before passages; empty for none.
        pooling: how tokens become one vector.
        normalised: whether rows have unit length.
    """

    name: str
    version: str
    weights: str
    dim: int
    query_prompt: str = ""
    passage_prompt: str = ""
    pooling: str = ""
    normalised: bool = True

    def as_dict(self) -> dict[str, Any]:
        """As plain values, for the manifest."""
        return asdict(self)

    def differences(self, other: Fingerprint) -> list[str]:
        """Names of the attributes in which two fingerprints differ."""
        mine, theirs = self.as_dict(), other.as_dict()
        return [name for name in mine if mine[name] != theirs[name]]


class Embedder(Protocol):
    """Text to vectors.

    Both methods return a C-contiguous float32 array of shape (n, dim) with rows of unit length
    (a text without any token gives a row that is still of unit length), in the order of the texts;
    no texts give shape (0, dim).
    """

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        ...

    @property
    def fingerprint(self) -> Fingerprint:
        """What decides the vectors; costs a digest of the weights when first asked for."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors, shape (n, dim)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages or sentences to vectors, shape (n, dim)."""
        ...


def encode_nested(
    embedder: Embedder,
    passages: Sequence[str],
    spans: Sequence[Sequence[tuple[int, int]]],
) -> tuple[Vectors, Vectors]:
    """Vectors of passages and of sentences within them, each different text embedded once.

    The same as ``encode_passages`` of both within 1e-6. An embedder that has a method
    ``encode_nested`` does it in its own, faster way.

    Args:
        embedder: of both.
        passages: texts.
        spans: first and last character (exclusive) of the sentences of each passage.

    Returns:
        vectors of the passages, shape (passages, dim); and of the sentences of the first passage,
        then of the second and so on, shape (sentences, dim).

    Raises:
        ValueError: there are not as many lists of spans as passages.
    """
    faster = getattr(embedder, "encode_nested", None)
    if faster is not None:
        found: tuple[Vectors, Vectors] = faster(passages, spans)
        return found
    sentences = [
        text[start:end]
        for text, of_text in zip(passages, spans, strict=True)
        for start, end in of_text
    ]
    distinct = list(dict.fromkeys((*passages, *sentences)))
    rows = {text: row for row, text in enumerate(distinct)}
    vectors = embedder.encode_passages(distinct)
    return (
        vectors[np.fromiter((rows[text] for text in passages), np.intp, len(passages))],
        vectors[np.fromiter((rows[text] for text in sentences), np.intp, len(sentences))],
    )


def unit_rows(vectors: NDArray[Any]) -> Vectors:
    """C-contiguous float32 rows scaled to length 1; a zero row becomes the first axis."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    empty = lengths[:, 0] < 1e-12
    if empty.any():
        rows = rows.copy()
        rows[empty] = 0.0
        rows[empty, 0] = 1.0
        lengths[empty] = 1.0
    return np.ascontiguousarray(rows / lengths, dtype=np.float32)
