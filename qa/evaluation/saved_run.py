"""A run as ``cityqa eval --out`` left it on disk, read back to be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import EvaluationError
from qa.evaluation.outputs import METRICS, PREDICTIONS
from qa.evaluation.records import Prediction
from qa.evaluation.records_json import prediction_from_record

_AGAIN = "write it anew with `cityqa eval --out`"


@dataclass(frozen=True, slots=True)
class SavedRun:
    """What a comparison needs of a run.

    Attributes:
        folder: that it was read from.
        predictions: question id to prediction, in the order of the questions; without latency.
        set_name: of the question set; empty where the run does not tell.
        corpus: digest of the reports; empty where the run does not tell.
        index: digest of the index's manifest; empty where the run does not tell.
        trained: what the trained models were, as plain values.
    """

    folder: Path
    predictions: Mapping[str, Prediction]
    set_name: str
    corpus: str
    index: str
    trained: Any


def read_run(path: Path) -> SavedRun:
    """Read a run.

    Args:
        path: its folder, or ``metrics.json`` in it.

    Raises:
        EvaluationError: it is no run, is not finished, or a file of it is damaged.
    """
    folder = path.parent if path.name == METRICS else path
    if not folder.is_dir():
        raise EvaluationError(
            "there is no such folder",
            where=str(folder),
            mend="name one that `cityqa eval --out` wrote",
        )
    metrics = _read_metrics(folder / METRICS)
    predictions: dict[str, Prediction] = {}
    for line, prediction in _read_predictions(folder / PREDICTIONS):
        if prediction.question.id in predictions:
            raise EvaluationError(
                f"question {prediction.question.id} stands there twice",
                where=f"{folder / PREDICTIONS}:{line}",
                mend=_AGAIN,
            )
        predictions[prediction.question.id] = prediction
    if metrics.get("n") != len(predictions):
        raise EvaluationError(
            f"holds {len(predictions)} predictions, but {METRICS} tells of {metrics.get('n')}",
            where=str(folder / PREDICTIONS),
            mend=_AGAIN,
        )
    run = metrics.get("run")
    facts: Mapping[str, Any] = run if isinstance(run, dict) else {}
    questions = facts.get("set")
    return SavedRun(
        folder=folder,
        predictions=predictions,
        set_name=_text(questions.get("name")) if isinstance(questions, dict) else "",
        corpus=_text(facts.get("corpus")),
        index=_text(metrics.get("index")),
        trained=facts.get("trained"),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EvaluationError(
            f"there is no {path.name}, so this is no finished run",
            where=str(path.parent),
            mend="start it (again) with `cityqa eval --out`",
        ) from None
    except UnicodeDecodeError:
        raise EvaluationError("is damaged: no UTF-8", where=str(path), mend=_AGAIN) from None
    except OSError as error:
        raise EvaluationError(
            f"cannot be read ({error.strerror})", where=str(path), mend="see to its permissions"
        ) from error


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise EvaluationError("is damaged: no JSON", where=where, mend=_AGAIN) from None
    if not isinstance(value, dict):
        raise EvaluationError("is damaged: no JSON object", where=where, mend=_AGAIN)
    return value


def _read_metrics(path: Path) -> dict[str, Any]:
    value = _parse(_read(path), str(path))
    if not isinstance(value.get("metrics"), dict):
        raise EvaluationError("holds no metrics", where=str(path), mend=_AGAIN)
    return value


def _read_predictions(path: Path) -> Iterator[tuple[int, Prediction]]:
    """Number of the line, from 1, and what it holds."""
    # Not splitlines: texts may hold separators that it takes for line ends.
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line:
            continue
        where = f"{path}:{number}"
        try:
            yield number, prediction_from_record(_parse(line, where))
        except ValueError as error:
            raise EvaluationError(f"is damaged: {error}", where=where, mend=_AGAIN) from None
