"""Intervals: where they lie, and that they are found again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.bootstrap import intervals, weighted_auroc
from qa.evaluation.metrics import METRICS, score
from qa.evaluation.metrics.refusal import auroc
from qa.evaluation.records import Prediction

Predict = Callable[..., Prediction]


def some(predict: Predict, right: int, wrong: int) -> list[Prediction]:
    """So many questions that were hit and missed."""
    return [predict(str(n), extracts=["yes*" if n < right else "no"]) for n in range(right + wrong)]


def mixed(predict: Predict) -> list[Prediction]:
    """Thirty questions of each kind, with confidences that tell them apart in part."""
    kinds = [
        {"kind": "number"},
        {"kind": "comparison", "reports": ("a", "b"), "answers": ("1", "2")},
        {"kind": "unanswerable", "reports": (), "answers": ()},
    ]
    return [
        predict(
            f"{kind['kind']}{n}",
            extracts=["yes*" if n % 3 else "no"],
            hits=["right:p1*" if n % 4 else "right:p1"],
            refused=n % 5 == 0,
            confidence=(n + 10 * (place < 2)) / 40,
            **kind,
        )
        for place, kind in enumerate(kinds)
        for n in range(30)
    ]


def test_a_share_gets_the_interval_of_the_binomial_distribution(predict: Predict) -> None:
    found = intervals(some(predict, 80, 20), seed=1, resamples=4000)["extract_hit@1"]
    # .8 ± 1.96 · √(.8 · .2 / 100), to two steps of one question.
    width = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert found is not None
    assert found == pytest.approx((0.8 - width, 0.8 + width), abs=0.02)


def test_a_mean_of_lengths_gets_that_of_the_normal_distribution(predict: Predict) -> None:
    lengths = [10 + n % 21 for n in range(210)]
    found = intervals(
        [predict(str(n), extracts=["x" * length]) for n, length in enumerate(lengths)],
        seed=1,
        resamples=4000,
    )["extract_chars"]
    # Uniform over 21 whole numbers: variance (21² − 1) / 12.
    width = 1.96 * math.sqrt((21**2 - 1) / 12 / 210)
    assert found is not None
    assert found == pytest.approx((20 - width, 20 + width), abs=0.15)


def test_the_score_lies_within_and_what_does_not_apply_has_none(predict: Predict) -> None:
    questions = mixed(predict)
    scores, found = score(questions), intervals(questions, seed=3, resamples=500)
    assert list(found) == list(METRICS)
    for name in METRICS:
        value, bounds = scores[name], found[name]
        assert value is not None, name
        assert bounds is not None, name
        assert bounds[0] <= value <= bounds[1], name
    alone = intervals(some(predict, 3, 3), seed=3, resamples=50)
    scores = score(some(predict, 3, 3))
    assert {name for name in METRICS if alone[name] is None} == {
        name for name in METRICS if scores[name] is None
    }


def test_equal_seeds_give_equal_intervals_and_others_do_not(predict: Predict) -> None:
    questions = mixed(predict)
    first = intervals(questions, seed=3, resamples=200)
    assert intervals(questions, seed=3, resamples=200) == first
    assert intervals(questions, seed=4, resamples=200) != first


def test_a_higher_level_is_wider(predict: Predict) -> None:
    questions = some(predict, 30, 30)
    narrow = intervals(questions, seed=1, resamples=2000, level=0.5)["extract_hit@1"]
    wide = intervals(questions, seed=1, resamples=2000, level=0.99)["extract_hit@1"]
    assert narrow is not None
    assert wide is not None
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_where_all_agree_the_interval_is_a_point(predict: Predict) -> None:
    assert intervals(some(predict, 9, 0), seed=1, resamples=50)["extract_hit@1"] == (1, 1)


def test_a_class_of_one_question_still_gets_an_interval(predict: Predict) -> None:
    questions = mixed(predict)[:61]
    # A third of the resamples hold no unanswerable question, and have no area.
    assert intervals(questions, seed=1, resamples=300)["refusal_auroc"] is not None


def test_nothing_gives_none_and_nonsense_is_refused(predict: Predict) -> None:
    assert intervals([], seed=1, resamples=10) == dict.fromkeys(METRICS)
    with pytest.raises(ValueError, match="resamples"):
        intervals(some(predict, 1, 1), seed=1, resamples=0)
    with pytest.raises(ValueError, match="level"):
        intervals(some(predict, 1, 1), seed=1, resamples=10, level=1.0)


@settings(max_examples=60, deadline=None)
@given(
    confidence=st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=2, max_size=6),
    seed=st.integers(0, 2**32),
)
def test_a_weighted_area_is_that_of_the_questions_repeated(
    confidence: list[float], seed: int
) -> None:
    weights = np.random.default_rng(seed).integers(0, 4, size=(2, len(confidence))).astype(float)
    (found,) = weighted_auroc(np.array(confidence), weights[:1], weights[1:])
    sides = [np.repeat(confidence, row.astype(int)) for row in weights]
    area = auroc(*sides)
    assert np.isnan(found) if area is None else found == pytest.approx(area)


def test_ten_thousand_questions_take_seconds(predict: Predict) -> None:
    questions = mixed(predict) * 112
    start = time.process_time()
    intervals(questions, seed=1, resamples=1000)
    # 1.6 s where it was written; a loop over resamples would take minutes.
    assert time.process_time() - start < 20
