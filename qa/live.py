"""The reports as a server that goes on running has them: one index now, perhaps another later."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from corpus.errors import CityqaError
from corpus.library import files_digest
from embeddings.embedder import Embedder
from embeddings.read_ahead import free_memory, read_ahead
from embeddings.snapshot import Snapshot
from qa._version import __version__
from qa.engine import Answerer, Cache
from qa.examples import Examples, examples_of
from qa.feedback.records import Versions
from qa.index_place import current_of
from qa.links import Links
from qa.query_cache import QueryCache
from qa.settings import Settings
from qa.workspace import Opened, Progress, corpus_folders, open_workspace

WARMING = ("这些报告说的是哪些地方？", "Which places are these reports about?")
"""Questions that an index is asked before anyone else asks it: the first ones load its tables."""

_log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The index was closed while another was built."""


@dataclass(frozen=True, slots=True)
class Current:
    """What questions are answered from, replaced as a whole.

    Attributes:
        source: tells whether the index on disk, or the files that it follows from, are others now.
        answerer: of the index.
        examples: questions that it answers; to be called where waiting does no harm.
        versions: what answers are made by.
    """

    source: str
    answerer: Answerer
    examples: Examples
    versions: Versions


class LiveIndex:
    """The current index; whoever holds what it was may go on using it after a refresh.

    Args:
        settings: the effective ones.
        links: of citations.
        embedder: of the settings.
        current: what to answer from at first.
        log: that is told of what changes.
        cache: of what was found for questions, whatever index they are asked of.
    """

    def __init__(
        self,
        settings: Settings,
        links: Links,
        embedder: Embedder,
        current: Current,
        *,
        log: logging.Logger = _log,
        cache: Cache | None = None,
    ) -> None:
        self._settings = settings
        self._links = links
        self._embedder = embedder
        self._current = current
        self._log = log
        self._cache = cache
        self._closed = False
        self._turn = threading.Lock()
        self._told = ""

    @classmethod
    def open(
        cls,
        settings: Settings,
        links: Links,
        *,
        progress: Progress | None = None,
        embedder: Embedder | None = None,
        log: logging.Logger = _log,
    ) -> Self:
        """Open the index that the settings lead to; blocks while an unnamed one is built.

        Args:
            settings: the effective ones.
            links: of citations.
            progress: told of each step of a build.
            embedder: that of the settings, where it is loaded already.
            log: that is told of what is left out, and later of what changes.

        Raises:
            CityqaError: as ``open_workspace`` and ``Answerer``.
        """
        opened = partial(open_workspace, settings, progress=progress, embedder=embedder)
        cache: Cache = QueryCache(settings.cached_questions)
        current, embedder = _opened(opened, links, _source(settings), log, cache)
        return cls(settings, links, embedder, current, log=log, cache=cache)

    @property
    def current(self) -> Current:
        """What is current now; hold it for as long as one request takes."""
        return self._current

    @property
    def trouble(self) -> str:
        """Why the last refresh failed, in one line; empty where it did not."""
        return self._told

    def refresh(self) -> bool:
        """Answer from another index where there is one; blocks, while questions are answered.

        A named index is another once it was built anew; otherwise one is built where the files of
        the reports are others. Where that fails, the one at hand is kept and the reason is logged,
        once. A refresh asked for while one is running begins after it.

        Returns:
            whether there was one.
        """
        with self._turn:
            return not self._closed and self._refresh()

    def start_reading_ahead(self) -> None:
        """Have the current index brought into the system's memory, by a thread of its own.

        Not before a fork: whoever asks meanwhile is answered, if more slowly.
        """
        snapshot = self._current.answerer.snapshot
        threading.Thread(target=self._read_ahead, args=(snapshot,), daemon=True).start()

    def _read_ahead(self, snapshot: Snapshot) -> None:
        # As far as half of the memory that is free has room for it.
        files = snapshot.folder.glob("*")
        read_ahead(files, free_memory() // 2, go_on=lambda: not self._closed)

    def close(self) -> None:
        """Build no more; a build that runs ends at its next step."""
        self._closed = True

    def _refresh(self) -> bool:
        try:
            source = _source(self._settings)
            if source == self._current.source:
                self._told = ""
                return False
            # Checked in full: nobody waits for it.
            opened = partial(
                open_workspace,
                self._settings,
                progress=self._go_on,
                verify=True,
                embedder=self._embedder,
            )
            found, _ = _opened(opened, self._links, source, self._log, self._cache)
            self._read_ahead(found.answerer.snapshot)
            self._current = found
        except _Stopped:
            return False
        except Exception as error:
            # Whatever it is, the index at hand still answers.
            self._tell(error)
            return False
        self._told = ""
        self._log.info("answering from the index %s now", self._current.versions.index[:16])
        return True

    def _tell(self, error: Exception) -> None:
        line = str(error) if isinstance(error, CityqaError) else f"{type(error).__name__}: {error}"
        if line != self._told:
            self._told = line
            self._log.warning(
                "the reports cannot be read anew, answering from those at hand: %s",
                line,
                exc_info=None if isinstance(error, CityqaError) else error,
            )

    def _go_on(self, step: str, done: int, total: int) -> None:
        """Progress of a build, which ends here once nobody wants it."""
        if self._closed:
            raise _Stopped


def _source(settings: Settings) -> str:
    """What the index to be opened is told by.

    Raises:
        IndexFault, EmptyCorpus, StorageError: it is not there.
    """
    if settings.index is not None:
        return current_of(settings)
    folders = corpus_folders(settings)
    return "\0".join([*map(str, folders), files_digest(folders)])


def _opened(
    open_: Callable[[], Opened],
    links: Links,
    source: str,
    log: logging.Logger,
    cache: Cache | None,
) -> tuple[Current, Embedder]:
    """Open an index and ask it something; ``source`` is what it was told by just before."""
    opened = open_()
    for line in opened.left_out:
        log.warning("%s", line)
    answerer = Answerer(opened.snapshot, opened.embedder, links, cache=cache)
    for question in WARMING:
        answerer.ask(question)
    # Looked up while others wait, later.
    _ = answerer.cities, opened.snapshot.rows
    manifest = opened.snapshot.manifest
    versions = Versions(
        __version__,
        manifest.digest,
        manifest.fingerprint.name,
        manifest.fingerprint.version,
        answerer.trained.digest,
    )
    return Current(source, answerer, examples_of(answerer), versions), opened.embedder
