"""Start commands in forks of a preloaded process; see ``zygote.py``.

What such a fork cannot show is left to processes from scratch: start-up, what is imported, and
whatever Python reads of its environment when it starts.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

ZYGOTE = Path(__file__).with_name("zygote.py")


class Forked:
    """A command that runs; as much of ``subprocess.Popen`` as is used here.

    Attributes:
        pid: of its process.
        returncode: as of ``Popen``; none while it runs.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("r", encoding="ascii")
        self.pid = int(self._lines.readline())
        self.returncode: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._attend, name=f"command {self.pid}", daemon=True).start()

    def _attend(self) -> None:
        line = self._lines.readline()
        self.returncode = os.waitstatus_to_exitcode(int(line)) if line else -signal.SIGKILL
        self._lines.close()
        self._connection.close()
        self._ended.set()

    def poll(self) -> int | None:
        """Its exit code, or none while it runs."""
        return self.returncode if self._ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, when it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("cityqa", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if not self._ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


@cache
def _zygote() -> str:
    """The socket of the zygote, started when it is first asked for.

    Processes that test together share one, which ends with the process that they are of.
    """
    if "PYTEST_XDIST_TESTRUNUID" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="cityqa-zygote-")
        path = str(Path(folder.name) / "socket")
        process = _started(path, os.getpid())

        def end() -> None:
            process.kill()
            process.wait()
            folder.cleanup()

        atexit.register(end)
        return path
    shared = Path(tempfile.gettempdir(), f"cityqa-{os.environ['PYTEST_XDIST_TESTRUNUID']}")
    shared.mkdir(mode=0o700, exist_ok=True)
    path = str(shared / "socket")
    with (shared / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not Path(path).exists():
            # It goes on when this process has ended, which does not wait for it: another may ask.
            _started(path, os.getppid()).returncode = 0
    return path


def _started(path: str, owner: int) -> subprocess.Popen[bytes]:
    # One thread, before anything is loaded: forks of several are not safe.
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, str(ZYGOTE), path, str(owner)],
        env={**os.environ, **single},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    process.stdout.close()
    assert ready == b"ready\n", "the zygote ended"
    return process


def start(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    stdin: IO[bytes] | int,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int,
) -> Forked:
    """Start ``cityqa`` with some arguments.

    Args:
        arguments: of the command.
        env: all of its environment.
        cwd: its folder.
        stdin, stdout, stderr: files or descriptors.
    """
    streams = [one if isinstance(one, int) else one.fileno() for one in (stdin, stdout, stderr)]
    request = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": str(cwd)})
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(_zygote())
    socket.send_fds(connection, [f"{request}\n".encode("utf-8", "surrogatepass")], streams)
    return Forked(connection)


def run(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    stdin: bytes = b"",
    timeout: float = 120.0,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``cityqa`` to its end.

    Raises:
        subprocess.TimeoutExpired: it does not end; it is killed then.
    """
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        process = start(arguments, env=env, cwd=cwd, stdin=given, stdout=out, stderr=err)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(arguments), code, out.read(), err.read())


def launch(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, output: IO[bytes]
) -> Forked:
    """Start ``cityqa`` without input and with one file for all that it writes."""
    with Path(os.devnull).open("rb") as nothing:
        return start(arguments, env=env, cwd=folder, stdin=nothing, stdout=output, stderr=output)
