"""Writing an approximate index of vectors that lie in a file, with bounded memory.

Memory, for n passages of d numbers and at most ``SAMPLE`` of them to find the centres from: the
sample first (4 · d bytes a row, and for a time as much again and half as much); then the codes and
ids of all passages (d + 8 bytes a passage in 8 bits, d / 4 + 8 with a product quantiser) and the
number of each one's list.

The centres follow from evenly spaced rows and a fixed seed. The last digits of what FAISS computes
depend on how many threads share the work, so equal bytes need equal threads.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.dense import faiss
from embeddings.embedder import Vectors
from embeddings.half import HalfVectors
from embeddings.ivf import IvfIndex
from embeddings.ivf_recall import how_far, spaced
from embeddings.ivf_sizes import SAMPLE, SAMPLE_PER_LIST, code_bytes, lists_for
from embeddings.threads import usable_cores

SEED = 1234
"""Of k-means."""

ROUNDS = 10
"""Of k-means for the values of a quantiser, as FAISS has them for the centres."""

_BLOCK = 16_384

Progress = Callable[[int, int], None]


def write_ivf(
    path: Path,
    passages: HalfVectors,
    sentences: HalfVectors,
    *,
    product_quantiser: bool,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the index of some passages, and measure how far it must be searched.

    Args:
        path: the file to write.
        passages: to index; at least one.
        sentences: what the questions of the measurement are made from.
        product_quantiser: instead of 8 bits a number.
        progress: told of the passages dealt with.

    Returns:
        ``nprobe`` and ``depth`` for ``IvfIndex``, ``lists``, and the measured ``recall``.

    Raises:
        OSError: the disk refuses.
    """
    with few_threads():
        index = _trained(passages, product_quantiser)
        _fill(index, passages, progress)
        write_index(index, path)
        del index
        return measured(IvfIndex.open(path, passages, nprobe=1, depth=1), sentences)


def measured(index: IvfIndex, sentences: HalfVectors) -> dict[str, Any]:
    """How far an index has to be searched, and what is found then, as ``write_ivf`` returns it."""
    nprobe, depth, recall = how_far(index, sentences)
    return {"lists": index.lists, "nprobe": nprobe, "depth": depth, "recall": round(recall, 4)}


def sample_of(passages: HalfVectors) -> Vectors:
    """The evenly spaced passages that the centres are found from, shape (n, dim)."""
    count = len(passages)
    return passages.rows(spaced(count, min(count, SAMPLE, lists_for(count) * SAMPLE_PER_LIST)))


def _trained(passages: HalfVectors, product_quantiser: bool) -> Any:
    count, dim = len(passages), passages.dim
    lists = lists_for(count)
    sample = sample_of(passages)
    centres = faiss.IndexFlatIP(dim)
    index: Any
    if product_quantiser:
        parts = code_bytes(dim, product_quantiser=True)
        # 256 values a part need as many vectors to be found from, and two of them two.
        sample = sample if len(sample) > 1 else np.repeat(sample, 2, axis=0)
        bits = max(1, min(8, len(sample).bit_length() - 1))
        metric = faiss.METRIC_INNER_PRODUCT
        index = faiss.IndexIVFPQ(centres, dim, lists, parts, bits, metric)
        index.pq.cp.min_points_per_centroid = 1
        index.pq.cp.seed = SEED
        index.pq.cp.niter = ROUNDS
    else:
        index = faiss.IndexIVFScalarQuantizer(
            centres, dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
    index.cp.seed = SEED
    # Of a small index, forced to be of this kind, FAISS would complain on the terminal.
    index.cp.min_points_per_centroid = 1
    index.train(sample)
    return index


def _fill(index: Any, passages: HalfVectors, progress: Progress | None) -> None:
    """Add all passages, into lists that are made as long as they will be before."""
    count = len(passages)
    lists: NDArray[np.int64] = np.empty(count, dtype=np.int64)
    for first in range(0, count, _BLOCK):
        block = passages.rows(np.arange(first, min(first + _BLOCK, count)))
        lists[first : first + len(block)] = index.quantizer.search(block, 1)[1][:, 0]
        if progress is not None:
            progress((first + len(block)) // 2, count)
    for number, size in enumerate(np.bincount(lists, minlength=index.nlist).tolist()):
        # Shrinking keeps the memory, so that a list is never moved while it grows.
        index.invlists.resize(number, size)
        index.invlists.resize(number, 0)
    for first in range(0, count, _BLOCK):
        numbers = np.arange(first, min(first + _BLOCK, count))
        block = passages.rows(numbers)
        index.add_core(
            len(block),
            faiss.swig_ptr(block),
            faiss.swig_ptr(numbers),
            faiss.swig_ptr(np.ascontiguousarray(lists[first : first + len(block)])),
        )
        if progress is not None:
            progress((count + first + len(block)) // 2, count)


def write_index(index: Any, path: Path) -> None:
    """Write an index through Python, which reports a full disk as such; FAISS does not."""
    refused: list[OSError] = []
    with path.open("wb") as stream:

        def write(data: bytes) -> int:
            # What follows is taken and dropped: FAISS would write it once more while it gives up.
            if not refused:
                try:
                    return stream.write(data)
                except OSError as error:
                    refused.append(error)
            return len(data)

        faiss.write_index(index, faiss.BufferedIOWriter(faiss.PyCallbackIOWriter(write)))
        if refused:
            raise refused[0]


@contextlib.contextmanager
def few_threads() -> Iterator[None]:
    """FAISS on no more threads than there are usable cores."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(min(before, usable_cores()))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
