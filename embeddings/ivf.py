"""Approximate search: the passages near the question's centres, then exact cosines of the best."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.dense import faiss, selector
from embeddings.embedder import Vectors
from embeddings.half import HalfVectors
from embeddings.search import Allowed, Rows, Scores

LOOKED_AT_AGAIN = 4
"""Candidates whose cosine is computed from half precision, as a multiple of the rows wanted."""

EXACT_FILTER = 5_000
"""Allowed passages up to which each one is looked at."""


@dataclass(frozen=True, slots=True)
class IvfIndex:
    """Unit vectors in lists around centres; a ``VectorIndex``.

    Attributes:
        index: of FAISS, with inverted lists.
        half: the same vectors in half precision.
        nprobe: lists that a search looks at.
        depth: candidates that are looked at again, at least.
        exact_filter: allowed passages up to which each one is looked at.
    """

    index: Any
    half: HalfVectors
    nprobe: int
    depth: int
    exact_filter: int = EXACT_FILTER

    @classmethod
    def open(
        cls, path: Path, half: HalfVectors, *, nprobe: int, depth: int, mapped: bool = True
    ) -> IvfIndex:
        """Open an index that ``embeddings.ivf_build`` wrote.

        Args:
            path: of the index.
            half: the same vectors in half precision.
            nprobe: lists that a search looks at.
            depth: candidates that are looked at again, at least.
            mapped: from disk, else read into memory.

        Raises:
            RuntimeError: the file is missing or no FAISS index.
            ValueError: it is of other vectors.
        """
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        if (index.ntotal, index.d) != (len(half), half.dim):
            raise ValueError(f"{path.name} is of other vectors")
        return cls(index, half, nprobe, depth)

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        return int(self.index.d)

    @property
    def lists(self) -> int:
        """How many lists there are."""
        return int(self.index.nlist)

    def __len__(self) -> int:
        """How many vectors there are."""
        return int(self.index.ntotal)

    def candidates(self, count: int) -> int:
        """How many rows are looked at again where so many are wanted."""
        return max(self.depth, LOOKED_AT_AGAIN * count)

    def search(
        self, query: Vectors, count: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """The nearest rows to one query, as far as the lists that are looked at hold them.

        A few allowed passages are all looked at. Of more, as many are met as without a filter: the
        fewer are allowed, the more lists are looked at. Where fewer than wanted are found, the
        lists are doubled until there are enough or all have been looked at.

        Args:
            query: shape (1, dim), unit length.
            count: rows wanted; fewer come back where there are fewer.
            allowed: look at these passages only.

        Returns:
            row numbers and cosines with the vectors in half precision, both of shape
            (at most count,), best first, equal ones by row.
        """
        held = len(self) if allowed is None else allowed.count
        count = min(count, held)
        if count <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if allowed is not None and held <= self.exact_filter:
            return self.half.search(query, count, allowed)
        # Held here: the parameters keep an address of it only.
        chosen = None if allowed is None else selector(allowed)
        probes = min(self.lists, self.nprobe * -(-len(self) // held))
        wanted = min(held, self.candidates(count))
        while True:
            how = faiss.SearchParametersIVF(nprobe=probes, sel=chosen)
            _, found = self.index.search(query, wanted, params=how)
            rows = found[0][found[0] >= 0]
            if len(rows) >= count:
                return self.half.best_of(query, rows, count)
            if probes >= self.lists:
                # Codes in few digits may not tell the last of them from nothing.
                return self.half.search(query, count, allowed)
            probes = min(self.lists, 2 * probes)

    def rows(self, numbers: Rows) -> Vectors:
        """The vectors of some rows in half precision, shape (len(numbers), dim)."""
        return self.half.rows(numbers)

    def cosines(self, query: Vectors, numbers: Rows) -> Scores:
        """As ``HalfVectors.cosines``."""
        return self.half.cosines(query, numbers)
