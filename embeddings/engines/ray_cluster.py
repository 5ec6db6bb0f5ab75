"""The Ray cluster that builds: one that runs already, or one of this machine's own."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final

from corpus.errors import EngineError
from embeddings.engines.ray_address import Address, greet, unanswered
from embeddings.threads import usable_cores

# Before Ray is imported, which reads them then. Nothing is told to Ray's makers; what Ray has to
# say about itself is in its logs.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")

import ray

JOIN_SECONDS: Final = 60.0
"""For a cluster that answers to take this process as a driver; it may be busy."""

_MIB: Final = 1024 * 1024


class Cluster:
    """A connection to a cluster, made when it is needed.

    Where this process is connected to one already, that one is used, and left as it is.

    Args:
        address: of a cluster that runs; none: one is started on this machine, with as many CPUs as
            ``cpus`` says, and ended with the connection.
        cpus: of a cluster that is started.
    """

    def __init__(self, address: Address | None, cpus: int) -> None:
        self._address = address
        self._cpus = max(cpus, usable_cores())
        self._joined = False

    @property
    def apart(self) -> bool:
        """Whether this process is connected through Ray Client."""
        return bool(ray.util.client.ray.is_connected())

    def connect(self) -> None:
        """Connect, unless it is connected.

        Raises:
            EngineError: the cluster does not answer, or none can be started.
        """
        if ray.is_initialized():
            return
        if self._address is None:
            self._start()
        else:
            self._join(self._address)
        self._joined = True

    def disconnect(self) -> None:
        """End the connection, and the cluster where it was started by ``connect``."""
        if self._joined:
            self._joined = False
            ray.shutdown()

    def resources(self) -> tuple[int, float]:
        """CPUs and GPUs of all its machines."""
        found = ray.cluster_resources()
        return max(1, int(found.get("CPU", 1))), float(found.get("GPU", 0.0))

    def _start(self) -> None:
        if "RAY_AUTH_MODE" not in os.environ:
            # So that no other user of this machine may use it; Ray itself would leave such a token
            # in the home folder.
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        try:
            with _silence():
                ray.init(
                    "local",
                    num_cpus=self._cpus,
                    include_dashboard=False,
                    # What waits for its turn lies here; see ray_stream.AHEAD.
                    object_store_memory=max(256, 128 * self._cpus) * _MIB,
                    **_QUIET,
                )
        except Exception as error:
            with contextlib.suppress(Exception):
                ray.shutdown()
            raise EngineError(
                f"Ray cannot be started here ({_line(error)})",
                where="--engine ray",
                mend="free memory and disk space, or use --engine local",
            ) from error

    def _join(self, address: Address) -> None:
        greet(address)
        failed: list[BaseException] = []

        def join() -> None:
            try:
                ray.init(address.text, **_QUIET)
            except BaseException as error:
                failed.append(error)

        # Ray itself may wait for minutes.
        thread = threading.Thread(target=join, name="cityqa-ray-join", daemon=True)
        with _silence():
            thread.start()
            thread.join(JOIN_SECONDS)
        if thread.is_alive():
            raise unanswered(address, f"it does not let us in within {JOIN_SECONDS:.0f} s")
        if failed:
            raise unanswered(address, _line(failed[0])) from failed[0]


_QUIET: Final[dict[str, Any]] = {
    "log_to_driver": False,
    "logging_level": logging.CRITICAL,
    "configure_logging": False,
}


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep what Ray's libraries in C++ write by themselves, and its greetings, off the terminal."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        yield
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        for descriptor in (*kept, nothing):
            os.close(descriptor)


def _line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
