"""Predictions in few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from qa.evaluation.records import EvalQuestion, PredictedExtract, PredictedHit, Prediction

Predict = Callable[..., Prediction]


def predict(
    id_: str = "q",
    *,
    kind: str = "number",
    reports: Sequence[str] = ("right",),
    answers: Sequence[str] = ("42",),
    hits: Sequence[str] = (),
    relevant: Sequence[str] = (),
    extracts: Sequence[str | tuple[int, ...]] = (),
    refused: bool = False,
    confidence: float = 0.5,
    language: str = "zh-Hans",
) -> Prediction:
    """A prediction.

    Args:
        hits: each ``REPORT:PASSAGE``, with ``*`` behind it where it is relevant.
        relevant: passages, beside the hits.
        extracts: each its text, ``*`` behind it where it holds the first answer; or the answers it
            holds.
    """
    shown = []
    for one in extracts:
        right = ((0,) if one.endswith("*") else ()) if isinstance(one, str) else one
        text = one.rstrip("*") if isinstance(one, str) else "x"
        shown.append(
            PredictedExtract(
                text=text,
                report="right" if right else "wrong",
                passage="right-1",
                start=0,
                end=len(text),
                score=1.0,
                signals={"sentence": 0.5},
                link="file:///right.html",
                right=right,
            )
        )
    found = []
    for rank, name in enumerate(hits):
        report, _, passage = name.rstrip("*").partition(":")
        found.append(
            PredictedHit(
                passage=passage,
                report=report,
                score=-float(rank),
                signals={"dense": 0.25},
                right_report=report in reports,
                relevant=name.endswith("*"),
            )
        )
    return Prediction(
        question=EvalQuestion(
            id_, f"What of {id_}?", language, kind, tuple(reports), tuple(answers)
        ),
        hits=tuple(found),
        extracts=tuple(shown),
        refused=refused,
        reason="no_support" if refused else "",
        confidence=confidence,
        latency_ms=1.5,
        relevant=(*(hit.passage for hit in found if hit.relevant), *relevant),
    )


@pytest.fixture(scope="session", name="predict")
def predict_fixture() -> Predict:
    return predict
