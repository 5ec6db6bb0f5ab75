"""Paired tests, against values counted out by hand and against brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.metrics.refusal import auroc, mid_ranks
from qa.evaluation.significance import (
    auroc_test,
    holm,
    mean_test,
    quotient_test,
    sign_test,
)


def test_signs_by_hand() -> None:
    # Of 2⁵ equally likely outcomes 1 has no loss and 1 no win.
    assert sign_test(5, 0) == 2 / 32
    # Of 2⁶: at most one loss 1 + 6, and as many on the other side.
    assert sign_test(5, 1) == sign_test(1, 5) == 14 / 64
    assert sign_test(3, 3) == 1
    assert sign_test(0, 0) == 1


def test_hits_and_misses_get_the_sign_test_however_many() -> None:
    differences = [1.0] * 60 + [-1.0] * 40 + [0.0] * 500
    tail = sum(math.comb(100, k) for k in range(41)) / 2**100
    assert mean_test(differences) == pytest.approx(2 * tail)


def test_few_differences_are_tried_out_in_full() -> None:
    # Sums of ±1 ±2 ±3: |sum| ≥ 6 for 2 of 8; |sum| ≥ 4 (seen 1 − 2 − 3) for 4 of 8.
    assert mean_test([1.0, 2.0, 3.0]) == 2 / 8
    assert mean_test([1.0, -2.0, -3.0, 0.0]) == 4 / 8
    assert mean_test([1.0, 2.0, -3.0]) == 1


def test_many_differences_are_sampled_near_the_normal_distribution() -> None:
    sizes = [1 + n % 7 / 10 for n in range(100)]
    differences = [size if n % 5 < 3 else -size for n, size in enumerate(sizes)]
    z = abs(sum(differences)) / math.sqrt(sum(size**2 for size in sizes))
    expected = math.erfc(z / math.sqrt(2))
    assert 0.01 < expected < 0.2
    assert mean_test(differences) == pytest.approx(expected, abs=0.015)
    assert mean_test(differences) == mean_test(differences)


def test_a_sampled_p_is_never_zero() -> None:
    differences = [1 + n / 100 for n in range(50)]
    assert mean_test(differences, samples=99) == 1 / 100


@settings(max_examples=60, deadline=None)
@given(differences=st.lists(st.integers(-3, 3).map(float), max_size=8))
def test_p_is_the_share_of_signs_as_extreme(differences: list[float]) -> None:
    seen = abs(sum(differences))
    sums = [
        abs(sum(sign * one for sign, one in zip(signs, differences, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    p = mean_test(differences)
    assert p == pytest.approx(sum(one >= seen for one in sums) / len(sums))
    assert mean_test([-one for one in differences]) == p


terms = st.lists(
    st.tuples(*[st.sampled_from([(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)])] * 2),
    min_size=1,
    max_size=7,
)


@settings(max_examples=60, deadline=None)
@given(pairs=terms)
def test_a_quotient_is_tested_by_trying_all_exchanges(
    pairs: list[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    def difference(questions: list[tuple[tuple[float, float], ...]]) -> float | None:
        sums = np.array(questions).sum(axis=0)
        if not sums[0, 1] or not sums[1, 1]:
            return None
        return abs(float(sums[0, 0] / sums[0, 1] - sums[1, 0] / sums[1, 1]))

    first = np.array([pair[0] for pair in pairs])
    second = np.array([pair[1] for pair in pairs])
    p = quotient_test((first[:, 0], first[:, 1]), (second[:, 0], second[:, 1]))
    seen = difference(pairs)
    if seen is None:
        assert p is None
        return
    exchanged = [
        difference([pair[::-1] if flip else pair for flip, pair in zip(flips, pairs, strict=True)])
        for flips in itertools.product((False, True), repeat=len(pairs))
    ]
    defined = [one for one in exchanged if one is not None]
    assert p == pytest.approx(sum(one >= seen - 1e-9 for one in defined) / len(defined))


@settings(max_examples=60, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=2, max_size=6
    )
)
def test_an_area_is_tested_by_exchanging_ranks(pairs: list[tuple[int, int, bool]]) -> None:
    first, second = (np.array([pair[k] for pair in pairs], float) for k in (0, 1))
    answerable = np.array([pair[2] for pair in pairs])
    p = auroc_test(first, second, answerable)
    if answerable.all() or not answerable.any():
        assert p is None
        return
    ranks = np.stack([mid_ranks(first), mid_ranks(second)])

    def difference(flips: tuple[int, ...]) -> float:
        kept = np.array(flips)
        areas = []
        for side in (kept, 1 - kept):
            values = ranks[side, np.arange(len(pairs))]
            areas.append(auroc(values[answerable], values[~answerable]))
        return abs(areas[0] - areas[1])

    everything = [difference(flips) for flips in itertools.product((0, 1), repeat=len(pairs))]
    seen = everything[0]
    assert p == pytest.approx(sum(one >= seen - 1e-9 for one in everything) / len(everything))


def test_another_scale_of_confidence_is_no_difference() -> None:
    confidence = np.linspace(0.05, 0.95, 40)
    answerable = np.arange(40) % 3 > 0
    assert auroc_test(confidence, confidence**3 / 2, answerable) == 1


def test_a_clearly_better_separation_is_found() -> None:
    answerable = np.arange(60) % 2 == 0
    noise = np.random.default_rng(5).random(60)
    told = auroc_test(noise, noise / 10 + answerable, answerable, samples=500)
    assert told is not None
    assert told < 0.01


def test_correction_by_hand() -> None:
    # Sorted: .01 · 4, .02 · 3, .03 · 2 = .06 (not below the one before), .5 · 1.
    found = holm({"a": 0.02, "b": 0.5, "c": None, "d": 0.01, "e": 0.03})
    assert list(found) == ["a", "b", "c", "d", "e"]
    assert found == {
        "a": pytest.approx(0.06),
        "b": 0.5,
        "c": None,
        "d": pytest.approx(0.04),
        "e": pytest.approx(0.06),
    }


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.floats(0.0001, 1), min_size=1, max_size=8))
def test_correction_never_lowers_and_keeps_the_order(values: list[float]) -> None:
    corrected = list(holm({str(n): p for n, p in enumerate(values)}).values())
    for (p, more), (q, most) in itertools.product(zip(values, corrected, strict=True), repeat=2):
        assert more is not None
        assert most is not None
        assert p <= more <= 1
        assert p > q or more <= most
