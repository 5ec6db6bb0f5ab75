"""The built-in model, as every system gets it: the same vectors at the same speed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from task import Task

from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Vectors


class Model:
    """Text to vectors.

    Args:
        task: whose texts need not be encoded, where ``known`` is given.
        known: file that ``write_vectors`` wrote; for runs in which nothing is timed.
    """

    def __init__(self, task: Task | None = None, known: Path | None = None) -> None:
        threads = os.environ.get("CITYQA_THREADS")
        self._embedder = BuiltinEmbedder(threads=int(threads) if threads else None)
        self._known: dict[str, Vectors] = {}
        if task is not None and known is not None:
            self._known = dict(zip(_texts(task), np.load(known), strict=True))
        self.dim = self._embedder.dim
        # The weights are read when the first text is encoded; that is no part of what is timed.
        self._embedder.encode_queries(["你好"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dim); questions and documents alike."""
        if self._known and all(text in self._known for text in texts):
            return np.stack([self._known[text] for text in texts])
        return self._embedder.encode_passages(texts)


def write_vectors(task: Task, path: Path) -> None:
    """Encode every text of a task once, for ``Model``."""
    texts, model = _texts(task), Model()
    np.save(
        path, np.concatenate([model.encode(texts[at : at + 32]) for at in range(0, len(texts), 32)])
    )


def _texts(task: Task) -> list[str]:
    return list(dict.fromkeys([*task.documents, *task.questions]))
