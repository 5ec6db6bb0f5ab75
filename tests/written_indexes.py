"""Parts of an index made by themselves, of documents and vectors in memory."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from embeddings.dense import faiss
from embeddings.embedder import Vectors
from embeddings.inversion import LexicalWriter
from embeddings.readings import FILES, write_readings_of


def write_vectors(vectors: Vectors, path: Path) -> None:
    """A FAISS index of exact inner product, as FAISS itself writes it."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    path.write_bytes(faiss.serialize_index(index).tobytes())


def write_lexical(documents: Iterable[Sequence[str]], folder: Path) -> None:
    """The lexical index of the terms of some documents."""
    with TemporaryDirectory(dir=folder) as scratch:
        writer = LexicalWriter(Path(scratch))
        for document in documents:
            writer.add(document)
        writer.finish(folder)


def write_readings(
    documents: Iterable[Sequence[str]], folder: Path, words: Collection[str] | None = None
) -> None:
    """The readings of the terms of some documents, without the lexical index."""
    with TemporaryDirectory(dir=folder) as name:
        write_lexical(documents, Path(name))
        write_readings_of(Path(name), words)
        for file in FILES:
            shutil.move(Path(name) / file, folder / file)
