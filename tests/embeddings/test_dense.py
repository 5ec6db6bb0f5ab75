"""FAISS: the same answers as numpy, from a mapped file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.dense import DenseIndex
from embeddings.embedder import Vectors, unit_rows
from tests.written_indexes import write_vectors

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return unit_rows(np.random.default_rng(7).normal(size=(500, 24)))


@pytest.fixture
def index(vectors: Vectors, tmp_path: Path) -> DenseIndex:
    path = tmp_path / "资料.faiss"
    write_vectors(vectors, path)
    return DenseIndex.open(path)


@pytest.mark.parametrize("count", [1, 10, 500, 501])
def test_search_gives_what_numpy_gives(index: DenseIndex, vectors: Vectors, count: int) -> None:
    for query in vectors[:5] * np.float32(0.6) + vectors[5:10] * np.float32(0.3):
        query = unit_rows(query[None])
        rows, scores = index.search(query, count)
        cosines = (vectors @ query.T)[:, 0]
        assert rows.tolist() == np.argsort(-cosines)[:count].tolist()
        np.testing.assert_allclose(scores, cosines[rows], atol=1e-6)


def test_rows_are_what_was_written(index: DenseIndex, vectors: Vectors) -> None:
    assert (len(index), index.dim) == vectors.shape
    np.testing.assert_array_equal(index.rows(np.arange(len(vectors))), vectors)
    np.testing.assert_array_equal(index.rows([3, 3, 0]), vectors[[3, 3, 0]])
    assert index.rows([]).shape == (0, vectors.shape[1])


def test_no_vectors_are_searched_without_result(tmp_path: Path) -> None:
    write_vectors(np.empty((0, 24), dtype=np.float32), tmp_path / "none")
    index = DenseIndex.open(tmp_path / "none")
    rows, scores = index.search(np.ones((1, 24), dtype=np.float32), 5)
    assert (len(index), rows.shape, scores.shape) == (0, (0,), (0,))


def test_the_vectors_are_mapped_and_outlive_the_files_name(
    vectors: Vectors, tmp_path: Path
) -> None:
    path = tmp_path / "mapped.faiss"
    write_vectors(vectors, path)
    index = DenseIndex.open(path)
    assert str(path) in Path("/proc/self/maps").read_text()
    path.unlink()
    np.testing.assert_array_equal(index.rows(np.arange(500)), vectors)


def test_what_is_no_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        DenseIndex.open(tmp_path / "missing")
    (tmp_path / "text").write_text("no index")
    with pytest.raises(RuntimeError):
        DenseIndex.open(tmp_path / "text")


def test_numpy_is_imported_before_faiss() -> None:
    code = (
        "import sys, embeddings.dense; names = list(sys.modules); "
        "print(names.index('numpy') < names.index('faiss'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 500, 1_025])
def test_the_cosines_of_some_rows_are_those_of_all_bit_for_bit(
    index: DenseIndex, vectors: Vectors, count: int
) -> None:
    rng = np.random.default_rng(count)
    numbers = rng.integers(0, len(vectors), count)
    for query in unit_rows(rng.normal(size=(5, index.dim)))[:, None]:
        found = index.cosines(query, numbers)
        assert found.dtype == np.float32
        assert found.tobytes() == index.every(query)[numbers].tobytes()
        assert found.tobytes() == np.einsum("ij,j->i", vectors[numbers], query[0]).tobytes()


def test_there_are_no_cosines_of_rows_that_are_not_there(
    index: DenseIndex, vectors: Vectors
) -> None:
    with pytest.raises(IndexError):
        index.cosines(vectors[:1], np.array([3, 500]))
