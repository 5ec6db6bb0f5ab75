"""Kinds of vector index, each for a size: which one, its files, writing and opening them.

- ``exact``: every question looks at every vector, in single precision.
- ``ivf-pq4``: passages in lists around centres, 4 bits for two numbers, laid out for registers
  (``embeddings.fast_scan``); a question looks at the lists of the nearest centres, and computes the
  cosines of the best again from half precision.
- ``ivf-sq8``: the same with 8 bits a number, mapped from disk.
- ``ivf-pq``: the same with a byte for four numbers, mapped from disk.

Passages alone decide: sentences are scored for the passages that a search brings up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import SettingsError
from embeddings.dense import DenseIndex, write_flat
from embeddings.half import HalfVectors
from embeddings.raw_vectors import Stored, VectorsWriter, blocks, shape_of
from embeddings.search import VectorIndex

EXACT = "exact"
IVF_PQ4 = "ivf-pq4"
IVF_SQ8 = "ivf-sq8"
IVF_PQ = "ivf-pq"
KINDS = (EXACT, IVF_PQ4, IVF_SQ8, IVF_PQ)
AUTO = "auto"

EXACT_UP_TO = 20_000
"""Passages up to which a search looks at every vector."""

PASSAGES = "passages.faiss"
SENTENCES = "sentences.faiss"
PASSAGES_IVF = "passages.ivf"
PASSAGES_RUNS = "passages.runs"
PASSAGES_HALF = "passages.half"
SENTENCES_HALF = "sentences.half"

_BLOCK = 8192

Progress = Callable[[int, int], None]
"""Called with the rows dealt with so far and the rows in all."""


def kind_for(passages: int, wanted: str = AUTO) -> str:
    """The kind of index for so many passages.

    Args:
        passages: how many there are.
        wanted: a kind, or ``auto`` for that of the size.

    Raises:
        SettingsError: there is no such kind.
    """
    if wanted in KINDS:
        return wanted
    if wanted != AUTO:
        raise SettingsError(
            f"there is no kind of index {wanted!r}",
            where="CITYQA_INDEX_KIND",
            mend=f"it may be {', '.join((AUTO, *KINDS))}",
        )
    return EXACT if passages <= EXACT_UP_TO else IVF_PQ4


def serves(kind: str, passages: int, wanted: str = AUTO) -> bool:
    """Whether an index of a kind that is there will do for so many passages.

    Where none is asked for, any that is made for their number does.

    Raises:
        SettingsError: there is no kind ``wanted``.
    """
    chosen = kind_for(passages, wanted)
    return kind == chosen or (wanted == AUTO and EXACT not in (kind, chosen))


def stored_type(kind: str) -> Stored:
    """The type of the numbers in the files from which an index of a kind is made."""
    return np.float32 if kind == EXACT else np.float16


def finish_vectors(
    kind: str,
    passages: Path,
    sentences: Path,
    folder: Path,
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Make the files of a kind out of the vectors that were written while building.

    Equal vectors give equal bytes, under equal threads. Memory stays bounded: a block of rows, for
    the other kinds besides the passages' codes and the sample that the centres are made from (see
    ``embeddings.ivf_build``).

    Args:
        kind: one of ``KINDS``.
        passages: a file of ``VectorsWriter``, closed; it is used up.
        sentences: likewise.
        folder: to write the files into; on the same disk as the others.
        progress: told of the passages dealt with.

    Returns:
        what ``open_vectors`` needs to know besides the kind; plain values.

    Raises:
        OSError: the disk refuses.
        ValueError: a file is none of vectors.
    """
    if kind == EXACT:
        write_flat(passages, folder / PASSAGES)
        write_flat(sentences, folder / SENTENCES)
        passages.unlink()
        sentences.unlink()
        return {}
    _halve(passages, folder / PASSAGES_HALF)
    _halve(sentences, folder / SENTENCES_HALF)
    halves = HalfVectors(folder / PASSAGES_HALF), HalfVectors(folder / SENTENCES_HALF)
    # Imported here: only building needs them.
    if kind == IVF_PQ4:
        from embeddings.fast_scan_build import write_fast_scan

        return write_fast_scan(
            folder / PASSAGES_IVF, folder / PASSAGES_RUNS, *halves, progress=progress
        )
    from embeddings.ivf_build import write_ivf

    return write_ivf(
        folder / PASSAGES_IVF,
        *halves,
        product_quantiser=kind == IVF_PQ,
        progress=progress,
    )


def open_vectors(
    folder: Path, kind: str, parameters: Mapping[str, Any]
) -> tuple[VectorIndex, VectorIndex]:
    """Open the vectors of passages and of sentences, which stay on disk but for 4-bit codes.

    Args:
        folder: of one generation.
        kind: one of ``KINDS``.
        parameters: what ``finish_vectors`` gave.

    Raises:
        LookupError, OSError, RuntimeError, ValueError: a file is missing, damaged or no such file.
    """
    if kind == EXACT:
        return DenseIndex.open(folder / PASSAGES), DenseIndex.open(folder / SENTENCES)
    if kind not in KINDS:
        raise ValueError(f"an unknown kind of index, {kind!r}")
    half, sentences = HalfVectors(folder / PASSAGES_HALF), HalfVectors(folder / SENTENCES_HALF)
    nprobe, depth = int(parameters["nprobe"]), int(parameters["depth"])
    path = folder / PASSAGES_IVF
    # Imported here: a small index needs none of them.
    if kind == IVF_PQ4:
        from embeddings.fast_scan import FastScanIndex

        runs = folder / PASSAGES_RUNS
        return FastScanIndex.open(path, runs, half, nprobe=nprobe, depth=depth), sentences
    from embeddings.ivf import IvfIndex

    return IvfIndex.open(path, half, nprobe=nprobe, depth=depth), sentences


def _halve(raw: Path, path: Path) -> None:
    """Move a file of vectors, which is brought to half precision where it is not."""
    shape = shape_of(raw)
    if shape.dtype == np.float16:
        raw.replace(path)
        return
    writer = VectorsWriter(path, shape.dim, np.float16)
    try:
        for _, block in blocks(raw, _BLOCK):
            writer.append(block)
    finally:
        writer.close()
    raw.unlink()
