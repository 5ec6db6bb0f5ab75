"""Haystack: ``InMemoryBM25Retriever``, ``InMemoryEmbeddingRetriever`` and ``DocumentJoiner``.

Settings as in its API reference: *InMemoryDocumentStore* (``bm25_tokenization_regex``, which by
default makes a token of each Chinese character; ``bm25_algorithm``; ``return_embedding``) and
*DocumentJoiner* (``join_mode``, ``weights``). The components are run one after another without a
pipeline, which is quicker.
"""

from __future__ import annotations

from pathlib import Path

from model import Model
from setting import Ask, Setting
from task import Task

PACKAGES = ("haystack-ai",)

_STORE = "API reference / InMemoryDocumentStore: bm25_tokenization_regex, bm25_algorithm"
_JOINER = "API reference / DocumentJoiner: join_mode, weights"
_BOTH = f"{_STORE}; {_JOINER}"

# Overlapping pairs of Chinese characters, and other words whole. The store finds all matches of a
# regular expression, and a look-ahead lets them overlap.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
PAIRS = rf"(?=([{_HAN}]{{2}}|(?<![^\W{_HAN}])[^\W{_HAN}]+))"

_RRF = "reciprocal_rank_fusion"
_PAIRED = {"bm25_tokenization_regex": PAIRS}

SETTINGS = (
    Setting("defaults", _JOINER, {}),
    Setting("characters, reciprocal ranks", _JOINER, {"join": _RRF}),
    Setting("characters, score distributions", _JOINER, {"join": "distribution_based_rank_fusion"}),
    Setting("bigrams, joined by score", _BOTH, _PAIRED),
    Setting("bigrams, reciprocal ranks", _BOTH, {**_PAIRED, "join": _RRF}),
    Setting(
        "bigrams, reciprocal ranks, words .7",
        _BOTH,
        {**_PAIRED, "join": _RRF, "weights": [0.7, 0.3]},
    ),
    Setting(
        "bigrams, merged, words .1",
        _BOTH,
        {**_PAIRED, "join": "merge", "weights": [0.1, 0.9], "scale": True},
    ),
    Setting(
        "bigrams, score distributions",
        _BOTH,
        {**_PAIRED, "join": "distribution_based_rank_fusion"},
    ),
    Setting(
        "bigrams with BM25Okapi, score distributions",
        _BOTH,
        {
            **_PAIRED,
            "bm25_algorithm": "BM25Okapi",
            "join": "distribution_based_rank_fusion",
        },
    ),
    Setting("words only, characters", _STORE, {"only": "words"}, hybrid=False),
    Setting("words only, bigrams", _STORE, {**_PAIRED, "only": "words"}, hybrid=False),
    Setting(
        "words only, bigrams with BM25Okapi",
        _STORE,
        {**_PAIRED, "bm25_algorithm": "BM25Okapi", "only": "words"},
        hybrid=False,
    ),
    Setting("vectors only", _STORE, {"only": "vectors"}, hybrid=False),
)

USUAL = "bigrams, joined by score"


def index(setting: Setting, task: Task, model: Model, scratch: Path) -> Ask:
    """Index the documents."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import (
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    options = dict(setting.options)
    join, weights = options.pop("join", "concatenate"), options.pop("weights", None)
    only, scale = options.pop("only", ""), options.pop("scale", False)
    store = InMemoryDocumentStore(**options, return_embedding=False, shared=False)
    vectors = model.encode(task.documents)
    store.write_documents(
        [
            Document(id=str(number), content=text, embedding=vector.tolist())
            for number, (text, vector) in enumerate(zip(task.documents, vectors, strict=True))
        ]
    )
    words = InMemoryBM25Retriever(store, scale_score=scale)
    dense = InMemoryEmbeddingRetriever(store, scale_score=scale)
    joiner = DocumentJoiner(join_mode=join, weights=weights)

    def ask(question: str, count: int) -> list[int]:
        found = []
        if only != "vectors":
            found.append(words.run(query=question)["documents"])
        if only != "words":
            vector = model.encode([question])[0].tolist()
            found.append(dense.run(query_embedding=vector)["documents"])
        joined = found[0] if only else joiner.run(documents=found)["documents"]
        return [int(document.id) for document in joined[:count]]

    return ask
