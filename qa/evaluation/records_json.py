"""A prediction as one JSON object, and back: a line of ``predictions.jsonl``.

The latency is left out, so that two runs over the same input write the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa.evaluation.records import EvalQuestion, PredictedExtract, PredictedHit, Prediction


def prediction_record(prediction: Prediction) -> dict[str, Any]:
    """What ``json.dumps`` takes; names are those of the records, the question's one level down.

    Returns:
        ``id``, ``question``, ``language``, ``kind``, ``reports``, ``answers``, ``refused``,
        ``reason``, ``confidence``, ``relevant``, ``extracts`` and ``hits``. No latency.
    """
    question = prediction.question
    return {
        "id": question.id,
        "question": question.text,
        "language": question.language,
        "kind": question.kind,
        "reports": list(question.reports),
        "answers": list(question.answers),
        "refused": prediction.refused,
        "reason": prediction.reason,
        "confidence": prediction.confidence,
        "relevant": list(prediction.relevant),
        "extracts": [
            {
                "text": extract.text,
                "report": extract.report,
                "passage": extract.passage,
                "start": extract.start,
                "end": extract.end,
                "score": extract.score,
                "signals": dict(extract.signals),
                "link": extract.link,
                "right": list(extract.right),
            }
            for extract in prediction.extracts
        ],
        "hits": [
            {
                "passage": hit.passage,
                "report": hit.report,
                "score": hit.score,
                "signals": dict(hit.signals),
                "right_report": hit.right_report,
                "relevant": hit.relevant,
            }
            for hit in prediction.hits
        ],
    }


def prediction_from_record(record: Mapping[str, Any], latency_ms: float = 0.0) -> Prediction:
    """The inverse of ``prediction_record``, but for the latency, which it does not keep.

    Args:
        record: as parsed from JSON.
        latency_ms: where it is known from elsewhere.

    Raises:
        ValueError: a field is missing or has a wrong type; the message names it.
    """
    if not isinstance(record, Mapping):
        raise ValueError("no object")
    return Prediction(
        question=EvalQuestion(
            id=_text(record, "id"),
            text=_text(record, "question"),
            language=_text(record, "language"),
            kind=_text(record, "kind"),
            reports=_texts(record, "reports"),
            answers=_texts(record, "answers"),
        ),
        hits=tuple(
            PredictedHit(
                passage=_text(hit, "passage"),
                report=_text(hit, "report"),
                score=_number(hit, "score"),
                signals=_signals(hit),
                right_report=_truth(hit, "right_report"),
                relevant=_truth(hit, "relevant"),
            )
            for hit in _objects(record, "hits")
        ),
        extracts=tuple(
            PredictedExtract(
                text=_text(extract, "text"),
                report=_text(extract, "report"),
                passage=_text(extract, "passage"),
                start=_whole(extract, "start"),
                end=_whole(extract, "end"),
                score=_number(extract, "score"),
                signals=_signals(extract),
                link=_text(extract, "link"),
                right=tuple(_wholes(extract, "right")),
            )
            for extract in _objects(record, "extracts")
        ),
        refused=_truth(record, "refused"),
        reason=_text(record, "reason"),
        confidence=_number(record, "confidence"),
        latency_ms=latency_ms,
        relevant=_texts(record, "relevant"),
    )


def _value(record: Mapping[str, Any], name: str) -> Any:
    if name not in record:
        raise ValueError(f"no {name}")
    return record[name]


def _text(record: Mapping[str, Any], name: str) -> str:
    value = _value(record, name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is no string")
    return value


def _truth(record: Mapping[str, Any], name: str) -> bool:
    value = _value(record, name)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(record: Mapping[str, Any], name: str) -> float:
    value = _value(record, name)
    if not _is_number(value):
        raise ValueError(f"{name} is no number")
    return float(value)


def _whole(record: Mapping[str, Any], name: str) -> int:
    value = _value(record, name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is no whole number")
    return value


def _list(record: Mapping[str, Any], name: str) -> list[Any]:
    value = _value(record, name)
    if not isinstance(value, list):
        raise ValueError(f"{name} is no list")
    return value


def _texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = _list(record, name)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} holds something that is no string")
    return tuple(values)


def _wholes(record: Mapping[str, Any], name: str) -> tuple[int, ...]:
    values = _list(record, name)
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        raise ValueError(f"{name} holds something that is no whole number")
    return tuple(values)


def _objects(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    values = _list(record, name)
    if not all(isinstance(value, dict) for value in values):
        raise ValueError(f"{name} holds something that is no object")
    return values


def _signals(record: Mapping[str, Any]) -> dict[str, float]:
    values = _value(record, "signals")
    if not isinstance(values, dict) or not all(map(_is_number, values.values())):
        raise ValueError("signals are no numbers by name")
    return {name: float(value) for name, value in values.items()}
