"""What does the two heavy parts of a build: reading files and embedding texts.

``local`` does them here. Whatever engine does them, the reports and passages are the same, and the
vectors within 1e-6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from corpus.errors import CityqaError
    from corpus.library import Entry
    from embeddings.embedder import Embedder, Vectors

NAMES: Final = ("local", "ray")
"""What the command line offers."""


@dataclass(frozen=True, slots=True)
class Block:
    """Texts to embed together.

    Attributes:
        passages: texts; there may be none.
        spans: of each passage, the first and last character (exclusive) of the sentences in it
            that are wanted, which need not be all of them.
    """

    passages: tuple[str, ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def sentences(self) -> int:
        """How many sentences are wanted."""
        return sum(map(len, self.spans))


class Engine(Protocol):
    """Reads files and embeds blocks; answers in the order in which it was asked."""

    def read(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Entry | CityqaError]]:
        """Each file's report, or why it is none, in the order of the files."""

    def embed(self, blocks: Iterable[Block]) -> Iterator[tuple[Vectors, Vectors]]:
        """The vectors of each block, in the order of the blocks.

        Args:
            blocks: taken as they are needed, some ahead.

        Yields:
            of each block, vectors of its passages, shape (passages, dim), and of its wanted
            sentences, one passage after another, shape (sentences, dim).
        """


def engine_named(
    name: str,
    embedder: Embedder,
    *,
    jobs: int | None = None,
    address: str | None = None,
    gpus: float = 0.0,
) -> Engine:
    """An engine of ``NAMES``.

    Args:
        name: which.
        embedder: embeds, or tells what is to embed elsewhere.
        jobs: processes or actors; as many as there are cores for where not given.
        address: of the Ray cluster; none: one of this machine's own.
        gpus: that an actor of Ray takes.

    Raises:
        SettingsError: a package that it needs is not installed, or the address is none.
        EngineError: nothing answers there as a cluster of Ray does.
    """
    if name == "ray":
        return _ray(embedder, jobs, address, gpus)
    from embeddings.engines.local import LocalEngine
    from embeddings.threads import usable_cores

    return LocalEngine(embedder, jobs=jobs or usable_cores())


def _ray(embedder: Embedder, jobs: int | None, address: str | None, gpus: float) -> Engine:
    import importlib
    import importlib.util

    from corpus.errors import SettingsError

    if importlib.util.find_spec("ray") is None:
        raise SettingsError(
            "Ray is not installed", where="--engine ray", mend="pip install 'cityqa[ray]'"
        )
    if address is not None:
        from embeddings.engines.ray_address import Address, greet

        # Before Ray is loaded, which takes longer, and waits for minutes.
        greet(Address.parse(address))
    try:
        module = importlib.import_module("embeddings.engines.ray")
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"Ray cannot be used ({error})", where="--engine ray", mend="pip install 'cityqa[ray]'"
        ) from error
    engine: Engine = module.RayEngine(embedder, jobs=jobs, address=address, gpus=gpus)
    return engine
