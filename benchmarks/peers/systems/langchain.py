"""LangChain: ``FAISS``, ``BM25Retriever`` and ``EnsembleRetriever``.

Settings as in its documentation: "Integrations / Retrievers / BM25" (``preprocess_func``, with a
segmenter of one's own; ``k``) and the API reference of ``EnsembleRetriever`` (``weights``; ``c`` of
the reciprocal ranks). By default text is parted at blanks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model import Model
from segmenting import SEGMENTERS
from setting import Ask, Setting
from task import Task

PACKAGES = ("langchain-classic", "langchain-community", "rank-bm25", "jieba", "faiss-cpu")

_BM25 = "Integrations / Retrievers / BM25: preprocess_func"
_ENSEMBLE = "API reference / EnsembleRetriever: weights"
_BOTH = f"{_BM25}; {_ENSEMBLE}"
_PAIRS = "characters and bigrams"

SETTINGS = (
    Setting("defaults", _ENSEMBLE, {}),
    Setting("jieba", _BM25, {"segment": "jieba"}),
    Setting("characters and bigrams", _BM25, {"segment": _PAIRS}),
    Setting("jieba, words .7, 10 each", _BOTH, {"segment": "jieba", "words": 0.7, "k": 10}),
    Setting(
        "characters and bigrams, words .7, 10 each",
        _BOTH,
        {"segment": _PAIRS, "words": 0.7, "k": 10},
    ),
    Setting(
        "characters and bigrams, words .3, 10 each",
        _BOTH,
        {"segment": _PAIRS, "words": 0.3, "k": 10},
    ),
    Setting("words only, jieba", _BM25, {"segment": "jieba", "only": "words"}, hybrid=False),
    Setting(
        "words only, characters and bigrams",
        _BM25,
        {"segment": _PAIRS, "only": "words"},
        hybrid=False,
    ),
    Setting(
        "vectors only", "Integrations / Vector stores / FAISS", {"only": "vectors"}, hybrid=False
    ),
)

USUAL = "characters and bigrams"


def index(setting: Setting, task: Task, model: Model, scratch: Path) -> Ask:
    """Index the documents."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    class BuiltinEmbeddings(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = model.encode(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    options = setting.options
    only, k, weight = options.get("only", ""), options.get("k", 5), options.get("words", 0.5)
    places = [{"number": number} for number in range(len(task.documents))]
    segment = {"preprocess_func": SEGMENTERS[options["segment"]]} if "segment" in options else {}
    retrievers: list[Any] = []
    if only != "vectors":
        retrievers.append(
            BM25Retriever.from_texts(task.documents, metadatas=places, k=k, **segment)
        )
    if only != "words":
        store = FAISS.from_texts(list(task.documents), BuiltinEmbeddings(), metadatas=places)
        retrievers.append(store.as_retriever(search_kwargs={"k": k}))
    retriever = (
        retrievers[0]
        if only
        else EnsembleRetriever(retrievers=retrievers, weights=[weight, 1 - weight])
    )

    def ask(question: str, count: int) -> list[int]:
        return [found.metadata["number"] for found in retriever.invoke(question)[:count]]

    return ask
