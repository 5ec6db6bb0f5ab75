"""Vectors as they are written while an index is built: rows in a file, one after another.

The file is an array of two dimensions in numpy's own format. Its head has a fixed size, so that
rows can be appended behind it, and is brought up to date when the rows are flushed to disk.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors

HEAD = 128
"""Bytes before the first row."""

Stored = type[np.float32] | type[np.float16]
"""The types in which numbers are stored."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the head of such a file tells.

    Attributes:
        rows: how many there are.
        dim: numbers a row.
        dtype: of the numbers.
    """

    rows: int
    dim: int
    dtype: np.dtype[Any]

    @property
    def row_bytes(self) -> int:
        """Bytes a row."""
        return self.dim * self.dtype.itemsize


class VectorsWriter:
    """Appends rows to a file; memory stays that of the rows given last.

    Attributes:
        path: of the file.
        rows: how many have been appended.
    """

    def __init__(self, path: Path, dim: int, dtype: Stored) -> None:
        """Begin an empty file, over one that is there.

        Raises:
            OSError: it cannot be written.
        """
        self.path = path
        self.rows = 0
        self._dim = dim
        self._dtype = np.dtype(dtype)
        self._stream = path.open("w+b")
        self._write_head()

    @classmethod
    def resume(cls, path: Path, dim: int, dtype: Stored, rows: int) -> VectorsWriter:
        """Go on behind the first rows of a file that a writer of the same kind began.

        Args:
            path: of the file.
            dim: numbers a row.
            dtype: of the numbers.
            rows: how many stay; what lies behind them is cut off.

        Raises:
            OSError: the file is missing or cannot be written.
            ValueError: it holds fewer rows, or is another kind of file.
        """
        shape = shape_of(path)
        if (shape.dim, shape.dtype) != (dim, np.dtype(dtype)):
            raise ValueError(f"{path.name} holds rows of another kind")
        # The head may be older than the rows: what counts is how far the file goes.
        held = (path.stat().st_size - HEAD) // shape.row_bytes
        if held < rows:
            raise ValueError(f"{path.name} holds {held} rows, not {rows}")
        writer = cls.__new__(cls)
        writer.path, writer.rows = path, rows
        writer._dim, writer._dtype = dim, shape.dtype
        writer._stream = path.open("r+b")
        writer._stream.truncate(HEAD + rows * shape.row_bytes)
        writer._write_head()
        writer._stream.seek(0, os.SEEK_END)
        return writer

    def append(self, vectors: Vectors) -> None:
        """Write rows behind the others.

        Args:
            vectors: shape (n, dim).

        Raises:
            OSError: the disk refuses.
            ValueError: the rows have another length.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self._dim:
            raise ValueError(f"rows of {self._dim} numbers are wanted, not {vectors.shape}")
        self._stream.write(np.ascontiguousarray(vectors, dtype=self._dtype).data)
        self.rows += len(vectors)

    def flush(self) -> None:
        """Bring every row to disk, so that ``resume`` finds it whatever happens next.

        Raises:
            OSError: the disk refuses.
        """
        self._write_head()
        self._stream.seek(0, os.SEEK_END)
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Flush, and close the file; once closed, nothing more happens.

        Raises:
            OSError: the disk refuses.
        """
        if not self._stream.closed:
            try:
                self.flush()
            finally:
                self._stream.close()

    def _write_head(self) -> None:
        self._stream.seek(0)
        self._stream.write(_head(self.rows, self._dim, self._dtype))
        self._stream.flush()


def _head(rows: int, dim: int, dtype: np.dtype[Any]) -> bytes:
    described = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': ({rows}, {dim}), }}"
    # As numpy.lib.format: magic, version 1.0, the length of what follows, padded by blanks.
    size = HEAD - 10
    return (
        b"\x93NUMPY\x01\x00"
        + size.to_bytes(2, "little")
        + described.ljust(size - 1).encode()
        + b"\n"
    )


def shape_of(path: Path) -> Shape:
    """What a file of rows holds, by its head.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no file of rows.
    """
    with path.open("rb") as stream:
        head = io.BytesIO(stream.read(HEAD))
    try:
        version = np.lib.format.read_magic(head)
        if version != (1, 0):
            raise ValueError(f"version {version}")
        (rows, dim), fortran, dtype = np.lib.format.read_array_header_1_0(head)
    except Exception as error:
        # numpy reads the head as Python, which has many ways to refuse it.
        raise ValueError(f"{path.name} is not a file of vectors") from error
    if fortran or dtype not in (np.float32, np.float16) or head.tell() != HEAD or dim < 1:
        raise ValueError(f"{path.name} is another kind of array")
    return Shape(int(rows), int(dim), dtype)


def rows_at(descriptor: int, numbers: NDArray[np.int64], shape: Shape) -> Vectors:
    """Some rows of an open file, in single precision.

    Raises:
        OSError: the file cannot be read.
        ValueError: it has not all of them.
    """
    # Not mapped: what is mapped counts as memory of this process.
    size = shape.row_bytes
    content = b"".join(os.pread(descriptor, size, HEAD + int(r) * size) for r in numbers)
    found = np.frombuffer(content, dtype=shape.dtype).reshape(len(numbers), shape.dim)
    return found.astype(np.float32)


def blocks(path: Path, size: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """The rows of a file in blocks, read one at a time.

    Args:
        path: of the file.
        size: rows a block.

    Yields:
        the number of its first row, and the block, shape (at most size, dim), as stored.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no file of rows, or ends too early.
    """
    shape = shape_of(path)
    with path.open("rb", buffering=0) as stream:
        stream.seek(HEAD)
        for first in range(0, shape.rows, size):
            block = np.empty((min(size, shape.rows - first), shape.dim), dtype=shape.dtype)
            view = block.data.cast("B")
            done = 0
            while done < len(view):
                read = stream.readinto(view[done:])
                if not read:
                    raise ValueError(f"{path.name} ends too early")
                done += read
            yield first, block
