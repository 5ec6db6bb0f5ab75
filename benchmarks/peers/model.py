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
    """Text to vectors."""

    def __init__(self) -> None:
        threads = os.environ.get("CITYQA_THREADS")
        self._embedder = BuiltinEmbedder(threads=int(threads) if threads else None)
        self._known: dict[str, Vectors] = {}
        self.dim = self._embedder.dim
        # The weights are read when the first text is encoded; that is no part of what is timed.
        self._embedder.encode_queries(["你好"])

    def know(self, task: Task, path: Path) -> None:
        """Encode no text of a task from now on; what follows is not timed.

        Args:
            task: whose texts are known.
            path: file that ``write_vectors`` wrote.
        """
        self._known = dict(zip(_texts(task), np.load(path), strict=True))

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
