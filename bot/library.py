"""The reports as the bot has them: answers off the event loop, and new reports while it runs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Self

from bot.deep_links import BotLinks
from corpus.errors import CityqaError
from corpus.library import files_digest
from corpus.report import Passage, Report
from embeddings.embedder import Embedder
from embeddings.store import current_generation
from qa._version import __version__
from qa.answer import Answer
from qa.engine import Answerer
from qa.examples import Examples, examples_of
from qa.feedback.records import Versions
from qa.settings import Settings
from qa.workspace import Opened, Progress, corpus_folders, open_workspace

THREADS = 1
"""Threads that answer. Two answer no more questions a second, for they take turns holding the
interpreter, but each takes twice as long, and the event loop waits longer for its own turn."""

WARMING = ("这些报告说的是哪些地方？", "Which places are these reports about?")
"""Questions that an index is asked before anyone else asks it: the first ones load its tables."""

_log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The library was closed while an index was built."""


@dataclass(frozen=True, slots=True)
class _Current:
    """What questions are answered from, replaced as a whole.

    Attributes:
        source: tells whether the index on disk, or the files that it follows from, are others now.
    """

    source: str
    answerer: Answerer
    examples: Examples
    versions: Versions


class Library:
    """The current index, for one event loop; reading it is cheap and may be done from any thread.

    Whoever holds an answerer, a report or a passage may go on using it after a refresh; the index
    that they are from is let go with the last of them.

    Args:
        settings: the effective ones.
        links: of citations.
        embedder: of the settings.
        current: what to answer from at first.
        threads: that answer.
    """

    def __init__(
        self,
        settings: Settings,
        links: BotLinks,
        embedder: Embedder,
        current: _Current,
        *,
        threads: int = THREADS,
    ) -> None:
        self.links = links
        self._settings = settings
        self._embedder = embedder
        self._current = current
        self._asking = ThreadPoolExecutor(threads, thread_name_prefix="ask")
        # One thread: whatever is cancelled or called twice, there are never two refreshes at once.
        self._refreshing = ThreadPoolExecutor(1, thread_name_prefix="refresh")
        self._closed = threading.Event()
        self._told = ""

    @classmethod
    def open(
        cls,
        settings: Settings,
        links: BotLinks,
        *,
        progress: Progress | None = None,
        embedder: Embedder | None = None,
    ) -> Self:
        """Open the index that the settings lead to; blocks while an unnamed one is built.

        Args:
            settings: the effective ones.
            links: of citations.
            progress: told of each step of a build.
            embedder: that of the settings, where it is loaded already.

        Raises:
            CityqaError: as ``open_workspace`` and ``Answerer``.
        """
        opened = partial(open_workspace, settings, progress=progress, embedder=embedder)
        current, embedder = _opened(opened, links, _source(settings))
        return cls(settings, links, embedder, current)

    @property
    def answerer(self) -> Answerer:
        """The current one. It may be asked from any thread but the event loop's."""
        return self._current.answerer

    @property
    def examples(self) -> Examples:
        """Example questions of the current answerer; to be called off the event loop."""
        return self._current.examples

    async def ask(self, text: str, *, cities: Sequence[str] = (), top: int | None = None) -> Answer:
        """Answer a question in a thread, after those that were asked before.

        Where the task that waits is cancelled, a question whose turn has not come is never asked.

        Args:
            text: the question as typed.
            cities: search the reports of these only.
            top: extracts wanted; as the settings say where it is none.

        Raises:
            UsageError, UnknownCity: as ``Answerer.ask``.
            RuntimeError: the library is closed.
        """
        work = partial(self._ask, text, tuple(cities), top or self._settings.top)
        return await asyncio.get_running_loop().run_in_executor(self._asking, work)

    def _ask(self, text: str, cities: tuple[str, ...], top: int) -> Answer:
        # From what is current when its turn has come.
        return self.answerer.ask(text, top=top, cities=cities)

    def report(self, id_: str) -> Report | None:
        """The report with an id, where there is one now."""
        return self.answerer.snapshot.reports.get(id_)

    def reports(self) -> tuple[Report, ...]:
        """All reports, in the order of the index."""
        return tuple(self.answerer.snapshot.reports.values())

    def passage(self, id_: str) -> tuple[Report, Passage] | None:
        """The passage with an id and its report, where there is one now."""
        snapshot = self.answerer.snapshot
        row = snapshot.rows.get(id_)
        if row is None:
            return None
        passage = snapshot.passages[row]
        return snapshot.reports[passage.report], passage

    def cities(self) -> tuple[str, ...]:
        """The places that the reports cover, each once, in the order of the reports."""
        return self.answerer.cities

    def versions(self) -> Versions:
        """What answers are made by now."""
        return self._current.versions

    async def refresh(self) -> bool:
        """Answer from another index where there is one; questions are answered meanwhile.

        A named index is another once it was built anew; otherwise one is built where the files of
        the reports are others. Where that fails, the one at hand is kept and the reason is logged,
        once. A refresh asked for while one is running begins after it.

        Returns:
            whether there was one.

        Raises:
            RuntimeError: the library is closed.
        """
        return await asyncio.get_running_loop().run_in_executor(self._refreshing, self._refresh)

    def close(self) -> None:
        """Finish the questions that were begun, drop those that wait, and stop building."""
        self._closed.set()
        self._asking.shutdown(wait=True, cancel_futures=True)
        self._refreshing.shutdown(wait=True, cancel_futures=True)

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
            self._current, _ = _opened(opened, self.links, source)
        except _Stopped:
            return False
        except Exception as error:
            # Whatever it is, the bot can go on answering from the index that it has.
            self._tell(error)
            return False
        self._told = ""
        _log.info("answering from the index %s now", self._current.versions.index[:16])
        return True

    def _tell(self, error: Exception) -> None:
        line = str(error) if isinstance(error, CityqaError) else f"{type(error).__name__}: {error}"
        if line != self._told:
            self._told = line
            _log.warning(
                "the reports cannot be read anew, answering from those at hand: %s",
                line,
                exc_info=None if isinstance(error, CityqaError) else error,
            )

    def _go_on(self, step: str, done: int, total: int) -> None:
        """Progress of a build, which ends here once the library is closed."""
        if self._closed.is_set():
            raise _Stopped


def _source(settings: Settings) -> str:
    """What the index to be opened is told by.

    Raises:
        IndexFault, EmptyCorpus, StorageError: it is not there.
    """
    if settings.index is not None:
        return current_generation(settings.index).name
    folders = corpus_folders(settings)
    return "\0".join([*map(str, folders), files_digest(folders)])


def _opened(open_: Callable[[], Opened], links: BotLinks, source: str) -> tuple[_Current, Embedder]:
    """Open an index and ask it something; ``source`` is what it was told by just before."""
    opened = open_()
    for line in opened.left_out:
        _log.warning("%s", line)
    answerer = Answerer(opened.snapshot, opened.embedder, links)
    for question in WARMING:
        answerer.ask(question)
    # Looked up on the event loop later.
    _ = answerer.cities, opened.snapshot.rows
    manifest = opened.snapshot.manifest
    versions = Versions(
        __version__,
        manifest.digest,
        manifest.fingerprint.name,
        manifest.fingerprint.version,
        answerer.trained.digest,
    )
    return _Current(source, answerer, examples_of(answerer), versions), opened.embedder
