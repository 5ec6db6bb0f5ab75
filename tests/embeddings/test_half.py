"""Vectors in half precision: any rows, from any thread, without the file becoming memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.embedder import Vectors, unit_rows
from embeddings.half import HalfVectors
from embeddings.raw_vectors import VectorsWriter
from embeddings.search import Allowed

VECTORS = unit_rows(np.random.default_rng(3).normal(size=(6_000, 40)))
STORED = VECTORS.astype(np.float16).astype(np.float32)


def written(path: Path, vectors: Vectors = VECTORS) -> Path:
    writer = VectorsWriter(path, vectors.shape[1], np.float16)
    writer.append(vectors)
    writer.close()
    return path


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> HalfVectors:
    path = written(tmp_path_factory.mktemp("half") / "资料.half")
    opened = HalfVectors(path)
    # Its generation may be gone while a server still answers from it.
    path.unlink()
    return opened


@given(numbers=st.lists(st.integers(0, len(VECTORS) - 1), max_size=30))
def test_any_rows_are_read_in_any_order(numbers: list[int], half: HalfVectors) -> None:
    asked = np.array(numbers, dtype=np.int64)
    np.testing.assert_array_equal(half.rows(asked), STORED[asked])


@given(starts=st.lists(st.integers(0, len(VECTORS) - 50), max_size=8), size=st.integers(1, 50))
def test_ranges_have_the_cosines_of_their_rows(
    starts: list[int], size: int, half: HalfVectors
) -> None:
    asked = np.concatenate([np.arange(0), *(np.arange(s, s + size) for s in starts)])
    expected = (STORED[asked].astype(np.float64) @ VECTORS[7]).astype(np.float32)
    np.testing.assert_array_equal(half.cosines(VECTORS[7:8], asked), expected)


@pytest.mark.parametrize("count", [1, 10, 6_000, 7_000])
def test_a_search_of_all_gives_what_numpy_gives(half: HalfVectors, count: int) -> None:
    rows, cosines = half.search(VECTORS[9:10], count)
    expected = (STORED.astype(np.float64) @ VECTORS[9]).astype(np.float32)
    assert rows.tolist() == np.argsort(-expected, kind="stable")[:count].tolist()
    np.testing.assert_array_equal(cosines, expected[rows])


def test_a_search_keeps_to_what_is_allowed(half: HalfVectors) -> None:
    starts = np.array([0, 10, 5_990, 6_000])
    rows, _ = half.search(VECTORS[300:301], 50, Allowed(["a", "c"], np.array([0, 2]), starts))
    assert sorted(rows.tolist()) == [*range(10), *range(5_990, 6_000)]


def test_threads_read_beside_one_another(half: HalfVectors) -> None:
    def read(first: int) -> bool:
        asked = np.arange(first, first + 500)
        return bool(np.array_equal(half.rows(asked), STORED[asked]))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(0, 5_500, 50)))


@pytest.mark.parametrize("number", [-1, 6_000])
def test_a_row_that_is_not_there_is_an_error(half: HalfVectors, number: int) -> None:
    with pytest.raises(IndexError):
        half.rows(np.array([3, number]))


def test_reading_everything_leaves_nothing_in_memory(tmp_path: Path) -> None:
    # 64 MB, read in blocks: mapped, they would count as memory of the process.
    rows = np.tile(STORED[:4_096], (200, 1))
    half = HalfVectors(written(tmp_path / "large", rows))
    half.search(VECTORS[:1], 10)
    before = resident()
    for first in range(0, len(rows), 4_096):
        half.cosines(VECTORS[:1], np.arange(first, first + 4_096))
    assert resident() - before < 8_000_000


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4_096


def test_another_precision_is_an_error(tmp_path: Path) -> None:
    writer = VectorsWriter(tmp_path / "single", 4, np.float32)
    writer.append(np.eye(4, dtype=np.float32))
    writer.close()
    with pytest.raises(ValueError, match="not in half precision"):
        HalfVectors(tmp_path / "single")
