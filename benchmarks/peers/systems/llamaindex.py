"""LlamaIndex: ``FaissVectorStore``, ``BM25Retriever`` and ``QueryFusionRetriever``, without an LLM.

Settings as in its documentation: "Examples / Retrievers / BM25 Retriever" (``token_pattern``,
``skip_stemming``, ``language``) and "Examples / Retrievers / Reciprocal Rerank Fusion" and
"Relative Score Fusion" (``mode``, ``retriever_weights``, ``num_queries=1`` for no rewriting by an
LLM). The FAISS index compares inner products, not distances, so that a larger score is better.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model import Model
from setting import Ask, Setting
from task import Task

PACKAGES = (
    "llama-index-core",
    "llama-index-retrievers-bm25",
    "llama-index-vector-stores-faiss",
    "bm25s",
    "faiss-cpu",
)

_BM25 = "Examples / Retrievers / BM25 Retriever: token_pattern, skip_stemming"
_FUSION = "Examples / Retrievers / Reciprocal Rerank Fusion, Relative Score Fusion"
_BOTH = f"{_BM25}; {_FUSION}"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Overlapping pairs of Chinese characters, and other words whole: all matches are tokens, and a
# look-ahead lets them overlap.
_PAIRS = {
    "token_pattern": rf"(?=([{_HAN}]{{2}}|(?<![^\W{_HAN}])[^\W{_HAN}]+))",
    "skip_stemming": True,
}
_CHARACTERS = {"token_pattern": rf"[{_HAN}]|[^\W{_HAN}]+", "skip_stemming": True}

SETTINGS = (
    Setting("defaults", _FUSION, {}),
    Setting("characters, reciprocal ranks", _BOTH, {**_CHARACTERS, "mode": "reciprocal_rerank"}),
    Setting("bigrams, simple", _BOTH, _PAIRS),
    Setting("bigrams, reciprocal ranks", _BOTH, {**_PAIRS, "mode": "reciprocal_rerank"}),
    Setting("bigrams, relative scores", _BOTH, {**_PAIRS, "mode": "relative_score"}),
    Setting(
        "bigrams, relative scores, words .7, 10 each",
        _BOTH,
        {**_PAIRS, "mode": "relative_score", "words": 0.7, "k": 10},
    ),
    Setting(
        "bigrams, relative scores, words .5, 10 each",
        _BOTH,
        {**_PAIRS, "mode": "relative_score", "k": 10},
    ),
    Setting(
        "bigrams, score distributions, words .7, 10 each",
        _BOTH,
        {**_PAIRS, "mode": "dist_based_score", "words": 0.7, "k": 10},
    ),
    Setting(
        "bigrams, score distributions, words .8, 20 each",
        _BOTH,
        {**_PAIRS, "mode": "dist_based_score", "words": 0.8, "k": 20},
    ),
    Setting(
        "bigrams, relative scores, words .3, 10 each",
        _BOTH,
        {**_PAIRS, "mode": "relative_score", "words": 0.3, "k": 10},
    ),
    Setting(
        "bigrams, relative scores, words .2, 20 each",
        _BOTH,
        {**_PAIRS, "mode": "relative_score", "words": 0.2, "k": 20},
    ),
    Setting("words only, characters", _BM25, {**_CHARACTERS, "only": "words"}, hybrid=False),
    Setting("words only, bigrams", _BM25, {**_PAIRS, "only": "words"}, hybrid=False),
    Setting("vectors only", "Examples / Vector Stores / Faiss", {"only": "vectors"}, hybrid=False),
)

USUAL = "bigrams, score distributions, words .7, 10 each"


def index(setting: Setting, task: Task, model: Model, scratch: Path) -> Ask:
    """Index the documents."""
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    class BuiltinEmbedding(BaseEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = model.encode(texts).tolist()
            return vectors

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    options = dict(setting.options)
    only, k, weight = options.pop("only", ""), options.pop("k", 5), options.pop("words", 0.5)
    mode = options.pop("mode", "simple")
    nodes = [TextNode(text=text, id_=str(number)) for number, text in enumerate(task.documents)]
    retrievers: list[Any] = []
    if only != "vectors":
        retrievers.append(BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=k, **options))
    if only != "words":
        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(model.dim))
        dense = VectorStoreIndex(
            nodes,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=BuiltinEmbedding(),
        )
        retrievers.append(dense.as_retriever(similarity_top_k=k))
    retriever = (
        retrievers[0]
        if only
        else QueryFusionRetriever(
            retrievers,
            llm=MockLLM(),
            mode=mode,
            similarity_top_k=k,
            num_queries=1,
            use_async=False,
            retriever_weights=[weight, 1 - weight],
        )
    )

    def ask(question: str, count: int) -> list[int]:
        return [int(found.node.node_id) for found in retriever.retrieve(question)[:count]]

    return ask
