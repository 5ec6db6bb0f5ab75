"""Processes of the supervisor's: how they are begun, told to stop, and ended."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from functools import partial
from types import FrameType

from corpus.errors import CityqaError
from qa.cli.output import complain

LOG = logging.getLogger(__name__)

STOP_SECONDS = 15.0
"""After which a worker that was told to stop is ended; more than it takes for open requests."""

WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""What the supervisor waits for."""

_STOPPING = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):
    """Told to stop before there was anything to stop serving.

    Not an Exception: what builds an index passes over those of single files.
    """


class Told(Exception):
    """A process failed, and has said why.

    Attributes:
        code: with which to end.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Until it serves, SIGTERM and SIGINT raise ``Stopped``, and SIGHUP means nothing.

    Afterwards the signals that the supervisor waits for are held back for it.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        # Told twice: what is being ended is not to be broken off.
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.getsignal(number) for number in (*_STOPPING, signal.SIGHUP)}
    # Not ignored, which programs started from here would inherit.
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
    for number in _STOPPING:
        signal.signal(number, stop)
    try:
        yield
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def in_a_process_of_its_own(work: Callable[[], object]) -> None:
    """Do some work whose traces in memory nobody wants.

    Raises:
        Told: it failed, and has said why.
        Stopped: this process was told to stop; the other one has ended.
    """
    # No signal may come between the fork and what is done about its process.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    process = os.fork()
    if process == 0:
        end_as(partial(_unmasked, mask, work))
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _, status = os.waitpid(process, 0)
    except Stopped:
        _end(process)
        raise
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise Told(code if code > 0 else 1)


def _unmasked(mask: Collection[int], work: Callable[[], object]) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    work()


def _end(process: int) -> None:
    """Tell a process to stop, and wait until it has."""
    with contextlib.suppress(ChildProcessError, ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            if time.monotonic() >= end:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                return
            time.sleep(0.02)


def end_as(work: Callable[[], object]) -> None:
    """Do what a forked process is for, and end it there."""
    code = 1
    try:
        work()
        code = 0
    except CityqaError as error:
        complain(str(error))
        code = error.exit_code
    except (KeyboardInterrupt, Stopped):
        code = 130
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        LOG.exception("a process failed")
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        # Not what the supervisor would do at its own end.
        os._exit(code)
