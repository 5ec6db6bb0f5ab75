"""LanceDB: full-text search, vector search, and both with a reranker.

Settings as in its documentation: "Search / Full-text search" and the API reference of ``FTS``
(``base_tokenizer``: ``icu``, ``ngram``, ``jieba/default`` from a folder of models, here made of the
dictionary of the package ``jieba``; ``stem`` and ``remove_stop_words`` off where no English is
meant) and "Search / Hybrid search" (``RRFReranker``, the default, and
``LinearCombinationReranker`` with the weight of the vectors).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from model import Model
from setting import Ask, Setting
from task import Task

PACKAGES = ("lancedb", "jieba")

_FTS = "API reference / FTS: base_tokenizer, stem, remove_stop_words"
_HYBRID = "Search / Hybrid search: RRFReranker, LinearCombinationReranker"
_BOTH = f"{_FTS}; {_HYBRID}"

_PLAIN = {"stem": False, "remove_stop_words": False}
_ICU = {"base_tokenizer": "icu", **_PLAIN}
_JIEBA = {"base_tokenizer": "jieba/default", **_PLAIN}
_PAIRS = {"base_tokenizer": "ngram", "ngram_min_length": 2, "ngram_max_length": 2, **_PLAIN}
_ONE_AND_TWO = {**_PAIRS, "ngram_min_length": 1}

SETTINGS = (
    Setting("defaults", _HYBRID, {}),
    Setting("ICU", _BOTH, _ICU),
    Setting("ICU, linear, vectors .3", _BOTH, {**_ICU, "vectors": 0.3}),
    Setting("ICU, linear, vectors .1", _BOTH, {**_ICU, "vectors": 0.1}),
    Setting("jieba", _BOTH, _JIEBA),
    Setting("bigrams", _BOTH, _PAIRS),
    Setting("bigrams, linear, vectors .7", _BOTH, {**_PAIRS, "vectors": 0.7}),
    Setting("bigrams, linear, vectors .3", _BOTH, {**_PAIRS, "vectors": 0.3}),
    Setting("bigrams, linear, vectors .1", _BOTH, {**_PAIRS, "vectors": 0.1}),
    Setting("words only, ICU", _FTS, {**_ICU, "only": "words"}, hybrid=False),
    Setting("words only, jieba", _FTS, {**_JIEBA, "only": "words"}, hybrid=False),
    Setting("words only, bigrams", _FTS, {**_PAIRS, "only": "words"}, hybrid=False),
    Setting(
        "words only, characters and bigrams", _FTS, {**_ONE_AND_TWO, "only": "words"}, hybrid=False
    ),
    Setting("vectors only", "Search / Vector search", {"only": "vectors"}, hybrid=False),
)

USUAL = "ICU, linear, vectors .3"


def index(setting: Setting, task: Task, model: Model, scratch: Path) -> Ask:
    """Index the documents."""
    os.environ["LANCE_LANGUAGE_MODEL_HOME"] = str(scratch / "language_models")
    import lancedb
    from lancedb.index import FTS
    from lancedb.rerankers import LinearCombinationReranker, RRFReranker

    options = dict(setting.options)
    only, weight = options.pop("only", ""), options.pop("vectors", None)
    if options.get("base_tokenizer") == "jieba/default":
        _make_jieba(scratch / "language_models" / "jieba" / "default")
    vectors = model.encode(task.documents)
    table = lancedb.connect(tempfile.mkdtemp(dir=scratch)).create_table(
        "documents",
        [
            {"number": number, "text": text, "vector": vector}
            for number, (text, vector) in enumerate(zip(task.documents, vectors, strict=True))
        ],
    )
    if only != "vectors":
        table.create_index("text", config=FTS(**options))
    reranker = (
        RRFReranker() if weight is None else LinearCombinationReranker(weight=weight, fill=1.0)
    )

    def ask(question: str, count: int) -> list[int]:
        query: Any
        if only == "words":
            query = table.search(question, query_type="fts")
        elif only == "vectors":
            query = table.search(model.encode([question])[0])
        else:
            query = table.search(query_type="hybrid").vector(model.encode([question])[0])
            query = query.text(question).rerank(reranker)
        return [found["number"] for found in query.limit(count).to_list()]

    return ask


def _make_jieba(folder: Path) -> None:
    """The folder that LanceDB's downloader makes, of the package's own dictionary."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    with resources.as_file(resources.files("jieba") / "dict.txt") as dictionary:
        shutil.copy(dictionary, folder / "dict.txt")
    (folder / "config.json").write_text(json.dumps({"main": "dict.txt"}), encoding="utf-8")
