"""The engine that reads and embeds on Ray: processes of this machine, or of a cluster.

Files are shipped with their bytes, and blocks with their texts: the machines of a cluster need not
see the disk, but the same version of this program has to be installed on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CityqaError
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder, Vectors
from embeddings.engines import Block
from embeddings.engines.ray_address import Address
from embeddings.engines.ray_cluster import Cluster
from embeddings.engines.ray_stream import Pool, through
from embeddings.engines.ray_tasks import Embedding, Reading, parcels
from embeddings.threads import usable_cores

if TYPE_CHECKING:
    from corpus.library import Entry


class RayEngine:
    """Reads and embeds in actors, each of which loads the model once.

    A cluster that it started ends when all is embedded, or when anything fails.

    Args:
        embedder: what is to embed; loaded anew in each actor.
        jobs: actors; as many as the cluster has room for where not given.
        address: of a cluster that runs (``host:port`` or ``ray://host:port``); none: one is started
            on this machine.
        gpus: of each actor; more than 0 puts a sentence-transformers model on them.

    Raises:
        SettingsError: the address is none.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        jobs: int | None = None,
        address: str | None = None,
        gpus: float = 0.0,
    ) -> None:
        self._embedder = embedder
        self._jobs = jobs
        self._gpus = gpus
        self._here = address is None
        self._cluster = Cluster(Address.parse(address) if address else None, jobs or 1)

    def read(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Entry | CityqaError]]:
        """Each file's report, or why it is none, in the order of the files.

        Raises:
            EngineError: the cluster does not answer, or fails.
        """
        if not paths:
            return
        well = False
        try:
            self._cluster.connect()
            cpus, _ = self._cluster.resources()
            pool = Pool(min(self._jobs or cpus, cpus), 1, apart=self._cluster.apart)

            def name(number: int) -> str:
                return f"the file {paths[min(told, len(paths) - 1)]} or one of the next"

            told = 0
            for read in through(parcels(paths), Reading, pool, name):
                for one in read:
                    told += 1
                    yield one
            well = True
        finally:
            # What is read is about to be embedded.
            if not well:
                self._cluster.disconnect()

    def embed(self, blocks: Iterable[Block]) -> Iterator[tuple[Vectors, Vectors]]:
        """The vectors of each block, in the order of the blocks.

        Raises:
            EngineError: the cluster does not answer, or fails, or has another model.
            ModelError: the model cannot be loaded there.
        """
        source = iter(blocks)
        try:
            first = list(islice(source, 1))
            if not first:
                return
            self._cluster.connect()
            pool = self._pool()
            load = portable(self._embedder, threads=int(pool.cpus), cuda=self._gpus > 0)
            task = partial(Embedding, load, self._embedder.fingerprint)
            yield from through(
                chain(first, source), task, pool, lambda number: f"block {number + 1} of this run"
            )
        finally:
            self._cluster.disconnect()

    def close(self) -> None:
        """End the cluster where it was started for this engine."""
        self._cluster.disconnect()

    def _pool(self) -> Pool:
        cpus, gpus = self._cluster.resources()
        room = min(cpus, int(gpus / self._gpus)) if self._gpus else cpus
        size = max(1, min(self._jobs or room, room))
        # On one machine the cores are shared out; on many, an actor has one.
        threads = max(1, usable_cores() // size) if self._here else 1
        return Pool(size, threads, self._gpus, apart=self._cluster.apart)


def portable(embedder: Embedder, *, threads: int, cuda: bool) -> Callable[[], Embedder]:
    """What loads an embedder in another process.

    Args:
        embedder: built in, of sentence-transformers, or anything that can be pickled.
        threads: of the built-in model there.
        cuda: whether a sentence-transformers model is put on a GPU there.
    """
    if isinstance(embedder, BuiltinEmbedder):
        return partial(BuiltinEmbedder, threads=threads)
    elsewhere = getattr(embedder, "elsewhere", None)
    if elsewhere is not None:
        found: Callable[[], Embedder] = elsewhere("cuda" if cuda else None)
        return found
    return lambda: embedder
