"""A process that receives, begins and finishes updates and says so, until it is done or killed.

    writer.py PATH NAME COUNT [full]

Each line on standard output is an update that was received, with what became of it since:
``NAME NUMBER received``, ``… begun``, ``… finished``. Of every three updates the first is finished,
the second begun, the third left waiting.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from bot.state.inbox import canonical, update_key
from bot.state.store import ChatStore

FULL = 300_000
"""Bytes that a file may have where the disk is to be full."""


def payload(name: str, number: int) -> str:
    return canonical({"update_id": number, "message": {"text": f"{name} " * 50}})


def main(path: Path, name: str, count: int, way: str = "") -> None:
    store = ChatStore(path)
    if way == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))

    def say(number: int, what: str) -> None:
        sys.stdout.write(f"{name} {number} {what}\n")
        sys.stdout.flush()

    for number in range(count):
        text = payload(name, number)
        key = update_key(number, text)
        assert store.receive(number, text)
        say(number, "received")
        if number % 3 != 2:
            store.begin(key)
            say(number, "begun")
        if number % 3 == 0:
            store.finish(key)
            say(number, "finished")
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
