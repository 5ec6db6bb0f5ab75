"""txtai: an embeddings database with a hybrid index.

Settings as in its documentation, "Embeddings / Configuration": *General* (``hybrid``), *Vectors*
(``method: external`` with ``transform``), *Scoring* (``terms``, ``normalize``: true for a convex
combination, ``bb25`` for log-odds, false for reciprocal ranks; ``tokenizer``) and "Pipeline /
Tokenizer" (``ngrams``, also as a range, for languages that are written without blanks). The
weight of the dense side is an argument of ``search``, .5 by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model import Model
from setting import Ask, Setting
from task import Task

PACKAGES = ("txtai", "faiss-cpu")

_SCORING = "Embeddings / Configuration / Scoring; Pipeline / Tokenizer"
_PAIRS = {"ngrams": 2}
_ONE_AND_TWO = {"ngrams": {"nmin": 1, "nmax": 2}}

SETTINGS = (
    Setting("defaults", "Embeddings / Configuration: hybrid", {}),
    Setting("bigrams", _SCORING, {"tokenizer": _PAIRS}),
    Setting("characters and bigrams", _SCORING, {"tokenizer": _ONE_AND_TWO}),
    Setting(
        "characters and bigrams, dense .3", _SCORING, {"tokenizer": _ONE_AND_TWO, "dense": 0.3}
    ),
    Setting("bigrams, dense .3", _SCORING, {"tokenizer": _PAIRS, "dense": 0.3}),
    Setting("bigrams, dense .7", _SCORING, {"tokenizer": _PAIRS, "dense": 0.7}),
    Setting("bigrams, bb25", _SCORING, {"tokenizer": _PAIRS, "normalize": "bb25"}),
    Setting(
        "characters and bigrams, bb25",
        _SCORING,
        {"tokenizer": _ONE_AND_TWO, "normalize": "bb25"},
    ),
    Setting("bigrams, reciprocal ranks", _SCORING, {"tokenizer": _PAIRS, "normalize": False}),
    Setting("words only, bigrams", _SCORING, {"tokenizer": _PAIRS, "dense": 0.0}, hybrid=False),
    Setting("vectors only", _SCORING, {"dense": 1.0}, hybrid=False),
)

USUAL = "bigrams"


def index(setting: Setting, task: Task, model: Model, scratch: Path) -> Ask:
    """Index the documents."""
    from txtai import Embeddings

    def transform(texts: Sequence[str]) -> Any:
        return model.encode(list(texts))

    options = dict(setting.options)
    dense = options.pop("dense", 0.5)
    config: dict[str, Any] = {"method": "external", "transform": transform, "hybrid": True}
    if options:
        config["scoring"] = {"method": "bm25", "terms": True, "normalize": True, **options}
        config["dense"] = True
    embeddings = Embeddings(config)
    embeddings.index((number, text, None) for number, text in enumerate(task.documents))

    def ask(question: str, count: int) -> list[int]:
        return [int(number) for number, _ in embeddings.search(question, count, weights=dense)]

    return ask
