"""Arrays of one dimension to and from files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array in numpy's own format.

    Raises:
        OSError: the file cannot be written in full.
    """
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    # Written by Python: numpy writes through C and, on a full disk, raises an OSError without its
    # number, from which nobody can tell what is wrong.
    path.write_bytes(stream.getbuffer())


class ArrayFile:
    """The same file, written piece by piece.

    Args:
        file: open for writing bytes.
        dtype: of the array.
        size: numbers that it will hold; as many have to be appended.

    Raises:
        OSError: here and below, the file cannot be written in full.
    """

    def __init__(self, file: BinaryIO, dtype: type[np.generic], size: int) -> None:
        self._file = file
        self._dtype = np.dtype(dtype)
        head = {
            "descr": np.lib.format.dtype_to_descr(self._dtype),
            "fortran_order": False,
            "shape": (size,),
        }
        np.lib.format.write_array_header_1_0(file, head)

    def append(self, numbers: NDArray[Any]) -> None:
        """Write the next numbers, one dimension, of the array's type."""
        self._file.write(np.ascontiguousarray(numbers, dtype=self._dtype).data)


def read_array(path: Path, dtype: type[np.generic], *, mapped: bool = False) -> NDArray[Any]:
    """Read what ``write_array`` wrote.

    Args:
        path: of the file.
        dtype: that the array must have; one of another type, or with more dimensions, is an error.
        mapped: leave it on disk and map it.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not such an array.
    """
    try:
        array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except OSError:
        raise
    except Exception as error:
        # numpy reads the head of the file as Python, which has many ways to refuse it.
        raise ValueError(f"{path.name} is not an array") from error
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != 1:
        raise ValueError(f"{path.name} is another kind of array")
    # A plain array over the mapped memory: numpy's own memmap class makes every slice slow.
    return np.asarray(array)
