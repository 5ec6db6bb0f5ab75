"""The trained models of selection and refusal, as `make selector` writes them.

One file holds what was trained together: for the built-in embedding model with all signals, and for
any other model with those that no embedding enters; which sets they were trained on is part of it.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError
from qa.features import FEATURES, Matrix
from qa.trees import Scores, Trees

Method = Literal["signals", "score-free"]
"""All signals, or those that no embedding model enters."""

METHODS: tuple[Method, ...] = ("signals", "score-free")

SHIPPED = Path(__file__).parent / "data" / "models.npz"

FORMAT = 1

PRIOR_WEIGHT = 5.0
"""Of a passage's prior in the score of its candidates: no set that is trained on has one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One method's models.

    Attributes:
        features: names of the columns that the trees compare, in their order.
        trees: score of a candidate.
        brevity: taken off the score for each unit of the logarithm of the characters, so that an
            extract is no longer than it has to be.
        confidence: weights of the logistic model of the probability that the first extract answers.
        threshold: answers with a smaller probability are refused, 0 to 1.
    """

    features: tuple[str, ...]
    trees: Trees
    brevity: float
    confidence: Mapping[str, float]
    threshold: float

    def score(self, matrix: Matrix) -> Scores:
        """Scores of candidates, shape (candidates,).

        Args:
            matrix: shape (candidates, len(FEATURES)).
        """
        columns = _columns(self.features)
        length = matrix[:, FEATURES.index("length")].astype(np.float64)
        prior = matrix[:, FEATURES.index("passage_prior")].astype(np.float64)
        scores: Scores = self.trees.score(matrix[:, columns])
        scores += PRIOR_WEIGHT * prior - self.brevity * length
        return scores

    def contributions(self, row: NDArray[np.float32]) -> dict[str, float]:
        """What each feature adds to the score of one candidate; they sum to it, ``bias`` included.

        Args:
            row: shape (len(FEATURES),).
        """
        bias, added = self.trees.contributions(row[_columns(self.features)])
        found = dict(zip(self.features, map(float, added), strict=True))
        for name, weight in (("passage_prior", PRIOR_WEIGHT), ("length", -self.brevity)):
            value = weight * float(row[FEATURES.index(name)])
            found[name] = found.get(name, 0.0) + value
        return {"bias": bias, **found}


@cache
def _columns(features: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([FEATURES.index(name) for name in features], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Trained:
    """What one training made.

    Attributes:
        name: of the training: ``shipped``, ``without-cmrc`` and the like.
        sets: name of each set that it was trained on to the hex SHA-256 of its file.
        held_out: the same of the sets that it was made to be measured on.
        judgements: by method.
        digest: hex SHA-256 of the file.
    """

    name: str
    sets: Mapping[str, str]
    held_out: Mapping[str, str]
    judgements: Mapping[Method, Judgement]
    digest: str


def encode(
    name: str,
    sets: Mapping[str, str],
    held_out: Mapping[str, str],
    judgements: Mapping[Method, Judgement],
) -> bytes:
    """The bytes of a file of trained models; equal models give equal bytes."""
    head = {
        "format": FORMAT,
        "name": name,
        "sets": dict(sets),
        "held_out": dict(held_out),
        "methods": {
            method: {
                "features": list(one.features),
                "brevity": one.brevity,
                "confidence": dict(one.confidence),
                "threshold": one.threshold,
            }
            for method, one in judgements.items()
        },
    }
    arrays: dict[str, NDArray[Any]] = {
        "head": np.frombuffer(json.dumps(head, sort_keys=True).encode(), dtype=np.uint8)
    }
    for method, one in judgements.items():
        arrays |= one.trees.arrays(method)
    stream = io.BytesIO()
    # numpy dates every member of the archive 1980-01-01.
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def read_trained(path: Path) -> Trained:
    """The models in a file.

    Raises:
        ModelError: it cannot be read, is none, or is of another version of the features.
    """
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise ValueError(f"format {head['format']}, not {FORMAT}")
        judgements: dict[Method, Judgement] = {}
        for method in METHODS:
            values = head["methods"][method]
            strange = [name for name in values["features"] if name not in FEATURES]
            if strange:
                raise ValueError(f"no feature is named {strange[0]}")
            weights = {str(name): float(w) for name, w in values["confidence"].items()}
            brevity, threshold = float(values["brevity"]), float(values["threshold"])
            if not all(map(math.isfinite, (brevity, threshold, *weights.values()))):
                raise ValueError("a weight is not finite")
            judgements[method] = Judgement(
                features=tuple(values["features"]),
                trees=Trees.of_arrays(arrays, method, len(values["features"])),
                brevity=brevity,
                confidence=weights,
                threshold=threshold,
            )
        return Trained(
            name=str(head["name"]),
            sets=dict(head["sets"]),
            held_out=dict(head["held_out"]),
            judgements=judgements,
            digest=hashlib.sha256(content).hexdigest(),
        )
    # zipfile.BadZipFile is an Exception of its own.
    except Exception as error:
        raise ModelError(
            f"the trained models cannot be read ({error})",
            where=str(path),
            mend="make them anew with `make selector`",
        ) from error


@cache
def shipped() -> Trained:
    """The models that come with the program.

    Raises:
        ModelError: they cannot be read.
    """
    return read_trained(SHIPPED)


def held_out(folder: Path, digests: Collection[str]) -> Trained:
    """The models in a folder that were made to be measured on a set.

    Args:
        folder: as `make selector` fills it.
        digests: hex SHA-256 of the set's files.

    Returns:
        those that hold out one of the files; where none of the folder's models was trained on any,
        those of all sets.

    Raises:
        ModelError: a file cannot be read, or all models were trained on the set.
    """
    models = [read_trained(path) for path in sorted(folder.glob("*.npz"))]
    if not models:
        raise ModelError(
            "there are no trained models", where=str(folder), mend="make them with `make selector`"
        )
    unseen = [one for one in models if not set(digests) & set(one.sets.values())]
    if not unseen:
        raise ModelError(
            "every model here was trained on this set",
            where=str(folder),
            mend="make one without it with `make selector`",
        )
    held = [one for one in unseen if set(digests) & set(one.held_out.values())]
    return held[0] if held else max(unseen, key=lambda one: (len(one.sets), one.name))
