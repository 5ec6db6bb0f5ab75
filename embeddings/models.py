"""From a model's name to its embedder."""

from __future__ import annotations

from embeddings.embedder import Embedder

BUILTIN = "builtin"


def load_embedder(
    name: str = BUILTIN,
    *,
    threads: int | None = None,
    device: str | None = None,
    batch_size: int = 32,
) -> Embedder:
    """The embedder of a name.

    Args:
        name: ``builtin``, or what sentence-transformers takes: a hub name or a local folder.
        threads: BLAS threads of the built-in model; the usable cores if none.
        device: of any other model.
        batch_size: of any other model, texts a batch.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if name == BUILTIN:
        from embeddings.builtin import BuiltinEmbedder

        return BuiltinEmbedder(threads=threads)
    from embeddings.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name, device=device, batch_size=batch_size)
