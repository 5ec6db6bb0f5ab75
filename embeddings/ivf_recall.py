"""How far an approximate index must be searched, measured on questions made from its sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors, unit_rows
from embeddings.half import HalfVectors
from embeddings.ivf import IvfIndex
from embeddings.search import Rows

RECALL = 0.99
"""Share of the ten nearest passages that a search must find, on average."""

_SEED = 1234
_BLOCK = 16_384
_NEAREST = 10
_QUERIES = 256
_FIRST_PROBES = 4
_DEPTHS = (200, 400, 800, 1600, 3200)


def how_far(index: IvfIndex, sentences: HalfVectors) -> tuple[int, int, float]:
    """The fewest lists, doubled from a few, and candidates with which enough is found.

    Where looking at all lists does not find enough, the codes are too coarse for so few candidates,
    and more of them are looked at again.

    Args:
        index: of all passages, to be searched as far as need be.
        sentences: what the questions are made from.

    Returns:
        lists, candidates, and the share of the nearest passages that are found with them.
    """
    queries = _questions(sentences if len(sentences) else index.half)
    floors = _floors(queries, index.half)
    best = (1, _DEPTHS[0], -1.0)
    for depth in _DEPTHS:
        probes, before = _FIRST_PROBES, -1.0
        while True:
            probes = min(probes, index.lists)
            searched = replace(index, nprobe=probes, depth=depth)
            recall = _recall(searched, queries, floors)
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
    numbers = spaced(count, min(count, _QUERIES))
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


def spaced(count: int, wanted: int) -> Rows:
    """So many numbers below a count, evenly spaced."""
    return np.arange(wanted, dtype=np.int64) * count // wanted
