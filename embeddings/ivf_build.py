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
from embeddings.embedder import Vectors, unit_rows
from embeddings.half import HalfVectors
from embeddings.ivf import IvfIndex
from embeddings.ivf_sizes import SAMPLE, SAMPLE_PER_LIST, code_bytes, lists_for
from embeddings.search import Rows
from embeddings.threads import usable_cores

_SEED = 1234
_ROUNDS = 10  # of k-means, as FAISS has them for the centres
_BLOCK = 16_384

RECALL = 0.99
"""Share of the ten nearest passages that a search must find, on average."""

_NEAREST = 10
_QUERIES = 256
_FIRST_PROBES = 4
_DEPTHS = (200, 400, 800, 1600, 3200)

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
    with _threads():
        index = _trained(passages, product_quantiser)
        _fill(index, passages, progress)
        _write(index, path)
        lists = int(index.nlist)
        del index
        nprobe, depth, recall = _how_far(path, passages, sentences)
    return {"lists": lists, "nprobe": nprobe, "depth": depth, "recall": round(recall, 4)}


def _trained(passages: HalfVectors, product_quantiser: bool) -> Any:
    count, dim = len(passages), passages.dim
    lists = lists_for(count)
    sample = passages.rows(_spaced(count, min(count, SAMPLE, lists * SAMPLE_PER_LIST)))
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
        index.pq.cp.seed = _SEED
        index.pq.cp.niter = _ROUNDS
    else:
        index = faiss.IndexIVFScalarQuantizer(
            centres, dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
    index.cp.seed = _SEED
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


def _write(index: Any, path: Path) -> None:
    """Write an index through Python, which reports a full disk as such; FAISS does not."""
    refused: list[OSError] = []
    with path.open("wb") as stream:

        def write(data: bytes) -> int:
            try:
                return stream.write(data)
            except OSError as error:
                refused.append(error)
                raise

        try:
            faiss.write_index(index, faiss.BufferedIOWriter(faiss.PyCallbackIOWriter(write)))
        except RuntimeError:
            if not refused:
                raise
        if refused:
            raise refused[0]


def _how_far(path: Path, passages: HalfVectors, sentences: HalfVectors) -> tuple[int, int, float]:
    """The fewest lists, doubled from a few, and candidates with which enough is found.

    Where looking at all lists does not find enough, the codes are too coarse for so few candidates,
    and more of them are looked at again.

    Returns:
        lists, candidates, and the share of the nearest passages that are found with them.
    """
    queries = _questions(sentences if len(sentences) else passages)
    floors = _floors(queries, passages)
    best = (1, _DEPTHS[0], -1.0)
    for depth in _DEPTHS:
        probes, before = _FIRST_PROBES, -1.0
        while True:
            index = IvfIndex.open(path, passages, nprobe=probes, depth=depth)
            probes = min(probes, index.lists)
            recall = _recall(index, queries, floors)
            if recall > best[2]:
                best = (probes, depth, recall)
            if recall >= RECALL:
                return best
            # Twice the lists that find nothing more: it is the codes that are too coarse.
            if probes == index.lists or (recall - before < 2e-3 and probes >= 64):
                break
            probes, before = probes * 2, recall
    return best


def _questions(sentences: HalfVectors) -> Vectors:
    """Vectors as questions would have: near a sentence, yet off to other matters.

    No questions are known when an index is built, and a sentence itself would be too easy: it lies
    in the very list of its passage. So half of another sentence, far away in the corpus, and noise
    of .6 of its length are added to it, which leaves a cosine of about .8 with the sentence.
    Shape (at most ``_QUERIES``, dim).
    """
    count = len(sentences)
    numbers = _spaced(count, min(count, _QUERIES))
    random = np.random.default_rng(_SEED)
    noise = random.normal(size=(len(numbers), sentences.dim)).astype(np.float32)
    noise *= np.float32(0.6 / sentences.dim**0.5)
    other = sentences.rows((numbers + count // 2) % count)
    return unit_rows(sentences.rows(numbers) + np.float32(0.5) * other + noise)


def _floors(queries: Vectors, passages: HalfVectors) -> NDArray[np.float32]:
    """The cosine of each query's tenth nearest passage, shape (queries,), found by trying all."""
    kept = min(_NEAREST, len(passages))
    best = np.full((len(queries), kept), -np.inf, dtype=np.float32)
    for first in range(0, len(passages), _BLOCK):
        block = passages.rows(np.arange(first, min(first + _BLOCK, len(passages))))
        both = np.concatenate([best, queries @ block.T], axis=1)
        best = np.partition(both, both.shape[1] - kept, axis=1)[:, -kept:]
    floors: NDArray[np.float32] = best.min(axis=1)
    return floors


def _recall(index: IvfIndex, queries: Vectors, floors: NDArray[np.float32]) -> float:
    """Share of the nearest that are found; of passages equally near, any will do."""
    wanted = min(_NEAREST, len(index))
    found = 0
    for query, floor in zip(queries, floors, strict=True):
        _, cosines = index.search(query[None], wanted)
        found += int(np.count_nonzero(cosines >= floor - 1e-5))
    return found / (wanted * len(queries))


def _spaced(count: int, wanted: int) -> Rows:
    """So many numbers below a count, evenly spaced."""
    return np.arange(wanted, dtype=np.int64) * count // wanted


@contextlib.contextmanager
def _threads() -> Iterator[None]:
    """FAISS on no more threads than there are usable cores."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(min(before, usable_cores()))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
