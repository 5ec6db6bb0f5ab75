"""Vectors in a file that grows: what is flushed stays, and a build goes on behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.dense import write_flat
from embeddings.raw_vectors import HEAD, VectorsWriter, blocks, shape_of
from tests.written_indexes import write_vectors

ROWS = np.random.default_rng(0).normal(size=(10, 6)).astype(np.float32)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_numpy_reads_what_was_appended(
    dtype: type[np.float32] | type[np.float16], tmp_path: Path
) -> None:
    writer = VectorsWriter(tmp_path / "rows", 6, dtype)
    writer.append(ROWS[:3])
    writer.append(ROWS[3:3])
    writer.append(ROWS[3:])
    writer.close()
    assert writer.rows == 10
    np.testing.assert_array_equal(np.load(tmp_path / "rows"), ROWS.astype(dtype))
    read = list(blocks(tmp_path / "rows", 4))
    assert [(first, len(block)) for first, block in read] == [(0, 4), (4, 4), (8, 2)]
    np.testing.assert_array_equal(np.concatenate([b for _, b in read]), ROWS.astype(dtype))


def test_a_writer_goes_on_behind_the_rows_that_are_to_stay(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    writer = VectorsWriter(path, 6, np.float32)
    writer.append(ROWS[:4])
    writer.flush()
    # As a kill leaves it: rows written after the last flush, one of them in part.
    with path.open("ab") as stream:
        stream.write(ROWS[5].tobytes() + b"part")
    again = VectorsWriter.resume(path, 6, np.float32, 3)
    again.append(ROWS[3:])
    again.close()
    writer._stream.close()
    np.testing.assert_array_equal(np.load(path), ROWS)


def test_rows_that_are_not_there_cannot_be_gone_on_behind(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    writer = VectorsWriter(path, 6, np.float32)
    writer.append(ROWS[:4])
    writer.close()
    with pytest.raises(ValueError, match="holds 4 rows, not 5"):
        VectorsWriter.resume(path, 6, np.float32, 5)
    with pytest.raises(ValueError, match="another kind"):
        VectorsWriter.resume(path, 7, np.float32, 2)
    with pytest.raises(ValueError, match="another kind"):
        VectorsWriter.resume(path, 6, np.float16, 2)
    assert shape_of(path).rows == 4


def test_the_flat_index_of_a_file_has_the_bytes_that_faiss_writes(tmp_path: Path) -> None:
    writer = VectorsWriter(tmp_path / "rows", 6, np.float32)
    writer.append(ROWS)
    writer.close()
    write_flat(tmp_path / "rows", tmp_path / "flat")
    write_vectors(ROWS, tmp_path / "expected")
    assert (tmp_path / "flat").read_bytes() == (tmp_path / "expected").read_bytes()


@pytest.mark.parametrize("content", [b"", b"text", b"\x93NUMPY\x01\x00" + b"\x00" * 200])
def test_another_file_is_an_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(ValueError, match="other is not a file of vectors"):
        shape_of(tmp_path / "other")


def test_an_array_of_another_kind_is_an_error(tmp_path: Path) -> None:
    np.save(tmp_path / "other.npy", np.arange(5))
    with pytest.raises(ValueError, match="not a file of vectors"):
        shape_of(tmp_path / "other.npy")
    np.save(tmp_path / "doubles.npy", np.ones((5, 2)))
    with pytest.raises(ValueError, match="another kind of array"):
        shape_of(tmp_path / "doubles.npy")


def test_a_file_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    writer = VectorsWriter(tmp_path / "rows", 6, np.float32)
    writer.append(ROWS)
    writer.close()
    with (tmp_path / "rows").open("r+b") as stream:
        stream.truncate(HEAD + 200)
    with pytest.raises(ValueError, match="ends too early"):
        list(blocks(tmp_path / "rows", 4))
