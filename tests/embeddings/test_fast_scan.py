"""Codes in registers are searched in full, by any thread alike, and only where it is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.dense import faiss
from embeddings.embedder import Vectors, unit_rows
from embeddings.fast_scan import RUN, FastScanIndex, runs_of
from embeddings.kinds import finish_vectors, open_vectors
from embeddings.raw_vectors import VectorsWriter
from embeddings.search import Allowed

COUNT, DIM = 4_000, 32


def written(folder: Path, vectors: Vectors) -> tuple[FastScanIndex, dict[str, Any]]:
    for name in "ps":
        writer = VectorsWriter(folder / name, vectors.shape[1], np.float16)
        writer.append(vectors)
        writer.close()
    parameters = finish_vectors("ivf-pq4", folder / "p", folder / "s", folder)
    index, _ = open_vectors(folder, "ivf-pq4", parameters)
    assert isinstance(index, FastScanIndex)
    return index, parameters


def of_topics(count: int, seed: int) -> Vectors:
    random = np.random.default_rng(seed)
    topics = np.random.default_rng(7).normal(size=(50, DIM))
    return unit_rows(topics[random.integers(50, size=count)] + random.normal(size=(count, DIM)))


VECTORS = of_topics(COUNT, 1)
QUERIES = of_topics(20, 2)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> FastScanIndex:
    return written(tmp_path_factory.mktemp("index"), VECTORS)[0]


def some_of(sizes: list[int], chosen: list[int]) -> Allowed:
    """The passages of some reports of so many passages each."""
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Allowed([str(n) for n in chosen], np.array(chosen, dtype=np.int64), starts)


# Reports of 25 passages, which no run of 32 begins or ends with.
REPORTS = [25] * (COUNT // 25)


@pytest.mark.parametrize("step", [2, 3, 5, 11])
def test_a_confined_search_finds_the_nearest_of_all_that_is_allowed(
    step: int, index: FastScanIndex
) -> None:
    allowed = some_of(REPORTS, list(range(1, len(REPORTS), step)))
    found = 0
    for query in QUERIES:
        cosines = np.where(allowed.mask, VECTORS.astype(np.float16).astype(float) @ query, -2)
        rows, scores = index.search(query[None], 10, allowed)
        assert allowed.mask[rows].all()
        np.testing.assert_allclose(scores, cosines[rows], atol=1e-6)
        found += len(set(rows.tolist()) & set(np.argsort(-cosines)[:10].tolist()))
    assert found >= 0.98 * 10 * len(QUERIES)


def test_codes_by_row_leave_nothing_out(index: FastScanIndex) -> None:
    allowed = some_of(REPORTS, list(range(0, len(REPORTS), 2)))
    rows = index._nearest(QUERIES[:1], allowed.count, allowed, runs_of(allowed))
    # Codes of the least score are not told from none: a handful at most.
    assert allowed.count - 5 <= len(rows) <= allowed.count
    assert len(set(rows.tolist())) == len(rows)
    assert allowed.mask[rows].all()


@pytest.mark.parametrize("step", [None, 1, 4])
def test_the_same_is_found_by_any_number_of_threads(step: int | None, index: FastScanIndex) -> None:
    allowed = None if step is None else some_of(REPORTS, list(range(0, len(REPORTS), step)))
    threads = faiss.omp_get_max_threads()
    found = []
    try:
        for count in (1, 3):
            faiss.omp_set_num_threads(count)
            found.append([index.search(query[None], 150, allowed) for query in QUERIES])
    finally:
        faiss.omp_set_num_threads(threads)
    for (rows, scores), (others, again) in zip(*found, strict=True):
        np.testing.assert_array_equal(rows, others)
        np.testing.assert_array_equal(scores, again)


@pytest.mark.parametrize("count", [40, 2_000])
def test_of_copies_the_first_come_first(count: int, tmp_path: Path) -> None:
    # All codes are equal, and none has a score above the least.
    index, parameters = written(tmp_path, np.repeat(VECTORS[:1], count, axis=0))
    assert parameters["recall"] == 1.0
    assert index.search(VECTORS[:1], 10)[0].tolist() == list(range(10))
    tenth = some_of([count // 10] * 10, [3])
    first = 3 * (count // 10)
    assert index.search(VECTORS[:1], 3, tenth)[0].tolist() == [first, first + 1, first + 2]


@pytest.mark.parametrize("dim", [1, 3, 15, 47, 384])
def test_vectors_of_any_length_are_indexed(dim: int, tmp_path: Path) -> None:
    vectors = unit_rows(np.random.default_rng(dim).normal(size=(70, dim)))
    index, _ = written(tmp_path, vectors)
    rows, _ = index.search(vectors[11:12], 70)
    assert sorted(rows.tolist()) == list(range(70))
    best = np.argmax(vectors.astype(np.float16).astype(float) @ vectors[11])
    assert rows[0] == best


def test_files_of_other_vectors_are_refused(tmp_path: Path) -> None:
    for name, count in (("one", 100), ("two", 200)):
        (tmp_path / name).mkdir()
        _, parameters = written(tmp_path / name, VECTORS[:count])
    (tmp_path / "one" / "passages.runs").replace(tmp_path / "two" / "passages.runs")
    with pytest.raises(ValueError, match=r"passages\.runs is of other vectors"):
        open_vectors(tmp_path / "two", "ivf-pq4", parameters)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is full")
@pytest.mark.parametrize("name", ["passages.ivf", "passages.runs"])
def test_a_full_disk_is_told_as_such(name: str, tmp_path: Path) -> None:
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path, VECTORS[:500])


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=30))
def test_the_runs_are_those_of_the_allowed_rows(reports: list[tuple[int, bool]]) -> None:
    sizes = [size for size, _ in reports]
    allowed = some_of(sizes, [n for n, (_, chosen) in enumerate(reports) if chosen])
    expected = sorted({row // RUN for row in allowed.rows.tolist()})
    assert runs_of(allowed).tolist() == expected
