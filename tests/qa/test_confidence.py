"""The probability that the first extract answers, and what an index stores about it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.places.recognise import PlaceFinder
from corpus.report import Report
from embeddings.build import build_index
from embeddings.builtin import BuiltinEmbedder
from embeddings.embedder import Embedder
from embeddings.snapshot import CALIBRATION, Snapshot, open_index
from qa.confidence import (
    SCORE_FREE_SIGNALS,
    Calibration,
    calibrate,
    probability,
    read_calibration,
    signals,
)
from qa.engine import Answerer
from qa.features import FEATURES, Scored, featurise
from qa.links import PageLinks
from qa.question import Question, understand
from qa.retrieve import Retrieved, retrieve
from qa.scale import Scale, measure_anchors, scale_to_reference
from qa.select import score_candidates
from qa.weights import CONFIDENCE, SCORE_FREE, SELECTION, THRESHOLD

pytestmark = pytest.mark.xdist_group("shipped")

MakeReport = Callable[..., Report]
TEXT = "全市新建了十二个公园，都免费开放。"


def test_the_probability_is_the_logistic_of_a_weighted_sum() -> None:
    weights = {"bias": -1.0, "coverage": 2.0, "gap": 0.5}
    values = {"bias": 1.0, "coverage": 0.75, "gap": 3.0, "not weighed": 9.0}
    # -1 + 1.5 + 1.5 = 2
    assert probability(weights, values) == pytest.approx(1 / (1 + math.exp(-2)))
    assert probability({}, {}) == 0.5


@given(st.floats(-1e6, 1e6))
def test_a_probability_never_overflows(total: float) -> None:
    assert 0.0 <= probability({"x": 1.0}, {"x": total}) <= 1.0


def test_every_weight_has_its_signal_or_feature(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    values = values_of(*searched("武汉建成了多少家三甲医院？", shipped, embedder, finder))
    assert set(CONFIDENCE) == set(values)
    assert set(SCORE_FREE) == SCORE_FREE_SIGNALS <= set(CONFIDENCE)
    assert set(SELECTION) == set(FEATURES)
    assert 0.0 < THRESHOLD < 1.0
    assert all(math.isfinite(value) for value in values.values())


def test_what_is_stored_for_the_built_in_model_is_read_back(shipped: Snapshot) -> None:
    assert read_calibration(shipped) == Calibration("signals", THRESHOLD, Scale())
    assert read_calibration(shipped).weights is CONFIDENCE


def test_another_model_is_judged_without_its_scores(
    make_report: MakeReport, characters: Embedder, tmp_path: Path
) -> None:
    snapshot = build_index([make_report(TEXT)], characters, tmp_path, calibrate=calibrate)
    stored = read_calibration(snapshot)
    assert stored.method == "score-free"
    assert stored.weights is SCORE_FREE
    assert stored.threshold == THRESHOLD
    expected = scale_to_reference(measure_anchors(characters))
    assert stored.scale.factor == pytest.approx(expected.factor)
    assert stored.scale.shift == pytest.approx(expected.shift)


def test_an_index_without_calibration_is_judged_without_scores(
    make_report: MakeReport, embedder: Embedder, tmp_path: Path
) -> None:
    snapshot = build_index([make_report(TEXT)], embedder, tmp_path)
    assert read_calibration(snapshot) == Calibration("score-free", THRESHOLD, Scale())
    answer = Answerer(snapshot, embedder, PageLinks(tmp_path)).ask("新建了几个公园？")
    assert answer.ranked[0].text == TEXT


@pytest.mark.parametrize(
    "damaged",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"method": "signals"}',
        b'{"method": "guess", "threshold": 0.5, "scale": {}}',
        b'{"method": "signals", "threshold": "high", "scale": {}}',
        b'{"method": "signals", "threshold": 0.5, "scale": null}',
        b'{"method": "signals", "threshold": 0.5, "scale": {"slope": 1}}',
    ],
)
def test_a_damaged_calibration_is_an_error(
    damaged: bytes, make_report: MakeReport, characters: Embedder, tmp_path: Path
) -> None:
    snapshot = build_index([make_report(TEXT)], characters, tmp_path, calibrate=calibrate)
    path = snapshot.folder / CALIBRATION
    # As long as before, so that opening the index by its files' sizes notices nothing.
    path.write_bytes(damaged.ljust(path.stat().st_size))
    with pytest.raises(IndexDamaged, match=r"calibration .* cannot be read.*cityqa index build"):
        read_calibration(open_index(tmp_path))
    with pytest.raises(IndexDamaged):
        Answerer(open_index(tmp_path), characters, PageLinks(tmp_path))


def test_a_calibration_is_json(shipped: Snapshot, embedder: Embedder) -> None:
    stored = json.loads(calibrate(shipped, embedder))
    assert stored == {
        "method": "signals",
        "threshold": THRESHOLD,
        "scale": {"factor": 1.0, "shift": 0.0},
    }


QUESTIONS = [
    "武汉建成了多少家三甲医院？",
    "武漢建成了多少家三甲醫院？",
    "How many hospitals were built in Wuhan?",
    "¿Cuántos hospitales se construyeron en Wuhan?",
    "2021年的比例是多少",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_no_model_enters_the_score_free_probability(
    text: str, shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question, found, scored, first = searched(text, shipped, embedder, finder)
    plain = values_of(question, found, scored, first)
    # Every number that comes from a vector is another one.
    random = np.random.default_rng(7)
    hits = {
        hit.row: replace(
            hit, dense=random.random(), sentence=random.random(), score=random.random()
        )
        for hit in found.hits
    }
    matrix = scored.matrix.copy()
    for name in ("cosine", "passage_cosine", "passage_sentence", "passage_behind"):
        matrix[:, FEATURES.index(name)] = random.random(len(matrix))
    changed = values_of(
        question,
        replace(found, hits=tuple(hits[hit.row] for hit in found.hits)),
        Scored(scored.candidates, tuple(hits[hit.row] for hit in scored.hits), matrix),
        first,
    )
    assert probability(SCORE_FREE, changed) == probability(SCORE_FREE, plain)
    assert probability(CONFIDENCE, changed) != probability(CONFIDENCE, plain)


def searched(
    text: str, snapshot: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> tuple[Question, Retrieved, Scored, int]:
    question = understand(text, finder)
    vector = embedder.encode_queries([question.text])
    found = retrieve(snapshot, question.terms, vector, Scale(), language=question.dictionary)
    scored = featurise(snapshot, question, found, Scale())
    return question, found, scored, int(np.argmax(score_candidates(scored)))


def values_of(question: Question, found: Retrieved, scored: Scored, first: int) -> dict[str, float]:
    scores = score_candidates(scored)
    return signals(question, found, scored, scores, first, focused=bool(question.focus))
