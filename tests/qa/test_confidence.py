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
from qa.features import FEATURES
from qa.links import PageLinks
from qa.question import Question, understand
from qa.scale import Scale, measure_anchors, scale_to_reference
from qa.search import Found, Searcher
from qa.select import choose
from qa.trained import METHODS, Judgement, Method
from qa.trained import shipped as shipped_models

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


def judgement(method: Method = "signals") -> Judgement:
    return shipped_models().judgements[method]


def test_every_weight_has_its_signal(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question, found = searched("武汉建成了多少家三甲医院？", shipped, embedder, finder)
    values = values_of(question, found, judgement())
    assert set(judgement().confidence) == set(values)
    assert set(judgement("score-free").confidence) == SCORE_FREE_SIGNALS < set(values)
    assert all(math.isfinite(value) for value in values.values())


def test_signals_are_those_of_the_first_extract_and_its_rival(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question, found = searched("武汉建成了多少家三甲医院？", shipped, embedder, finder)
    scored = found.scored
    scores = judgement().score(scored.matrix)
    names = [hit.passage for hit in scored.hits]
    first, second = choose(scored, scores, names, 2)
    row = dict(zip(FEATURES, map(float, scored.matrix[first.index]), strict=True))
    values = signals(question, found.retrieved, scored, [first, second], focused=True)
    assert values["score"] == first.score == max(scores)
    assert values["gap"] == pytest.approx(min(first.score - second.score, 3.0))
    assert (values["bias"], values["focused"], values["foreign"]) == (1.0, 1.0, 0.0)
    assert values["coverage"] == row["coverage"]
    assert values["foreign_coverage"] == values["untranslated"] == 0.0
    # 家 is the unit asked for: 4家 has it.
    assert (values["unit"], values["unit_missing"], values["lacks"]) == (1.0, 0.0, 0.0)
    alone = signals(question, found.retrieved, scored, [first], focused=False)
    assert (alone["gap"], alone["focused"]) == (3.0, 0.0)


def test_of_a_foreign_question_only_foreign_signals_count(
    shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    question, found = searched("How many hospitals are in Wuhan?", shipped, embedder, finder)
    values = values_of(question, found, judgement())
    for name in "aligned passage_aligned coverage passage_coverage peak run residual".split():
        assert values[name] == 0.0, name
    assert values["foreign"] == 1.0
    assert values["foreign_aligned"] > 0.0
    assert values["translated_coverage"] > 0.0


def test_what_is_stored_for_the_built_in_model_is_read_back(shipped: Snapshot) -> None:
    threshold = judgement().threshold
    assert 0.0 < threshold < 1.0
    assert read_calibration(shipped) == Calibration("signals", threshold, Scale())


def test_another_model_is_judged_without_its_scores(
    make_report: MakeReport, characters: Embedder, tmp_path: Path
) -> None:
    snapshot = build_index([make_report(TEXT)], characters, tmp_path, calibrate=calibrate)
    stored = read_calibration(snapshot)
    assert stored.method == "score-free"
    assert stored.threshold == judgement("score-free").threshold
    expected = scale_to_reference(measure_anchors(characters))
    assert stored.scale.factor == pytest.approx(expected.factor)
    assert stored.scale.shift == pytest.approx(expected.shift)


def test_an_index_without_calibration_is_judged_without_scores(
    make_report: MakeReport, embedder: Embedder, tmp_path: Path
) -> None:
    snapshot = build_index([make_report(TEXT)], embedder, tmp_path)
    assert read_calibration(snapshot) == Calibration(
        "score-free", judgement("score-free").threshold, Scale()
    )
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
        "threshold": judgement().threshold,
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
    question, found = searched(text, shipped, embedder, finder)
    # Every number that comes from a vector is another one.
    random = np.random.default_rng(7)
    hits = {
        hit.row: replace(
            hit, **{name: random.random() for name in ("dense", "sentence", "fused", "score")}
        )
        for hit in found.retrieved.hits
    }
    matrix = found.scored.matrix.copy()
    for column, name in enumerate(FEATURES):
        if "cosine" in name or name in ("passage_sentence", "passage_behind"):
            matrix[:, column] = random.random(len(matrix))
    changed = Found(
        replace(found.retrieved, hits=tuple(hits[hit.row] for hit in found.retrieved.hits)),
        replace(
            found.scored, hits=tuple(hits[hit.row] for hit in found.scored.hits), matrix=matrix
        ),
    )

    def probability_of(found: Found, method: Method) -> float:
        one = judgement(method)
        return probability(one.confidence, values_of(question, found, one))

    assert probability_of(changed, "score-free") == probability_of(found, "score-free")
    assert probability_of(changed, "signals") != probability_of(found, "signals")


@pytest.mark.parametrize("method", METHODS)
def test_what_the_reports_tell_is_more_probable_than_what_they_do_not(
    method: Method, shipped: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> None:
    def probability_of(text: str) -> float:
        one = judgement(method)
        return probability(
            one.confidence, values_of(*searched(text, shipped, embedder, finder), one)
        )

    told = ["武汉改造了多少个老旧小区？", "How many old residential compounds did Wuhan renovate?"]
    untold = ["武汉的房价是多少？", "What is the boiling point of liquid nitrogen?"]
    assert min(map(probability_of, told)) > max(map(probability_of, untold))


def searched(
    text: str, snapshot: Snapshot, embedder: BuiltinEmbedder, finder: PlaceFinder
) -> tuple[Question, Found]:
    question = understand(text, finder)
    vector = embedder.encode_queries([question.text])
    return question, Searcher(snapshot, embedder.word_pieces, Scale()).find(question, vector)


def values_of(question: Question, found: Found, judged: Judgement) -> dict[str, float]:
    names = [hit.passage for hit in found.scored.hits]
    chosen = choose(found.scored, judged.score(found.scored.matrix), names, 3)
    focused = bool(question.focus)
    return signals(question, found.retrieved, found.scored, chosen, focused=focused)
