"""Stores in folders of their own, with a clock that the tests turn."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.state.records import Shown
from bot.state.store import FILE, ChatStore
from qa.feedback.hashing import chat_hash

NOON = datetime.datetime(2024, 3, 5, 12, 0, 0, 125_000, tzinfo=datetime.UTC)


class Clock:
    """A time, as set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime.datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += datetime.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def hashed() -> Callable[[int], str]:
    """The hash of a chat's id."""
    return lambda number: chat_hash("key", number)


@pytest.fixture
def shown(clock: Clock, hashed: Callable[[int], str]) -> Callable[..., Shown]:
    """An answer shown now in chat 1, with some fields changed."""
    answer = Shown(hashed(1), 100, (101, 102), "怀化新修了多少座桥？", 7, NOON, "ab" * 32)

    def make(**fields: Any) -> Shown:
        return replace(answer, **{"time": clock.now, **fields})

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be made; not even its folder is there yet."""
    return tmp_path / "state" / FILE


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[ChatStore]:
    """A store that nothing was written to."""
    with ChatStore(path, clock=clock) as found:
        yield found


@pytest.fixture
def everything(path: Path) -> Callable[[], bytes]:
    """The bytes of the store's file and of the log beside it."""
    return lambda: b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
