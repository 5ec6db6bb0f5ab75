"""The reports as the bot has them: answers off the event loop, and new reports while it runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Self

from bot.deep_links import BotLinks
from corpus.pages import render_page
from corpus.report import Passage, Report
from embeddings.embedder import Embedder
from embeddings.report_store import Head
from qa.answer import Answer
from qa.engine import Answerer
from qa.examples import Examples
from qa.feedback.records import Versions
from qa.live import LiveIndex
from qa.settings import Settings
from qa.workspace import Progress

THREADS = 1
"""Threads that answer. Two answer no more questions a second, for they take turns holding the
interpreter, but each takes twice as long, and the event loop waits longer for its own turn."""

_log = logging.getLogger(__name__)


class Library:
    """The current index, for one event loop; reading it is cheap and may be done from any thread.

    Whoever holds an answerer, a report or a passage may go on using it after a refresh; the index
    that they are from is let go with the last of them.

    Args:
        settings: the effective ones.
        links: of citations.
        live: what to answer from.
        threads: that answer.
    """

    def __init__(
        self, settings: Settings, links: BotLinks, live: LiveIndex, *, threads: int = THREADS
    ) -> None:
        self.links = links
        self._settings = settings
        self._live = live
        self._asking = ThreadPoolExecutor(threads, thread_name_prefix="ask")
        # One thread: whatever is cancelled or called twice, there are never two refreshes at once.
        self._refreshing = ThreadPoolExecutor(1, thread_name_prefix="refresh")

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
        live = LiveIndex.open(settings, links, progress=progress, embedder=embedder, log=_log)
        live.start_reading_ahead()
        return cls(settings, links, live)

    @property
    def answerer(self) -> Answerer:
        """The current one. It may be asked from any thread but the event loop's."""
        return self._live.current.answerer

    @property
    def examples(self) -> Examples:
        """Example questions of the current answerer; to be called off the event loop."""
        return self._live.current.examples

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

    def reports(self) -> tuple[Head, ...]:
        """What there is to tell of all reports, in the order of the index."""
        return tuple(self.answerer.snapshot.heads.values())

    def passage(self, id_: str) -> tuple[Report, Passage] | None:
        """The passage with an id and its report, where there is one now."""
        snapshot = self.answerer.snapshot
        row = snapshot.rows.get(id_)
        if row is None:
            return None
        passage = snapshot.passages[row]
        return snapshot.reports[passage.report], passage

    def moved(self, id_: str) -> str | None:
        """The id of the passage that took the place of one that is gone, where that is known."""
        snapshot = self.answerer.snapshot
        new = snapshot.moved.get(id_)
        return new if new in snapshot.rows else None

    def page(self, report: Report) -> str:
        """The page of a report as HTML, as it can be kept as a file."""
        return render_page(report, moved=self.answerer.snapshot.moved)

    def cities(self) -> tuple[str, ...]:
        """The places that the reports cover, each once, in the order of the reports."""
        return self.answerer.cities

    def versions(self) -> Versions:
        """What answers are made by now."""
        return self._live.current.versions

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
        return await asyncio.get_running_loop().run_in_executor(
            self._refreshing, self._live.refresh
        )

    def close(self) -> None:
        """Finish the questions that were begun, drop those that wait, and stop building."""
        self._live.close()
        self._asking.shutdown(wait=True, cancel_futures=True)
        self._refreshing.shutdown(wait=True, cancel_futures=True)
