"""The engine that needs nothing else: this process, and a few more to read files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from corpus.errors import CityqaError
from corpus.library import Entry, read_files
from embeddings.embedder import Embedder, Vectors, encode_nested
from embeddings.engines import Block


class LocalEngine:
    """Reads in several processes; embeds in this one, with the embedder's own threads.

    Args:
        embedder: of all texts.
        jobs: processes that read.
    """

    def __init__(self, embedder: Embedder, *, jobs: int = 1) -> None:
        self._embedder = embedder
        self._jobs = jobs

    def read(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Entry | CityqaError]]:
        """Each file's report, or why it is none, in the order of the files."""
        return read_files(paths, self._jobs)

    def embed(self, blocks: Iterable[Block]) -> Iterator[tuple[Vectors, Vectors]]:
        """The vectors of each block, in the order of the blocks."""
        for block in blocks:
            if block.passages:
                yield encode_nested(self._embedder, block.passages, block.spans)
            else:
                nothing = np.empty((0, self._embedder.dim), dtype=np.float32)
                yield nothing, nothing
