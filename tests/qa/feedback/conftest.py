"""Answers as they might have been shown, and stores in folders of their own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.feedback.hashing import chat_hash
from qa.feedback.records import ShownAnswer, ShownExtract, Versions
from qa.feedback.store import FILE, FeedbackStore

NOON = datetime.datetime(2024, 3, 5, 12, 0, 0, 125_000, tzinfo=datetime.UTC)

EXTRACTS = (
    ShownExtract(
        1, "huaihua", "huaihua-0a1b2c3d", 10, 21, "新修公路桥梁27座。", 1.5, {"dense": 0.5}
    ),
    ShownExtract(2, "hami", "hami-00000001", 0, 9, "哈密种枣树三万株。", 0.25, {"dense": 0.125}),
)

ANSWER = ShownAnswer(
    key="telegram:1",
    time=NOON,
    channel="telegram",
    chat=chat_hash("key", 1),
    question="怀化新修了多少座桥？",
    language="zh-Hans",
    refused=False,
    reason="",
    confidence=0.75,
    latency_ms=12.5,
    versions=Versions("0.1.0", "ab" * 32, "builtin", "3", "cd" * 32),
    extracts=EXTRACTS,
)


@pytest.fixture(scope="session")
def shown() -> Callable[..., ShownAnswer]:
    """An answer with some fields changed."""

    def make(**fields: Any) -> ShownAnswer:
        return replace(ANSWER, **fields)

    return make


@pytest.fixture(scope="session")
def rater() -> Callable[[int], str]:
    """The hash of a number."""
    return lambda number: chat_hash("key", number)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store may be made; not even its folder is there yet."""
    return tmp_path / "state" / FILE


@pytest.fixture
def store(path: Path) -> Iterator[FeedbackStore]:
    """A store that nothing was written to."""
    with FeedbackStore(path) as found:
        yield found
