"""A process that writes to a feedback store and says so, until it is done, refused or killed.

    writer.py PATH NAME COUNT [nobody | full | fork]

Each line on standard output is the key of an answer that was kept with its rating.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from corpus.errors import CityqaError
from qa.feedback.hashing import chat_hash
from qa.feedback.records import ShownAnswer, ShownExtract, Versions, moment
from qa.feedback.store import FeedbackStore

NOBODY = 65534
FULL = 300_000
"""Bytes that a file may have where the disk is to be full."""


def answer(key: str) -> ShownAnswer:
    extracts = tuple(
        ShownExtract(
            rank, "huaihua", f"huaihua-{rank:08x}", 0, 600, "桥" * 600, 0.5, {"dense": 0.5}
        )
        for rank in (1, 2, 3)
    )
    return ShownAnswer(
        key=key,
        time=moment(0),
        channel="web",
        chat=chat_hash("key", 7),
        question=f"question {key}?",
        language="en",
        refused=False,
        reason="",
        confidence=0.5,
        latency_ms=1.0,
        versions=Versions("0", "0", "builtin", "3"),
        extracts=extracts,
    )


def write(store: FeedbackStore, name: str, count: int) -> None:
    for number in range(count):
        id_ = store.record_answer(answer(f"{name}-{number}"))
        assert store.rate(id_, chat_hash("key", 8), "helpful", rank=1)
        sys.stdout.write(f"{name}-{number}\n")
        sys.stdout.flush()


def descriptors(path: Path) -> int:
    """How many descriptors of the store's file this process has."""
    links = list(Path("/proc/self/fd").iterdir())
    return sum(link.is_symlink() and link.readlink() == path for link in links)


def main(path: Path, name: str, count: int, way: str = "") -> None:
    store = FeedbackStore(path)
    if way == "nobody" and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if way == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))
    if way == "fork":
        write(store, f"{name}-before", 1)
        child = os.fork()
        if child == 0:
            inherited = descriptors(path)
            write(store, f"{name}-child", count)
            # Those of a connection of its own, beside them.
            os._exit(descriptors(path) != 2 * inherited)
        write(store, name, count)
        assert os.waitpid(child, 0)[1] == 0
    write(store, name, count)
    store.close()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
    except CityqaError as error:
        sys.exit(f"{type(error).__name__}: {error}")
