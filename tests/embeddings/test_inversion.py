"""The lexical index of any number of documents: what bm25s computes, whatever the blocks."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.arrays import ArrayFile, write_array
from embeddings.bm25 import FILES, K1, B, encoded, idf
from embeddings.inversion import LexicalWriter

ROOT = Path(__file__).parents[2]
# A run and a list for each document, of four files and three.
FEW_FILES = """
import hashlib, json, os, resource, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from embeddings.bm25 import FILES
from embeddings.inversion import LexicalWriter
free = os.open(os.devnull, os.O_RDONLY)
os.close(free)
resource.setrlimit(resource.RLIMIT_NOFILE, (free + 20, free + 20))
with TemporaryDirectory() as name:
    folder = Path(name)
    writer = LexicalWriter(folder / "scratch", block=1, terms=1)
    for document in json.loads(sys.argv[1]):
        writer.add(document)
    writer.finish(folder)
    found = b"".join((folder / file).read_bytes() for file in FILES)
print(hashlib.sha256(found).hexdigest(), end="")
"""

terms_strategy = st.sampled_from(
    ["公", "园", "公园", "455", "455个", "wuhan", "é", "😀", "𠀀", "﫿", "\ud800", "a" * 300]
)
documents_strategy = st.lists(st.lists(terms_strategy, max_size=8), max_size=9)


def written(documents: Sequence[Sequence[str]], **limits: int) -> list[bytes]:
    """The bytes of every file; and nothing else is left in the folder."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        writer = LexicalWriter(folder / "scratch", **limits)
        for document in documents:
            writer.add(document)
        writer.finish(folder)
        (folder / "scratch").rmdir()
        assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
        return [(folder / file).read_bytes() for file in FILES]


def by_bm25s(documents: Sequence[Sequence[str]]) -> list[bytes]:
    """The same files out of the matrix that bm25s computes, at least one term given."""
    terms = sorted({term for document in documents for term in document}, key=encoded)
    numbers = {term: number for number, term in enumerate(terms)}
    ids = [[numbers[term] for term in document] for document in documents]
    model = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float32", int_dtype="int32")
    model.index((ids, numbers), show_progress=False, create_empty_token=False)
    indptr = np.asarray(model.scores["indptr"], dtype=np.int64)[: len(terms) + 1]
    weights = np.asarray(model.scores["data"], dtype=np.float32)
    names = [encoded(term) for term in terms]
    arrays = (
        np.cumsum([0, *map(len, names)]),
        indptr,
        np.asarray(model.scores["indices"], dtype=np.int32),
        weights,
        np.array([idf(len(documents), int(n)) for n in np.diff(indptr)], dtype=np.float32),
        np.array([part.max() for part in np.split(weights, indptr[1:-1])], dtype=np.float32),
    )
    with TemporaryDirectory() as folder:
        for name, array in zip(FILES[1:], arrays, strict=True):
            write_array(Path(folder) / name, array)
        return [b"".join(names), *((Path(folder) / name).read_bytes() for name in FILES[1:])]


@settings(max_examples=25, deadline=None)
@given(documents_strategy.filter(any))
def test_the_files_hold_what_bm25s_computes(documents: list[list[str]]) -> None:
    assert written(documents) == by_bm25s(documents)


@settings(max_examples=25, deadline=None)
@given(documents_strategy, st.integers(1, 12), st.integers(1, 5), st.integers(1, 20))
def test_blocks_of_any_size_give_the_same_bytes(
    documents: list[list[str]], block: int, terms: int, postings: int
) -> None:
    assert written(documents, block=block, terms=terms, postings=postings) == written(documents)


@pytest.mark.parametrize("pieces", [[], [[]], [[1, 2], [], [3]]])
def test_an_array_written_in_pieces_is_the_array(tmp_path: Path, pieces: list[list[int]]) -> None:
    whole = np.array([number for piece in pieces for number in piece], dtype=np.int32)
    write_array(tmp_path / "whole.npy", whole)
    with (tmp_path / "pieces.npy").open("wb") as file:
        out = ArrayFile(file, np.int32, len(whole))
        for piece in pieces:
            out.append(np.array(piece, dtype=np.int32))
    assert (tmp_path / "pieces.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


def test_runs_and_lists_may_be_more_than_the_files_a_process_may_open() -> None:
    documents = [[f"t{number}", f"t{number % 7}", "a"] for number in range(60)]
    whole = written(documents)
    # A process of its own: how many are open here depends on the tests before.
    done = subprocess.run(
        [sys.executable, "-c", FEW_FILES, json.dumps(documents)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == hashlib.sha256(b"".join(whole)).hexdigest()
