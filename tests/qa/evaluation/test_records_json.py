"""A prediction survives its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.records import EvalQuestion, Prediction
from qa.evaluation.records_json import prediction_from_record, prediction_record

Predict = Callable[..., Prediction]


@pytest.fixture(scope="module")
def whole(predict: Predict) -> Prediction:
    return predict(
        hits=["right:p1*", "a:p2"], extracts=["yes*", "no"], relevant=["p3"], refused=True
    )


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(), min_size=4, max_size=4),
    answers=st.lists(st.text(), max_size=3),
    confidence=st.floats(0, 1),
)
def test_it_comes_back_as_it_was(
    whole: Prediction, texts: list[str], answers: list[str], confidence: float
) -> None:
    question = EvalQuestion(*texts, reports=("r",), answers=tuple(answers))
    before = replace(whole, question=question, confidence=confidence)
    line = json.dumps(prediction_record(before), ensure_ascii=True)
    assert prediction_from_record(json.loads(line)) == before


def test_latency_stays_out_of_it(whole: Prediction) -> None:
    slow = replace(whole, latency_ms=900.0)
    assert prediction_record(slow) == prediction_record(whole)
    assert "latency" not in json.dumps(prediction_record(whole))
    assert prediction_from_record(prediction_record(whole), 3.5).latency_ms == 3.5


def test_every_field_is_asked_for_by_name(whole: Prediction) -> None:
    record = prediction_record(whole)
    for name in record:
        less = {key: value for key, value in record.items() if key != name}
        with pytest.raises(ValueError, match=f"no {name}"):
            prediction_from_record(less)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("id", 7, "id is no string"),
        ("refused", "yes", "refused is neither true nor false"),
        ("confidence", True, "confidence is no number"),
        ("reports", "wuhan", "reports is no list"),
        ("answers", [1], "answers holds something that is no string"),
        ("hits", ["p1"], "hits holds something that is no object"),
        ("hits", [{}], "no passage"),
    ],
)
def test_a_wrong_type_is_named(whole: Prediction, name: str, value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        prediction_from_record({**prediction_record(whole), name: value})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("start", 1.5, "start is no whole number"),
        ("right", [True], "right holds something that is no whole number"),
        ("signals", {"dense": "high"}, "signals are no numbers by name"),
    ],
)
def test_a_wrong_type_within_an_extract_is_named(
    whole: Prediction, name: str, value: object, reason: str
) -> None:
    record = prediction_record(whole)
    record["extracts"][0][name] = value
    with pytest.raises(ValueError, match=reason):
        prediction_from_record(record)
