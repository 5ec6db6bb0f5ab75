"""Refusal: the probability that the first extract answers, and the threshold below which none is.

A logistic model over the signals of ranking and selection. With the built-in model its weights
use the model's similarities. Another model's similarities are brought to the same scale, but how
they spread around a wrong answer is not known for it: such an index is judged by the signals that
no model enters, and says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from embeddings.embedder import Embedder
from embeddings.snapshot import Snapshot
from embeddings.tokens import is_number
from qa.features import FEATURES, Scored
from qa.question import Question
from qa.retrieve import Retrieved
from qa.scale import Scale, measure_anchors, scale_to_reference
from qa.weights import CONFIDENCE, SCORE_FREE, THRESHOLD

CALIBRATION_VERSION = 1
"""Goes up when ``calibrate`` would store something else for the same model."""

_CHINESE = ("zh-Hans", "zh-Hant", "ja")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What an index stores about how to judge answers from it.

    Attributes:
        method: ``signals`` (all of them), or ``score-free`` (those that no model enters).
        threshold: answers with a smaller probability are refused, 0 to 1.
        scale: of the model's cosines.
    """

    method: Literal["signals", "score-free"]
    threshold: float
    scale: Scale

    @property
    def weights(self) -> Mapping[str, float]:
        """Of the logistic model."""
        return CONFIDENCE if self.method == "signals" else SCORE_FREE


def calibrate(_snapshot: Snapshot, embedder: Embedder) -> bytes:
    """The calibration to store with a new index, as JSON."""
    builtin = embedder.fingerprint.name == "builtin"
    scale = Scale() if builtin else scale_to_reference(measure_anchors(embedder))
    calibration = Calibration("signals" if builtin else "score-free", THRESHOLD, scale)
    return json.dumps(asdict(calibration), indent=1).encode()


def read_calibration(snapshot: Snapshot) -> Calibration:
    """The calibration that an index was stored with; the score-free one where it has none.

    Raises:
        IndexDamaged: it cannot be read.
    """
    if not snapshot.calibration:
        return Calibration("score-free", THRESHOLD, Scale())
    try:
        value = json.loads(snapshot.calibration)
        if value["method"] not in ("signals", "score-free"):
            raise ValueError(value["method"])
        scale = Scale(float(value["scale"]["factor"]), float(value["scale"]["shift"]))
        threshold = float(value["threshold"])
        if not all(map(math.isfinite, (threshold, scale.factor, scale.shift))):
            raise ValueError(threshold)
        return Calibration(value["method"], threshold, scale)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            "the calibration of the index cannot be read",
            where=str(snapshot.folder),
            mend="build it anew with `cityqa index build`",
        ) from error


def signals(
    question: Question,
    found: Retrieved,
    scored: Scored,
    scores: NDArray[np.float32],
    first: int,
    *,
    focused: bool,
) -> dict[str, float]:
    """What the probability is computed from.

    Args:
        question: as understood.
        found: the retrieved passages.
        scored: candidates and features.
        scores: of the candidates, shape (candidates,).
        first: index of the candidate that would be shown first.
        focused: whether the question named the place whose reports were searched.
    """
    row = dict(zip(FEATURES, (float(v) for v in scored.matrix[first]), strict=True))
    chinese = float(question.language in _CHINESE)
    foreign = 1.0 - chinese
    others = [float(s) for i, s in enumerate(scores) if i != first]
    hit = scored.hits[first]
    best = found.hits[0]
    numeric = bool(question.wants & {"number", "percent", "date"})
    return {
        "bias": 1.0,
        "chinese": chinese,
        "focused": float(focused),
        "foreign_score": foreign * float(scores[first]),
        "foreign_cosine": foreign * row["cosine"],
        "foreign_focused": foreign * float(focused),
        "untranslated": foreign * float(not found.translated),
        "score": float(scores[first]),
        "gap": float(scores[first]) - max(others, default=0.0),
        "cosine": row["cosine"],
        "dense": hit.dense,
        "sentence": hit.sentence,
        "coverage": chinese * row["coverage"],
        "lexical": chinese * hit.lexical,
        "peak": chinese * _peak(found, scored.candidates[first].plain),
        "passage_peak": chinese * _peak(found, _neighbourhood(scored, first)),
        "translated": foreign * hit.translated,
        "translated_coverage": foreign * row["translated_coverage"],
        "translated_terms": foreign * min(len(found.translated), 8) / 8,
        "foreign_coverage": foreign * row["coverage"],
        "best_lexical": chinese * max(h.lexical for h in found.hits),
        "agree": float(best.row == hit.row),
        "unit": row["unit"],
        "unit_missing": float(bool(question.units)) - row["unit"],
        "numbers": row["numbers"],
        "number_missing": float(any(map(is_number, found.terms))) * (1 - row["numbers"]),
        "numeric": float(numeric),
        "lacks": max(row["lacks_number"], row["lacks_percent"], row["lacks_date"]),
        "length": math.log(len(question.content) + 1),
    }


SCORE_FREE_SIGNALS = frozenset(
    """bias chinese focused foreign_focused untranslated coverage lexical peak passage_peak
    translated translated_coverage translated_terms foreign_coverage best_lexical agree unit
    unit_missing numbers number_missing numeric lacks length""".split()
)
"""Signals that no model enters."""


def _neighbourhood(scored: Scored, first: int) -> str:
    """The candidate's whole passage in search form; what is joined stands in it twice."""
    row = scored.candidates[first].row
    return " ".join(c.plain for c in scored.candidates if c.row == row)


def _peak(found: Retrieved, plain: str) -> float:
    """Share of the idf mass of the question's four rarest word-like terms that a text holds."""
    words = sorted(
        ((weight, term) for term, weight in found.terms.items() if len(term) > 1), reverse=True
    )[:4]
    mass = sum(weight for weight, _ in words)
    return sum(weight for weight, term in words if term in plain) / mass if mass else 0.0


def probability(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """The logistic model: ``1 / (1 + exp(-sum of weight * value))``."""
    total = sum(weight * values[name] for name, weight in weights.items())
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))
