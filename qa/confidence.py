"""Refusal: the probability that the first extract answers, and the threshold below which none is.

A logistic model over the signals of ranking and selection. With the built-in model its weights
use the model's similarities. Another model's similarities are brought to the same scale, but how
they spread around a wrong answer is not known for it: such an index is judged by the signals that
no model enters, and says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from corpus.errors import IndexDamaged
from embeddings.embedder import Embedder
from embeddings.manifest import REBUILD
from embeddings.snapshot import Snapshot
from embeddings.tokens import is_number
from qa.features import FEATURES, Scored
from qa.language import CHINESE
from qa.question import Question
from qa.retrieve import Retrieved
from qa.scale import Scale, measure_anchors, scale_to_reference
from qa.select import Chosen
from qa.trained import METHODS, Method, shipped

CALIBRATION_VERSION = 2
"""Goes up when ``calibrate`` would store something else for the same model."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What an index stores about how to judge answers from it.

    Attributes:
        method: ``signals`` (all of them), or ``score-free`` (those that no model enters).
        threshold: answers with a smaller probability are refused, 0 to 1.
        scale: of the model's cosines.
    """

    method: Method
    threshold: float
    scale: Scale


def calibrate(_snapshot: Snapshot, embedder: Embedder) -> bytes:
    """The calibration to store with a new index, as JSON."""
    builtin = embedder.fingerprint.name == "builtin"
    scale = Scale() if builtin else scale_to_reference(measure_anchors(embedder))
    method: Method = "signals" if builtin else "score-free"
    calibration = Calibration(method, shipped().judgements[method].threshold, scale)
    return json.dumps(asdict(calibration), indent=1).encode()


def read_calibration(snapshot: Snapshot) -> Calibration:
    """The calibration that an index was stored with; the score-free one where it has none.

    Raises:
        IndexDamaged: it cannot be read.
    """
    if not snapshot.calibration:
        threshold = shipped().judgements["score-free"].threshold
        return Calibration("score-free", threshold, Scale())
    try:
        value = json.loads(snapshot.calibration)
        if value["method"] not in METHODS:
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
            mend=REBUILD,
        ) from error


def signals(
    question: Question,
    found: Retrieved,
    scored: Scored,
    chosen: Sequence[Chosen],
    *,
    focused: bool,
) -> dict[str, float]:
    """What the probability is computed from.

    Args:
        question: as understood.
        found: the retrieved passages.
        scored: candidates and features.
        chosen: the extracts, best first, at least one.
        focused: whether the question named the place whose reports were searched.
    """
    first = chosen[0]
    row = dict(zip(FEATURES, scored.matrix[first.index].tolist(), strict=True))
    chinese = float(question.language in CHINESE)
    foreign = 1.0 - chinese
    second = chosen[1].score if len(chosen) > 1 else first.score - _NO_RIVAL
    numeric = bool(question.wants & {"number", "percent", "date"})
    lacks = any(row[f"wanted_{want}"] < 0 for want in ("number", "percent", "date"))
    return {
        "bias": 1.0,
        "foreign": foreign,
        "focused": float(focused),
        "score": first.score,
        "gap": min(first.score - second, _NO_RIVAL),
        "cosine": row["cosine"],
        "foreign_cosine": foreign * row["cosine"],
        "passage_sentence": row["passage_sentence"],
        "aligned": chinese * row["aligned"],
        "foreign_aligned": foreign * row["aligned"],
        "passage_aligned": chinese * row["passage_aligned"],
        "foreign_passage_aligned": foreign * row["passage_aligned"],
        "coverage": chinese * row["coverage"],
        "context_coverage": chinese * row["context_coverage"],
        "passage_coverage": chinese * row["passage_coverage"],
        "peak": chinese * row["peak"],
        "run": chinese * row["run"],
        "residual": chinese * row["residual"],
        "foreign_coverage": foreign * row["coverage"],
        "translated_coverage": foreign * row["translated_coverage"],
        "passage_translated": foreign * row["passage_translated"],
        "untranslated": foreign * float(not found.translated),
        "behind_others": row["passage_behind"],
        "unit": row["unit"],
        "unit_missing": float(bool(question.units)) - row["unit"],
        "numbers": row["numbers"],
        "number_missing": float(any(map(is_number, found.terms))) * (1 - row["numbers"]),
        "numeric": float(numeric),
        "lacks": float(lacks),
        "length": row["question_length"],
    }


_NO_RIVAL = 3.0
"""The gap to the second extract where there is none; no gap counts for more."""

SCORE_FREE_SIGNALS = frozenset(
    """bias foreign focused score gap aligned foreign_aligned passage_aligned
    foreign_passage_aligned coverage context_coverage passage_coverage peak run residual
    foreign_coverage translated_coverage passage_translated untranslated unit unit_missing numbers
    number_missing numeric lacks length""".split()
)
"""Signals that no embedding model enters."""


def probability(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """The logistic model: ``1 / (1 + exp(-sum of weight * value))``."""
    total = sum(weight * values[name] for name, weight in weights.items())
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def byline_certainty(
    question: Question, scored: Scored, chosen: Sequence[Chosen], *, focused: bool
) -> float:
    """How sure it is that the first extract is the byline that is asked for, 0 where it is none.

    Nobody whose questions are trained on asks who wrote a report, so that the signals do not know
    how little of such a question a byline holds.

    Args:
        question: as understood.
        scored: candidates and features.
        chosen: the extracts, best first, at least one.
        focused: whether the question named the place whose reports were searched.
    """
    if not focused or "author" not in question.wants:
        return 0.0
    row = dict(zip(FEATURES, scored.matrix[chosen[0].index].tolist(), strict=True))
    if not row["note"] or row["wanted_author"] <= 0:
        return 0.0
    # Who wrote a book that the report tells of is told where the book is, if anywhere.
    behind = max(-row["coverage_first"], -row["translated_first"])
    return _BYLINE if behind < _OTHER_SUBJECT else 0.0


_BYLINE = 0.9
_OTHER_SUBJECT = 0.5
