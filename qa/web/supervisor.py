"""From settings to worker processes, and back to rest.

The supervisor opens the socket and the index, and forks the workers, which so share its memory as
well as the pages of what is mapped from disk. It answers nothing itself, starts no threads, and so
may fork at any time: a worker that dies is replaced while those that wait in the socket's queue
stay there.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from corpus.errors import SettingsError
from embeddings.milvus.address import MilvusAddress
from embeddings.threads import usable_cores
from qa.cli.output import complain
from qa.live import LiveIndex
from qa.settings import Settings
from qa.web.forks import (
    STOP_SECONDS,
    WATCHED,
    Stopped,
    end_as,
    in_a_process_of_its_own,
    stoppable,
)
from qa.web.page_links import page_links
from qa.web.rates import Rates
from qa.web.settings import ServeSettings
from qa.workspace import Progress, open_workspace

BACKLOG = 2048
"""Connections that wait in the socket's queue."""

LONGEST_WAIT = 30.0
"""Seconds before a worker that dies at once is started again."""

STEADY_SECONDS = 10.0
"""A worker that has run for so long did not die at once."""

_BUILTIN = "builtin"

Showing = Callable[[], contextlib.AbstractContextManager[Progress | None]]
"""What shows the steps of a build for as long as it is entered."""


@dataclass(slots=True)
class _Worker:
    """A place for a worker process.

    Attributes:
        process: its number; none while it waits to be started.
        started: when, by the monotonic clock.
        wait: seconds before it is started again.
        due: when it is to be started.
    """

    process: int | None = None
    started: float = 0.0
    wait: float = 0.0
    due: float = field(default_factory=time.monotonic)


def bind(host: str, port: int) -> socket.socket:
    """The socket that all workers listen on.

    Raises:
        SettingsError: the address is no address of this machine, or taken.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"the server cannot listen here ({error.strerror or error})",
            where=f"{host}:{port}",
            mend="name another address with --host and --port",
        ) from error


def run(
    settings: Settings,
    serve: ServeSettings,
    *,
    progress: Showing,
    ready: Callable[[str], None],
) -> None:
    """Serve until told to stop (SIGTERM, SIGINT); SIGHUP has every worker look for a new index.

    Args:
        settings: that every command reads.
        serve: the server's own.
        progress: shows the steps of a build while it is entered.
        ready: told the address, once workers answer there.

    Raises:
        SettingsError: the address cannot be listened on.
        CityqaError: the reports cannot be used.
        Told: as well, where that has been said already.
    """
    try:
        with contextlib.ExitStack() as stack:
            listening = stack.enter_context(bind(serve.host, serve.port))
            with stoppable():
                # Before prometheus_client is imported, which looks for it then.
                stack.enter_context(_counts())
                _check_workers(settings, serve.workers)
                settings = _shared_threads(settings, serve.workers)
                from qa.web.app import page_key

                # What every worker needs and cannot have is told once, and here.
                page_key(settings)
                live = _opened(settings, progress)
            _Supervisor(settings, serve, listening, live).run(ready)
    except Stopped:
        complain("stopped before it served")


@contextlib.contextmanager
def _counts() -> Iterator[None]:
    """A folder that all workers count in, for as long as they run."""
    folder = tempfile.mkdtemp(prefix="cityqa-serve-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        del os.environ["PROMETHEUS_MULTIPROC_DIR"]
        shutil.rmtree(folder, ignore_errors=True)


def _check_workers(settings: Settings, workers: int) -> None:
    """As many processes can open the index.

    Raises:
        SettingsError: only one can.
    """
    if isinstance(settings.index, MilvusAddress) and settings.index.lite and workers > 1:
        raise SettingsError(
            "only one process at a time can open a file of Milvus Lite",
            where=str(settings.index),
            mend="serve with --workers 1, or from a Milvus server",
        )


def _shared_threads(settings: Settings, workers: int) -> Settings:
    """The settings with the cores shared out among the workers, where nothing else is set."""
    threads = settings.threads or max(1, usable_cores() // workers)
    return settings.model_copy(update={"threads": threads})


def _limit_threads(settings: Settings) -> None:
    """Keep the numeric libraries to the threads that are this process's share.

    What is more spins while it waits for a core that another worker has.
    """
    # Before the limit: only libraries that are loaded are limited.
    import faiss  # noqa: F401
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=settings.threads)


def _opened(settings: Settings, progress: Showing) -> LiveIndex | None:
    """The index, for the workers to share; none where each has to open its own.

    Raises:
        CityqaError: the reports cannot be used.
    """
    stored = isinstance(settings.index, MilvusAddress)
    if settings.index is None or settings.model != _BUILTIN or stored:
        # What builds, loads torch or asks a store starts threads, and must not be forked
        # afterwards.
        in_a_process_of_its_own(partial(_build, settings, progress))
    if settings.model != _BUILTIN or stored:
        return None
    # One thread here, for those of OpenMP do not survive a fork.
    _limit_threads(settings.model_copy(update={"threads": 1}))
    live = LiveIndex.open(settings, page_links(settings))
    # Imported here, after the folder of counts is made.
    from qa.web.ask_page import prepare_examples

    prepare_examples(live.current)
    # What is here now stays: no worker should write to it by counting references in a collection.
    gc.collect()
    gc.freeze()
    return live


def _build(settings: Settings, progress: Showing) -> None:
    with progress() as shown:
        open_workspace(settings, progress=shown)


class _Supervisor:
    """One run."""

    def __init__(
        self,
        settings: Settings,
        serve: ServeSettings,
        listening: socket.socket,
        live: LiveIndex | None,
    ) -> None:
        self._settings = settings
        self._serve = serve
        self._listening = listening
        self._live = live
        self._rates = Rates(serve.rate_limit)
        self._workers = [_Worker() for _ in range(serve.workers)]
        # Its writing end is closed when this process ends, however it does.
        self._alive, self._living = os.pipe()
        self._stopping = False

    def run(self, ready: Callable[[str], None]) -> None:
        """Start the workers, and start again those that die, until told to stop."""
        # Imported before anyone is forked: once is enough, and then it is shared.
        import qa.web.app
        import qa.web.worker  # noqa: F401

        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            self._start_due()
            host, port = self._listening.getsockname()[:2]
            ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
            while not self._stopping:
                self._handle(signal.sigtimedwait(WATCHED, self._patience()))
                self._start_due()
            self._stop()
        finally:
            for worker in self._workers:
                _send(worker, signal.SIGKILL)
            os.close(self._living)
            os.close(self._alive)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)

    def _patience(self) -> float:
        """Seconds until the next worker is to be started."""
        due = [worker.due for worker in self._workers if worker.process is None]
        return max(0.0, min(due) - time.monotonic()) if due else 3600.0

    def _handle(self, told: signal.struct_siginfo | None) -> None:
        if told is None:
            return
        if told.si_signo in (signal.SIGTERM, signal.SIGINT):
            self._stopping = True
        elif told.si_signo == signal.SIGHUP:
            for worker in self._workers:
                _send(worker, signal.SIGHUP)
        else:
            self._reap()

    def _reap(self) -> None:
        """See which workers have ended."""
        from qa.web.metrics import forget_process

        for worker in self._workers:
            if worker.process is None:
                continue
            number, status = os.waitpid(worker.process, os.WNOHANG)
            if not number:
                continue
            forget_process(number)
            code = os.waitstatus_to_exitcode(status)
            worker.process = None
            if self._stopping:
                continue
            now = time.monotonic()
            steady = now - worker.started >= STEADY_SECONDS
            worker.wait = 0.0 if steady else min(LONGEST_WAIT, max(0.5, 2 * worker.wait))
            worker.due = now + worker.wait
            complain(f"worker {number} ended ({_told(code)}); another takes its place")

    def _start_due(self) -> None:
        now = time.monotonic()
        for worker in self._workers:
            if not self._stopping and worker.process is None and worker.due <= now:
                worker.started = now
                worker.process = self._fork()

    def _fork(self) -> int:
        process = os.fork()
        if process == 0:
            end_as(self._work)
        return process

    def _work(self) -> None:
        """What a worker does."""
        from qa.web.app import create_app
        from qa.web.worker import serve

        os.close(self._living)
        settings = self._settings
        _limit_threads(settings)
        live = self._live or LiveIndex.open(settings, page_links(settings))
        live.start_reading_ahead()
        app = create_app(settings, self._serve, live, rates=self._rates)
        # A signal that came before there was anyone to handle it is handled by the event loop.
        serve(app, self._listening, self._alive, unblock=frozenset(WATCHED))

    def _stop(self) -> None:
        """Have the workers finish what is open, and end."""
        self._listening.close()
        for worker in self._workers:
            _send(worker, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while any(worker.process is not None for worker in self._workers):
            told = signal.sigtimedwait(WATCHED, max(0.0, end - time.monotonic()))
            self._reap()
            again = told is not None and told.si_signo in (signal.SIGTERM, signal.SIGINT)
            if again or time.monotonic() >= end:
                # Told twice: whoever waits does not want to.
                break


def _send(worker: _Worker, number: signal.Signals) -> None:
    if worker.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.process, number)


def _told(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
