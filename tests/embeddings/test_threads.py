"""Usable cores: the affinity, cut by the quota."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import threadpoolctl

from embeddings.threads import BlasThreads, usable_cores

AFFINITY = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("content", "quota"),
    [
        ("100000 100000\n", 1),
        ("50000 100000\n", 1),
        ("150000 100000\n", 2),
        ("6400000 100000\n", 64),
        ("max 100000\n", None),
        ("", None),
        ("100000", None),
        ("100000 0\n", None),
        ("一 二\n", None),
    ],
)
def test_a_quota_cuts_the_affinity(tmp_path: Path, content: str, quota: int | None) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(content, encoding="utf-8")
    assert usable_cores(path) == min(AFFINITY, quota or AFFINITY)


def test_without_a_quota_the_affinity_counts(tmp_path: Path) -> None:
    assert usable_cores(tmp_path / "none") == AFFINITY
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert usable_cores(tmp_path / "none") == 1
    finally:
        os.sched_setaffinity(0, allowed)


def products() -> list[int]:
    """Threads of numpy's products; FAISS and torch bring libraries of their own."""
    return [
        library["num_threads"]
        for library in threadpoolctl.threadpool_info()
        if library["user_api"] == "blas" and "numpy" in library["filepath"]
    ]


def test_who_asks_for_the_fewest_threads_is_heard_and_at_the_end_all_is_as_it_was() -> None:
    before = products()
    assert before
    threads = BlasThreads()
    first, second = threads.at_most(2), threads.at_most(1)
    with first:
        assert max(products()) <= 2
        second.__enter__()
        assert set(products()) == {1}
    # The first is gone before the second, as where two threads embed at once.
    assert set(products()) == {1}
    second.__exit__(None, None, None)
    assert products() == before
