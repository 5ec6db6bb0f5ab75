"""Confidence intervals by bootstrap over the questions.

The percentile method of Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13;
for retrieval measures, Sakai, "Statistical Reform in Information Retrieval?", SIGIR Forum 48(1),
2014. The interval tells what other questions of the same making would have given, not what another
kind of question would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.metrics.table import METRICS, QUOTIENTS, Table, table
from qa.evaluation.records import Prediction

_CELLS = 4_000_000
"""Weights held at a time: resamples × questions."""


def intervals(
    predictions: Sequence[Prediction], *, seed: int, resamples: int, level: float = 0.95
) -> dict[str, tuple[float, float] | None]:
    """The middle ``level`` of each metric over resamples of the questions, drawn with replacement.

    Where all questions agree the interval is a point, which is more than so few questions tell:
    of n questions all right, up to 3 / n may be wrong (Hanley & Lippman-Hand, JAMA 249, 1983). A
    resample to which a metric does not apply (no comparison among it) is left out for that metric.

    Args:
        predictions: one a question, in a fixed order.
        seed: of the draws; equal seeds and predictions give equal intervals.
        resamples: how many to draw, at least 1.
        level: of confidence, above 0 and below 1.

    Returns:
        ``METRICS`` to lower and upper end, rounded to six digits, which is beyond what resampling
        tells and hides in which order a machine adds; none where the metric itself is none.

    Raises:
        ValueError: ``resamples`` or ``level`` out of range.
    """
    if resamples < 1 or not 0 < level < 1:
        raise ValueError(f"resamples must be positive and level within 0 and 1: {resamples, level}")
    if not predictions:
        return dict.fromkeys(METRICS)
    terms = table(predictions)
    parts = [_resampled(terms, weights) for weights in _weights(len(predictions), seed, resamples)]
    values = np.concatenate(parts)
    tails = [(1 - level) / 2, (1 + level) / 2]
    found: dict[str, tuple[float, float] | None] = {}
    for column, name in enumerate(METRICS):
        defined = values[:, column][~np.isnan(values[:, column])]
        if defined.size:
            low, high = np.quantile(defined, tails)
            found[name] = (round(float(low), 6), round(float(high), 6))
        else:
            found[name] = None
    return found


def _weights(count: int, seed: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """How often each question was drawn: arrays of shape (some resamples, count)."""
    draws = np.random.default_rng(seed)
    at_once = max(1, _CELLS // count)
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        drawn = draws.integers(0, count, size=(rows, count))
        drawn += np.arange(rows)[:, None] * count
        yield np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count).astype(float)


def _resampled(terms: Table, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metrics of weighted questions: shape (resamples, ``len(METRICS)``), NaN where none."""
    values = np.full((len(weights), len(METRICS)), np.nan)
    below = weights @ terms.below
    quotients = np.divide(
        weights @ terms.above, below, out=np.full_like(below, np.nan), where=below > 0
    )
    for column, name in enumerate(QUOTIENTS):
        values[:, METRICS.index(name)] = quotients[:, column]
    values[:, METRICS.index("refusal_auroc")] = weighted_auroc(
        terms.confidence, weights * terms.answerable, weights * ~terms.answerable
    )
    return values


def weighted_auroc(
    confidence: NDArray[np.float64],
    answerable: NDArray[np.float64],
    unanswerable: NDArray[np.float64],
) -> NDArray[np.float64]:
    """``auroc`` of many weightings of the same confidences, which are sorted once.

    Args:
        confidence: shape (n,).
        answerable: shape (m, n): how often each counts as the confidence of an answerable
            question.
        unanswerable: shape (m, n): of an unanswerable one.

    Returns:
        Shape (m,), float64; NaN where one side weighs nothing.
    """
    order = np.argsort(confidence, kind="stable")
    ordered = confidence[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    # One column for each distinct confidence: ties count half.
    above = np.add.reduceat(answerable[:, order], starts, axis=1)
    below = np.add.reduceat(unanswerable[:, order], starts, axis=1)
    pairs = above.sum(axis=1) * below.sum(axis=1)
    won = np.einsum("ij,ij->i", above, np.cumsum(below, axis=1) - below / 2)
    values: NDArray[np.float64] = np.full(len(pairs), np.nan)
    np.divide(won, pairs, out=values, where=pairs > 0)
    return values
