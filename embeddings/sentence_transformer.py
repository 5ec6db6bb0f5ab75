"""Any model of sentence-transformers: hub names and local folders."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from importlib import metadata
from pathlib import Path
from typing import Any

from corpus.errors import ModelError
from corpus.normalise import without_surrogates
from embeddings.embedder import Fingerprint, Vectors, unit_rows

HUB_SECONDS = 10.0
"""For the hub to answer."""

# Names under which encode_document looks for a prompt, in its order.
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")


class SentenceTransformerEmbedder:
    """A model loaded by ``sentence_transformers.SentenceTransformer``.

    Questions and passages go through its ``encode_query`` and ``encode_document``, which apply the
    prompts that the model states for them.

    Args:
        name: a hub name or a local folder.
        device: ``cpu``, ``cuda``, ...; found if none. Several, parted by commas, share the work in
            processes of their own.
        batch_size: texts a batch.

    Raises:
        ModelError: the library is missing, or the model cannot be loaded.
    """

    def __init__(self, name: str, *, device: str | None = None, batch_size: int = 32) -> None:
        self._name = name
        self._batch_size = batch_size
        self._devices = [part.strip() for part in (device or "").split(",") if part.strip()]
        self._model = _load(name, self._devices[0] if self._devices else None)
        dim = self._model.get_embedding_dimension()
        if not dim:
            raise ModelError("the model does not tell its dimension", where=name)
        self._dim = int(dim)

    @property
    def dim(self) -> int:
        """As the model states it."""
        return self._dim

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Digest of the model's tensors and vocabulary, its prompts and its modules."""
        prompts: dict[str, str | None] = dict(self._model.prompts or {})
        documents = [prompts[key] for key in _DOCUMENT_PROMPTS if key in prompts]
        folder = Path(self._name)
        return Fingerprint(
            name=folder.resolve().name if folder.is_dir() else self._name,
            version=f"sentence-transformers {metadata.version('sentence-transformers')}",
            weights=_weights_digest(self._model),
            dim=self._dim,
            query_prompt=prompts.get("query") or "",
            passage_prompt=(documents[0] if documents else None) or "",
            pooling=_pooling(self._model),
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors, with the model's query prompt."""
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Passages to vectors, with the model's document prompt."""
        return self._encode(self._model.encode_document, texts)

    def elsewhere(self, device: str | None) -> Callable[[], SentenceTransformerEmbedder]:
        """What loads the same model in another process.

        Args:
            device: there; where not given, this one's first if it was given any, else the CPU.
        """
        return partial(
            SentenceTransformerEmbedder,
            self._name,
            device=device or (self._devices[0] if self._devices else "cpu"),
            batch_size=self._batch_size,
        )

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.empty((0, self._dim), dtype=np.float32)
        several = (
            self._devices if len(self._devices) > 1 and len(texts) > self._batch_size else None
        )
        vectors = encode(
            [without_surrogates(text) for text in texts],
            batch_size=self._batch_size,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
            **({"device": several} if several else {}),
        )
        return unit_rows(vectors)


def _load(name: str, device: str | None) -> Any:
    local = Path(name).is_dir()
    if not local and (Path(name).is_absolute() or name.startswith(".")):
        raise ModelError("there is no such model folder", where=name, mend="name another model")
    try:
        # Imported here: with torch it costs six seconds, which only this kind of model pays.
        from huggingface_hub import HfApi
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError(
            f"sentence-transformers cannot be imported ({error})",
            where=name,
            mend="install it, or use the model builtin",
        ) from error
    _quiet()
    try:
        try:
            return SentenceTransformer(name, device=device, local_files_only=True)
        except Exception:
            if local:
                raise
            # Not in the hub's cache. One question, not repeated, tells whether the hub can be
            # reached and knows the name; loading by itself tries for over a minute.
            HfApi().model_info(name, timeout=HUB_SECONDS)
            return SentenceTransformer(name, device=device)
    except Exception as error:
        # Hub, file, format and device errors come as many unrelated types.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"the model cannot be loaded ({reason[:200]})",
            where=name,
            mend="name a model folder, a hub name that can be reached, or builtin",
        ) from error


def _quiet() -> None:
    """No progress bars and warnings of the libraries: an error is one line, of ours."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for name in ("sentence_transformers", "transformers", "huggingface_hub"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.ERROR))


def _weights_digest(model: Any) -> str:
    """Hex SHA-256 over names, types and bytes of all tensors, by name, and the vocabulary."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        # As bytes: numpy has no type for bfloat16.
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().tobytes())
    vocabulary: dict[str, int] = getattr(model.tokenizer, "get_vocab", dict)()
    digest.update(json.dumps(sorted(vocabulary.items(), key=str)).encode())
    return digest.hexdigest()


def _pooling(model: Any) -> str:
    """How long a text may be, and the modules behind the transformer as they state themselves."""
    parts = [f"{model.max_seq_length} tokens"]
    for module in list(model)[1:]:
        config: dict[str, Any] = getattr(module, "get_config_dict", dict)()
        parts.append(f"{type(module).__name__} {json.dumps(config, sort_keys=True, default=str)}")
    return "; ".join(parts)
