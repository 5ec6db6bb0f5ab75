"""Many files read in several processes: results in order, memory bounded, none stops the others.

Each file is read in a process of its own making, which may use so much memory and time and no
more. One that dies of its file takes no other with it: what it had not finished is read again, one
file a process, so that the file that kills it is the only one lost.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import FrameType
from typing import Final, TypeVar

from corpus.errors import CityqaError, ReadError

MAX_MEMORY: Final = 3 * 1024**3
"""Bytes of address space of a reading process. The largest file allowed takes about a third."""

MAX_SECONDS: Final = 120
"""Of computing, for one file; a thousand pages of PDF take about a minute."""

_GRACE: Final = 1
"""Seconds after which a process that cannot be interrupted is ended: libraries in C are not."""

_AHEAD: Final = 4
"""Files a process that are read ahead of the one whose turn it is."""

T = TypeVar("T")


class _TooLong(BaseException):
    """Not an Exception: readers take those of broken files for what broken files are."""


def in_order(
    work: Callable[[Path], T],
    paths: Iterable[Path],
    *,
    jobs: int,
    seconds: int = MAX_SECONDS,
    memory: int = MAX_MEMORY,
) -> Generator[tuple[Path, T | CityqaError]]:
    """What ``work`` makes of each file, or the error that it raised, in the order of the files.

    Args:
        work: a function of a module; its result and its arguments go between processes.
        paths: taken as they are needed: a few a process are read ahead.
        jobs: processes.
        seconds: of computing, for one file.
        memory: bytes of address space of a process.
    """
    others = set(multiprocessing.active_children())
    waiting: deque[tuple[Path, Future[T | CityqaError]]] = deque()
    source = iter(paths)
    pool = _pool(jobs, memory)
    try:
        while True:
            for path in source:
                try:
                    waiting.append((path, pool.submit(_one, work, path, seconds)))
                except BrokenProcessPool:
                    waiting.append((path, _never()))
                if len(waiting) >= _AHEAD * jobs:
                    break
            if not waiting:
                return
            path, future = waiting.popleft()
            try:
                result = future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=True, cancel_futures=True)
                # Of several files, any one may have ended its process.
                result = _alone(work, path, seconds, memory) if waiting else _ended(path, seconds)
                pool = _pool(jobs, memory)
                again = [path for path, _ in waiting]
                waiting.clear()
                waiting.extend((p, pool.submit(_one, work, p, seconds)) for p in again)
            yield path, result
    finally:
        if waiting:
            # Broken off: what is being read is of no use to anybody.
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(work: Callable[[Path], T], path: Path, seconds: int, memory: int) -> T | CityqaError:
    """Read a file in a process of its own: one beside it may have died."""
    with _pool(1, memory) as pool:
        try:
            return pool.submit(_one, work, path, seconds).result()
        except BrokenProcessPool:
            return _ended(path, seconds)


def _ended(path: Path, seconds: int) -> ReadError:
    what = f"ends the program that reads it, or takes longer than {seconds} s"
    return ReadError(what, where=str(path))


def _never() -> Future[T | CityqaError]:
    future: Future[T | CityqaError] = Future()
    future.set_exception(BrokenProcessPool())
    return future


def _pool(jobs: int, memory: int) -> ProcessPoolExecutor:
    # Spawned, not forked: this process may have threads, whose locks a fork would copy.
    return ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=_limit, initargs=(memory,)
    )


def _limit(memory: int) -> None:
    # Ctrl-C reaches the whole group; the process that asked for the work ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Not on every system; a limit below what is used already is refused.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _end_with_parent() -> None:
    """A process that asked for work and was killed can tell nobody to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _one(work: Callable[[Path], T], path: Path, seconds: int) -> T | CityqaError:
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    _end_after(seconds + _GRACE)
    try:
        return work(path)
    except CityqaError as error:
        return error
    except _TooLong:
        return ReadError(f"takes longer than {seconds} s to read", where=str(path))
    except MemoryError:
        return ReadError("takes more memory than a report may", where=str(path))
    except RecursionError:
        return ReadError("is nested too deeply", where=str(path))
    except Exception as error:
        # Whatever it is, it is about this file alone.
        return ReadError(f"cannot be read ({type(error).__name__}: {error})", where=str(path))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end_after(seconds: int) -> None:
    """Have the system end this process when it has computed for some seconds more."""
    # Not on every system.
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLong
