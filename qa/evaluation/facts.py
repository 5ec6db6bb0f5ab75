"""What a run is made of: versions, model, index, parameters and set."""

from __future__ import annotations

import platform
from typing import Any

from embeddings.manifest import Manifest
from qa._version import __version__
from qa.evaluation.evaluation import RESAMPLES, SEED
from qa.evaluation.judge import HITS, TOP
from qa.evaluation.models import seen
from qa.evaluation.records import QuestionSet
from qa.trained import Trained


def identity(manifest: Manifest, questions: QuestionSet, trained: Trained) -> dict[str, Any]:
    """What the predictions of a run follow from, as plain values.

    Args:
        manifest: of the index.
        questions: the set.
        trained: the models of selection and refusal.
    """
    return {
        "cityqa": __version__,
        "index": manifest.digest,
        "questions": questions.digest,
        "parameters": {"top": TOP, "hits": HITS},
        "trained": trained.digest,
    }


def facts(
    manifest: Manifest,
    questions: QuestionSet,
    *,
    limit: int | None,
    trained: Trained,
) -> dict[str, Any]:
    """What to tell of a run beside its scores, as plain values; nothing of when or where it ran.

    Args:
        manifest: of the index.
        questions: the set.
        limit: how many questions were to be asked at most.
        trained: the models of selection and refusal.
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
        "trained": {
            "name": trained.name,
            "digest": trained.digest,
            "sets": sorted(trained.sets),
            "held_out": sorted(trained.held_out),
            "seen": list(seen(trained, questions.files)),
        },
    }
