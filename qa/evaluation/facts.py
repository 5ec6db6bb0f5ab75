"""What a run is made of: versions, model, index, parameters and set."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.manifest import Manifest
from qa._version import __version__
from qa.evaluation.evaluation import RESAMPLES, SEED
from qa.evaluation.judge import HITS, TOP
from qa.evaluation.records import QuestionSet


def identity(manifest: Manifest, questions: QuestionSet, models: Path | None) -> dict[str, Any]:
    """What the predictions of a run follow from, as plain values.

    Args:
        manifest: of the index.
        questions: the set.
        models: folder of trained models, where not the shipped ones are used.
    """
    return {
        "cityqa": __version__,
        "index": manifest.digest,
        "questions": questions.digest,
        "parameters": {"top": TOP, "hits": HITS},
        "models": None if models is None else models.name,
    }


def facts(
    manifest: Manifest,
    questions: QuestionSet,
    *,
    limit: int | None,
    models: Path | None,
    trained: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What to tell of a run beside its scores, as plain values; nothing of when or where it ran.

    Args:
        manifest: of the index.
        questions: the set.
        limit: how many questions were to be asked at most.
        models: folder of trained models, where not the shipped ones are used.
        trained: what the trained models were; none where there are none.
    """
    import faiss
    import numpy as np

    parameters = {"top": TOP, "hits": HITS, "limit": limit, "index": dict(manifest.parameters)}
    return {
        "set": {"name": questions.name, "digest": questions.digest},
        "versions": {
            "cityqa": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "faiss": faiss.__version__,
        },
        "model": manifest.fingerprint.as_dict(),
        "corpus": manifest.corpus,
        "parameters": parameters,
        "seed": SEED,
        "resamples": RESAMPLES,
        "models": None if models is None else models.name,
        "trained": None if trained is None else dict(trained),
    }
