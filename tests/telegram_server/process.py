"""``cityqa bot`` as a process of its own, which receives its updates from the server."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from tests.telegram_server.server import TelegramServer

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "qa", "bot")
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class Process(Protocol):
    """A process that was started, as ``subprocess.Popen`` is one."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: int, /) -> None: ...

    def kill(self) -> None: ...


Launch = Callable[[Sequence[str], Mapping[str, str], Path, IO[bytes]], Process]
"""Starts ``cityqa`` with arguments, an environment, a folder and a file for what it writes."""


def from_scratch(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, output: IO[bytes]
) -> Process:
    """Start it as a user would."""
    return subprocess.Popen(
        [*COMMAND[:-1], *arguments],
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )


class BotProcess:
    """A bot that runs.

    Args:
        process: of the bot.
        state: its folder.
        output: file that it writes to, both streams.

    Attributes:
        process: of the bot.
        state: its folder.
    """

    def __init__(self, process: Process, state: Path, output: Path) -> None:
        self.process = process
        self.state = state
        self._output = output

    def log(self) -> str:
        """What it has written so far."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def stop(self, timeout: float = STOP_SECONDS) -> int:
        """Ask it to end, and wait for it; gives its exit code.

        Raises:
            subprocess.TimeoutExpired: it does not end; it is killed then.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.wait()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of the caller's settings; the checkout's packages; a home below the folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CITYQA_", "XDG_", "PYTHON", "COV_"))
    }
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "CITYQA_THREADS": "1",
        **more,
    }


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def build_index(cache: Path, *, corpus: Path | None = None, launch: Launch = from_scratch) -> None:
    """Build the index of the reports that ship, or of a folder, in a cache folder.

    Raises:
        subprocess.CalledProcessError: it cannot be built.
    """
    cache.mkdir(parents=True, exist_ok=True)
    named = {} if corpus is None else {"CITYQA_CORPUS": str(corpus)}
    to_its_end(
        ["index", "build"],
        environment(cache, CITYQA_CACHE=str(cache), CITYQA_STATE=str(cache / "none"), **named),
        cache,
        launch,
    )


def to_its_end(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, launch: Launch
) -> None:
    """Run ``cityqa`` with some arguments.

    Raises:
        subprocess.CalledProcessError: it ends with a failure; has what it wrote.
    """
    with tempfile.TemporaryFile() as output:
        process = launch(arguments, env, folder, output)
        code = process.wait()
        if code:
            output.seek(0)
            raise subprocess.CalledProcessError(code, ["cityqa", *arguments], output.read())


@contextlib.contextmanager
def running_bot(
    server: TelegramServer,
    *,
    cache: Path,
    state: Path | None = None,
    env: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
    webhook: bool = False,
    wait: bool = True,
    timeout: float = START_SECONDS,
    launch: Launch = from_scratch,
) -> Iterator[BotProcess]:
    """Start the bot, wait until it receives updates, and stop it in the end.

    Args:
        server: that it is to use.
        cache: folder with the index, shared between bots.
        state: its folder, kept afterwards; else one that is taken away.
        env: on top of what it needs.
        arguments: of the command.
        webhook: whether it is to receive its updates by webhook.
        wait: whether to wait until it receives updates.
        timeout: seconds for that.
        launch: starts it.

    Raises:
        RuntimeError: it ended before it received updates; tells what it wrote.
        TimeoutError: it runs but does not receive updates; tells what it wrote.
    """
    with contextlib.ExitStack() as stack:
        if state is None:
            state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cityqa-bot-")))
        state.mkdir(parents=True, exist_ok=True)
        settings = {
            "CITYQA_CACHE": str(cache),
            "CITYQA_STATE": str(state),
            "CITYQA_TELEGRAM_TOKEN": server.token,
            "CITYQA_TELEGRAM_BASE_URL": server.base_url,
            "CITYQA_TELEGRAM_METRICS_PORT": "0",
        }
        if webhook:
            port = free_port()
            settings["CITYQA_TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{port}/telegram"
            settings["CITYQA_TELEGRAM_WEBHOOK_PORT"] = str(port)
        output = state / "bot.log"
        with output.open("ab") as stream:
            process = launch(
                ["bot", *arguments],
                environment(state, **{**settings, **(env or {})}),
                state,
                stream,
            )
        bot = BotProcess(process, state, output)
        try:
            if wait:
                _wait_for(bot, server, timeout, webhook=webhook)
            yield bot
        finally:
            if process.poll() is None:
                bot.stop()


def _wait_for(bot: BotProcess, server: TelegramServer, timeout: float, *, webhook: bool) -> None:
    # A webhook stays set when a bot ends, so one that was set before does not count.
    asked = len(server.requests_of("setWebhook")) if webhook else server.delivery.polls

    def receives() -> bool:
        if webhook:
            return len(server.requests_of("setWebhook")) > asked
        return server.delivery.polls > asked

    def decided() -> bool:
        return receives() or bot.process.poll() is not None

    waited = 0.0
    while waited < timeout and not server.wait_until(decided, 0.2):
        waited += 0.2
    if receives():
        return
    if bot.process.poll() is not None:
        raise RuntimeError(f"the bot ended with {bot.process.returncode}:\n{bot.log()}")
    raise TimeoutError(f"the bot does not receive updates:\n{bot.log()}")
