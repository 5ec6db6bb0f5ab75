"""Paired tests between two runs over the same questions.

The randomisation test: if the runs were alike, each question's two outcomes could as well have come
the other way round. How often does a random exchange of them give a difference as large as the one
seen? (Fisher 1935; for retrieval, Smucker, Allan & Carterette, "A Comparison of Statistical
Significance Tests for Information Retrieval Evaluation", CIKM 2007.) Two-sided throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.bootstrap import weighted_auroc
from qa.evaluation.metrics.refusal import mid_ranks

Vector = NDArray[np.float64]

SEED = 20_070_611
SAMPLES = 10_000
"""Random exchanges where there are too many to try all: p is then known within 0.005."""

EXACT = 12
"""Up to so many questions that differ, all exchanges are tried: 4,096 at most."""

_CELLS = 2_000_000
"""Cells of exchanges held at a time: samples × questions."""

# Sums of the same numbers in another order differ by less; differences of metrics by more.
_SLACK = 1e-9


def mean_test(differences: Sequence[float], *, seed: int = SEED, samples: int = SAMPLES) -> float:
    """p of a difference of means, from the differences of the questions.

    Exchanging a question's outcomes changes the sign of its difference. Where all differences that
    are not zero have the same size, as those of hits and misses have, p follows from the binomial
    distribution (the sign test, McNemar's exact test); up to ``EXACT`` of them all signs are tried;
    else p = (1 + samples as extreme) / (1 + samples), which is never zero (Phipson & Smyth 2010).

    Args:
        differences: of the second run to the first, one a question to which the metric applies.
        seed: of the samples.
        samples: how many to draw, at least 1.

    Returns:
        Above 0 to 1; 1 where nothing differs.
    """
    moved = np.array([value for value in differences if value], np.float64)
    sizes = np.abs(moved)
    if not moved.size:
        return 1.0
    if sizes.max() - sizes.min() <= _SLACK * sizes.max():
        return sign_test(int(np.sum(moved > 0)), int(np.sum(moved < 0)))
    seen = abs(float(moved.sum())) - _SLACK * float(sizes.sum())
    extreme = total = 0
    for exchanged in _exchanges(moved.size, seed, samples):
        sums = moved.sum() - 2 * (exchanged @ moved)
        extreme += int(np.sum(np.abs(sums) >= seen))
        total += len(sums)
    return _p(extreme, total, exact=moved.size <= EXACT)


def sign_test(wins: int, losses: int) -> float:
    """p of so many wins against losses, ties left out: min(1, 2 · P(B ≤ min(wins, losses))).

    B is binomial over wins + losses trials of probability ½.
    """
    trials = wins + losses
    # Whole numbers: exact, however many the trials. Each binomial coefficient from the one before.
    tail = ways = 1
    for few in range(1, min(wins, losses) + 1):
        ways = ways * (trials - few + 1) // few
        tail += ways
    return min(1.0, float(2 * tail / 2**trials))


def quotient_test(
    first: tuple[Vector, Vector],
    second: tuple[Vector, Vector],
    *,
    seed: int = SEED,
    samples: int = SAMPLES,
) -> float | None:
    """p of a difference of two quotients of sums, such as precision.

    Args:
        first: what each question adds above and below the line in the first run, shapes (n,).
        second: the same in the second run.
        seed: of the samples.
        samples: how many to draw.

    Returns:
        Above 0 to 1; none where either quotient has no denominator. An exchange that leaves one
        without is no evidence either way, and left out.
    """
    sums = [float(part.sum()) for part in (*first, *second)]
    if not sums[1] or not sums[3]:
        return None
    steps = np.stack([second[0] - first[0], second[1] - first[1]], axis=1)
    moved = steps[np.any(steps != 0, axis=1)]
    if not len(moved):
        return 1.0
    seen = abs(sums[0] / sums[1] - sums[2] / sums[3]) - _SLACK
    extreme = total = 0
    for exchanged in _exchanges(len(moved), seed, samples):
        shift = exchanged @ moved
        below = np.stack([sums[1] + shift[:, 1], sums[3] - shift[:, 1]])
        kept = np.all(below > 0, axis=0)
        one = (sums[0] + shift[kept, 0]) / below[0, kept]
        other = (sums[2] - shift[kept, 0]) / below[1, kept]
        extreme += int(np.sum(np.abs(one - other) >= seen))
        total += int(np.sum(kept))
    return _p(extreme, total, exact=len(moved) <= EXACT)


def auroc_test(
    first: Vector,
    second: Vector,
    answerable: NDArray[np.bool_],
    *,
    seed: int = SEED,
    samples: int = SAMPLES,
) -> float | None:
    """p of a difference of areas under the curve.

    What is exchanged are ranks among the questions of the own run, not confidences, so that two
    runs whose confidences lie on different scales can be compared (Venkatraman, "A Permutation
    Test to Compare Receiver Operating Characteristic Curves", Biometrics 56, 2000). Ties that an
    exchange makes count half.

    Args:
        first: confidences of the first run, shape (n,).
        second: of the second run, shape (n,).
        answerable: shape (n,).
        seed: of the samples.
        samples: how many to draw.

    Returns:
        Above 0 to 1; none where all questions are answerable, or none.
    """
    if not answerable.any() or answerable.all():
        return None
    ranks = np.concatenate([mid_ranks(first), mid_ranks(second)])
    count = len(first)
    moved = np.flatnonzero(ranks[:count] != ranks[count:])
    if not moved.size:
        return 1.0

    def difference(kept: NDArray[np.float64]) -> Vector:
        """Of two areas, by weights of shape (m, n): 1 where a question keeps its outcome."""
        one = np.concatenate([kept, 1 - kept], axis=1)
        sides = np.tile(answerable, 2)
        areas = [weighted_auroc(ranks, part * sides, part * ~sides) for part in (one, 1 - one)]
        return np.abs(areas[0] - areas[1])

    seen = float(difference(np.ones((1, count)))[0]) - _SLACK
    extreme = total = 0
    for exchanged in _exchanges(moved.size, seed, samples, width=4 * count):
        kept = np.ones((len(exchanged), count))
        kept[:, moved] -= exchanged
        extreme += int(np.sum(difference(kept) >= seen))
        total += len(exchanged)
    return _p(extreme, total, exact=moved.size <= EXACT)


def holm(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """p corrected for testing several metrics at once, the chance of one false alarm kept.

    Of m values in rising order p(1) ≤ … ≤ p(m): the largest of (m − j + 1) · p(j) over j ≤ i, at
    most 1 (Holm, Scandinavian Journal of Statistics 6, 1979). It holds whatever the metrics have to
    do with one another.

    Args:
        values: name to p; none, where there was no test, is not counted.

    Returns:
        The same names in the same order.
    """
    tested = sorted((p, name) for name, p in values.items() if p is not None)
    corrected: dict[str, float | None] = dict.fromkeys(values)
    largest = 0.0
    for place, (p, name) in enumerate(tested):
        largest = max(largest, min(1.0, (len(tested) - place) * p))
        corrected[name] = largest
    return corrected


def _exchanges(
    count: int, seed: int, samples: int, width: int | None = None
) -> Iterator[NDArray[np.float64]]:
    """Arrays of shape (some, count), 1 where a question's outcomes are exchanged, else 0."""
    at_once = max(1, _CELLS // (width or count))
    exact = count <= EXACT
    total = 2**count if exact else samples
    draws = np.random.default_rng(seed)
    for start in range(0, total, at_once):
        rows = min(at_once, total - start)
        if exact:
            numbers = np.arange(start, start + rows)
            bits = numbers[:, None] >> np.arange(count) & 1
        else:
            bits = draws.integers(0, 2, size=(rows, count), dtype=np.int8)
        yield bits.astype(np.float64)


def _p(extreme: int, total: int, *, exact: bool) -> float:
    # All exchanges hold the one that was seen; random ones need it added.
    return extreme / total if exact else (1 + extreme) / (1 + total)
