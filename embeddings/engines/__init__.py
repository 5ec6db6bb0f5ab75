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


def engine_named(name: str, embedder: Embedder, *, jobs: int) -> Engine:
    """An engine of ``NAMES``.

    Args:
        name: which.
        embedder: embeds, or tells what is to embed elsewhere.
        jobs: processes or actors.

    Raises:
        SettingsError: a package that it needs is not installed.
    """
    if name == "ray":
        return _ray(embedder, jobs)
    from embeddings.engines.local import LocalEngine

    return LocalEngine(embedder, jobs=jobs)


def _ray(embedder: Embedder, jobs: int) -> Engine:
    import importlib
    import importlib.util

    from corpus.errors import SettingsError

    if importlib.util.find_spec("ray") is None:
        raise SettingsError(
            "Ray is not installed", where="--engine ray", mend="pip install 'cityqa[ray]'"
        )
    try:
        module = importlib.import_module("embeddings.engines.ray")
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"Ray cannot be used ({error})", where="--engine ray", mend="pip install 'cityqa[ray]'"
        ) from error
    engine: Engine = module.RayEngine(embedder, jobs=jobs)
    return engine
