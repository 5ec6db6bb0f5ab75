"""Arrays to files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

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
