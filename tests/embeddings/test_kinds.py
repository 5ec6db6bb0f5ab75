"""Every kind of vector index answers as numpy does, as near as its kind promises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import SettingsError
from embeddings.dense import DenseIndex, faiss
from embeddings.embedder import Vectors, unit_rows
from embeddings.ivf import IvfIndex
from embeddings.ivf_sizes import code_bytes, fast_scan_bytes, lists_for
from embeddings.kinds import KINDS, finish_vectors, kind_for, open_vectors, serves, stored_type
from embeddings.raw_vectors import VectorsWriter
from embeddings.search import Allowed, VectorIndex

COUNT, DIM = 3000, 48


def topical(count: int, seed: int) -> Vectors:
    """Vectors around sixty topics, as those of texts are."""
    random = np.random.default_rng(seed)
    topics = np.random.default_rng(1).normal(size=(60, DIM))
    chosen = topics[random.integers(60, size=count)] + topics[random.integers(60, size=count)] / 2
    return unit_rows(chosen + 0.7 * random.normal(size=(count, DIM)))


PASSAGES = topical(COUNT, 2)
SENTENCES = topical(2 * COUNT, 3)
QUERIES = topical(40, 4)


def made(folder: Path, kind: str, count: int = COUNT) -> dict[str, object]:
    folder.mkdir()
    for name, vectors in (("p", PASSAGES[:count]), ("s", SENTENCES[: 2 * count])):
        writer = VectorsWriter(folder / name, DIM, stored_type(kind))
        for part in np.array_split(vectors, 7):
            writer.append(part)
        writer.close()
    return finish_vectors(kind, folder / "p", folder / "s", folder)


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[VectorIndex, VectorIndex]]:
    indexes = {}
    for kind in KINDS:
        folder = tmp_path_factory.mktemp(kind) / "here"
        indexes[kind] = open_vectors(folder, kind, made(folder, kind))
    return indexes


def stored(kind: str, vectors: Vectors) -> Vectors:
    return vectors.astype(stored_type(kind)).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_and_cosines_are_those_of_the_stored_vectors(
    kind: str, opened: dict[str, tuple[VectorIndex, VectorIndex]]
) -> None:
    numbers = np.array([5, 6, 7, 2999, 0, 7])
    for index, vectors in zip(opened[kind], (PASSAGES, SENTENCES), strict=True):
        assert (len(index), index.dim) == vectors.shape
        np.testing.assert_array_equal(index.rows(numbers), stored(kind, vectors)[numbers])
        cosines = (stored(kind, vectors)[numbers].astype(float) @ QUERIES[0]).astype(np.float32)
        found = index.cosines(QUERIES[:1], numbers)
        if isinstance(index, DenseIndex):
            # In single precision throughout, the same for some rows as for all.
            np.testing.assert_allclose(found, cosines, atol=2e-7)
            np.testing.assert_array_equal(found, index.every(QUERIES[:1])[numbers])
        else:
            np.testing.assert_array_equal(found, cosines)
        assert index.rows(np.empty(0, np.int64)).shape == (0, DIM)


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_finds_at_least_98_of_100_of_the_ten_nearest(
    kind: str, opened: dict[str, tuple[VectorIndex, VectorIndex]]
) -> None:
    index = opened[kind][0]
    hits = 0
    for query in QUERIES:
        cosines = stored(kind, PASSAGES) @ query
        rows, scores = index.search(query[None], 10)
        hits += len(set(rows.tolist()) & set(np.argsort(-cosines)[:10].tolist()))
        np.testing.assert_allclose(scores, cosines[rows], atol=1e-6)
        assert np.all(np.diff(scores) <= 0)
    assert hits >= 0.98 * 10 * len(QUERIES)
    assert isinstance(index, DenseIndex) == (kind == "exact")


def allowed_of(*reports: int) -> Allowed:
    """Passages of some of thirty reports of a hundred each."""
    starts = np.arange(0, COUNT + 1, COUNT // 30)
    return Allowed([str(n) for n in reports], np.array(reports, dtype=np.int64), starts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("exact_filter", [0, 20_000])
def test_a_filter_acts_within_the_search(
    kind: str, exact_filter: int, opened: dict[str, tuple[VectorIndex, VectorIndex]]
) -> None:
    index = opened[kind][0]
    if isinstance(index, IvfIndex):
        index = replace(index, exact_filter=exact_filter)
    allowed = allowed_of(3, 17, 18)
    right = 0
    for query in QUERIES:
        cosines = np.where(allowed.mask, stored(kind, PASSAGES) @ query, -2)
        rows, scores = index.search(query[None], 10, allowed)
        assert len(rows) == 10
        assert allowed.mask[rows].all()
        np.testing.assert_allclose(scores, cosines[rows], atol=1e-6)
        right += len(set(rows.tolist()) & set(np.argsort(-cosines)[:10].tolist()))
        # All of them, when more are asked for than are allowed.
        every, _ = index.search(query[None], 500, allowed)
        assert sorted(every.tolist()) == allowed.rows.tolist()
    whole = exact_filter > 0 or kind == "exact"
    assert right >= (1.0 if whole else 0.98) * 10 * len(QUERIES)
    assert len(index.search(QUERIES[:1], 5, allowed_of())[0]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_more_are_looked_at_until_enough_are_found(
    kind: str, opened: dict[str, tuple[VectorIndex, VectorIndex]]
) -> None:
    rows, _ = opened[kind][0].search(QUERIES[:1], COUNT + 5)
    assert sorted(rows.tolist()) == list(range(COUNT))


@pytest.mark.parametrize("kind", KINDS)
def test_equal_vectors_give_equal_bytes(kind: str, tmp_path: Path) -> None:
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        first, second = (made(tmp_path / name, kind, 500) for name in "ab")
    finally:
        faiss.omp_set_num_threads(threads)
    assert first == second
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert not {"p", "s"} & set(names)
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_kind_can_be_forced_on_a_handful(kind: str, count: int, tmp_path: Path) -> None:
    for name in "ps":
        writer = VectorsWriter(tmp_path / name, DIM, stored_type(kind))
        writer.append(PASSAGES[:count])
        writer.close()
    parameters = finish_vectors(kind, tmp_path / "p", tmp_path / "s", tmp_path)
    index, _ = open_vectors(tmp_path, kind, parameters)
    assert index.search(PASSAGES[count - 1 : count], 1)[0].tolist() == [count - 1]


def test_equal_passages_come_in_the_order_of_their_rows(tmp_path: Path) -> None:
    for name in "ps":
        writer = VectorsWriter(tmp_path / name, DIM, np.float16)
        writer.append(np.tile(PASSAGES[:4], (5, 1)))
        writer.close()
    parameters = finish_vectors("ivf-sq8", tmp_path / "p", tmp_path / "s", tmp_path)
    index, _ = open_vectors(tmp_path, "ivf-sq8", parameters)
    assert index.search(PASSAGES[2:3], 5)[0].tolist() == [2, 6, 10, 14, 18]


def test_the_kind_follows_the_size() -> None:
    sizes = [1, 20_000, 20_001, 3_000_000, 3_000_001]
    kinds = ["exact", "exact", "ivf-pq4", "ivf-pq4", "ivf-pq4"]
    assert [kind_for(size) for size in sizes] == kinds
    assert kind_for(5, "ivf-pq") == "ivf-pq"
    with pytest.raises(
        SettingsError, match=r"no kind of index 'hnsw'.*exact, ivf-pq4, ivf-sq8, ivf-pq"
    ):
        kind_for(5, "hnsw")


def test_an_index_of_any_kind_for_its_size_serves_where_none_is_asked_for() -> None:
    assert all(serves(kind, 20_001) == (kind != "exact") for kind in KINDS)
    assert all(serves(kind, 20_000) == (kind == "exact") for kind in KINDS)
    assert all(
        serves(kind, 20_001, wanted) == (kind == wanted) for kind in KINDS for wanted in KINDS
    )


def test_lists_and_codes_follow_their_formulas() -> None:
    # 4 · √1,000,000 = 4,000; 80 passages are ten lists of eight.
    assert (lists_for(1_000_000), lists_for(80), lists_for(3)) == (4000, 10, 1)
    # One byte a number; one byte for four numbers, or for as many more as divide the length.
    assert [code_bytes(512, product_quantiser=pq) for pq in (False, True)] == [512, 128]
    assert code_bytes(50, product_quantiser=True) == 10
    # Half a byte for two numbers; fifteen are five parts of three, in two bytes and a half.
    assert [fast_scan_bytes(dim) for dim in (384, 512, 1024, 15, 1)] == [96, 128, 256, 3, 1]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("ivf-sq8", name) for name in ("passages.half", "sentences.half", "passages.ivf")),
        *(("ivf-pq4", name) for name in ("passages.half", "passages.ivf", "passages.runs")),
    ],
)
def test_a_file_cut_short_is_an_error(kind: str, name: str, tmp_path: Path) -> None:
    parameters = made(tmp_path / "index", kind, 100)
    path = tmp_path / "index" / name
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises((ValueError, RuntimeError)):
        open_vectors(tmp_path / "index", kind, parameters)
