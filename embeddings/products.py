"""Products of matrices that are the same whatever threads share the work."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def product(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.float32]:
    """``left @ right``, computed with more digits than are kept.

    The last digits depend on how many threads share a product, which another question that is
    answered at the same time can change. They may not decide which sentence is shown.

    Args:
        left: shape (n, m).
        right: shape (m,) or (m, k).

    Returns:
        shape (n,) or (n, k).
    """
    exact = np.asarray(left, dtype=np.float64) @ np.asarray(right, dtype=np.float64)
    return exact.astype(np.float32)
