"""A gradient-boosted ensemble of regression trees, evaluated from plain arrays.

Trained by LightGBM (Ke et al., NIPS 2017), which is imported for training only: reading the arrays
takes milliseconds where importing that library takes seconds. All candidates are scored at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.descent import Descent

Scores = NDArray[np.float64]

MOST_LEAVES = 32
"""Of a tree."""

_KINDS = {
    **dict.fromkeys(("feature", "left", "right", "splits", "leaves"), "i"),
    **dict.fromkeys(("threshold", "mean", "value", "bias"), "f"),
}


@dataclass(frozen=True)
class Trees:
    """All trees' splits and leaves, one tree after the other; leaves from left to right.

    Attributes:
        feature: column that a split compares, shape (splits,), int16.
        threshold: up to which it leads to the left, shape (splits,), float32.
        left, right: what follows: a split, or a leaf as its bitwise complement; shape (splits,),
            int32.
        mean: of the scores below the split, shape (splits,), float64.
        splits: first split of each tree, shape (trees,), int32.
        value: what a leaf adds, shape (leaves,), float64.
        leaves: first leaf of each tree, shape (trees,), int32.
        bias: what trees without a split add, shape (1,), float64.
    """

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    mean: NDArray[np.float64]
    splits: NDArray[np.int32]
    value: NDArray[np.float64]
    leaves: NDArray[np.int32]
    bias: NDArray[np.float64]

    def score(self, matrix: NDArray[np.float32]) -> Scores:
        """The sum of the leaves that each row comes to.

        Args:
            matrix: shape (rows, columns), finite.

        Returns:
            shape (rows,).
        """
        scores: Scores = np.full(len(matrix), self.bias[0])
        if not len(self.splits) or not len(matrix):
            return scores
        scores += self.value.take(self._descent.leaves(matrix)).sum(axis=0)
        return scores

    @cached_property
    def _descent(self) -> Descent:
        return Descent(
            self.feature,
            self.threshold,
            self.left,
            self.right,
            self.splits,
            self.leaves,
            len(self.value),
        )

    def contributions(self, row: NDArray[np.float32]) -> tuple[float, Scores]:
        """What each column adds to the score of one row, along the paths that it takes.

        Each step changes the mean below the split; the change is the compared column's (Saabas,
        "Interpreting random forests", 2014).

        Args:
            row: shape (columns,).

        Returns:
            the score of a row about which nothing is known, and shape (columns,); together they
            sum to the score.
        """
        added: Scores = np.zeros(len(row), dtype=np.float64)
        start = float(self.bias[0])
        for root in self.splits:
            split = int(root)
            start += float(self.mean[split])
            while True:
                goes_left = row[self.feature[split]] <= self.threshold[split]
                following = int((self.left if goes_left else self.right)[split])
                value = self.value[~following] if following < 0 else self.mean[following]
                added[self.feature[split]] += float(value) - float(self.mean[split])
                if following < 0:
                    break
                split = following
        return start, added

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The arrays by name, as ``of_arrays`` takes them."""
        return {f"{prefix}.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, columns: int) -> Trees:
        """The ensemble that ``arrays`` gave.

        Args:
            arrays: by name.
            prefix: of the names.
            columns: of the rows that will be scored.

        Raises:
            KeyError: one of them is missing.
            ValueError: they do not belong together.
        """
        found = cls(*(arrays[f"{prefix}.{field.name}"] for field in fields(cls)))
        for name, kind in _KINDS.items():
            array = getattr(found, name)
            if array.ndim != 1 or array.dtype.kind != kind:
                raise ValueError(f"the trees' {name} is no list of numbers")
            if kind == "f" and not np.isfinite(array).all():
                raise ValueError(f"the trees' {name} is not finite")
        splits, leaves = len(found.feature), len(found.value)
        if splits and not (int(found.feature.min()) >= 0 and int(found.feature.max()) < columns):
            raise ValueError(f"a tree compares a column that is not one of {columns}")
        if len(found.bias) != 1:
            raise ValueError("the trees have not one bias")
        if {len(a) for a in (found.threshold, found.left, found.right, found.mean)} != {
            splits
        } or len(found.splits) != len(found.leaves):
            raise ValueError("the arrays of the trees differ in length")
        for following in (found.left, found.right):
            if len(following) and (
                int(following.max()) >= splits or int(following.min()) < -leaves
            ):
                raise ValueError("a tree leads out of its arrays")
            # What follows a split was added after it: no row walks in a circle.
            if ((following >= 0) & (following <= np.arange(splits))).any():
                raise ValueError("a tree leads back")
        reached = np.sort(np.concatenate((found.splits, found.left, found.right)))
        if not np.array_equal(reached, np.arange(-leaves, splits)):
            raise ValueError("not every split and leaf is reached in one way")
        for starts, end in ((found.splits, splits), (found.leaves, leaves)):
            if len(starts) and (
                starts[0] != 0 or starts[-1] >= end or (np.diff(starts) <= 0).any()
            ):
                raise ValueError("the trees do not follow each other")
        if len(np.diff(found.leaves, append=leaves)) and (
            int(np.diff(found.leaves, append=leaves).max()) > MOST_LEAVES
        ):
            raise ValueError(f"a tree has more than {MOST_LEAVES} leaves")
        return found


def of_lightgbm(dump: Mapping[str, Any]) -> Trees:
    """The ensemble of ``Booster.dump_model()``.

    Args:
        dump: of a model without categorical features, trained on float32 values that are all
            there, with at most ``MOST_LEAVES`` leaves a tree.

    Raises:
        ValueError: a tree has more leaves.
    """
    grown = _Grown()
    bias = 0.0
    for tree in dump["tree_info"]:
        structure = tree["tree_structure"]
        if "leaf_value" in structure:
            bias += float(structure["leaf_value"])
        else:
            grown.add_tree(structure)
    return Trees(
        feature=np.array(grown.feature, dtype=np.int16),
        threshold=_not_above(np.array(grown.threshold, dtype=np.float64)),
        left=np.array(grown.left, dtype=np.int32),
        right=np.array(grown.right, dtype=np.int32),
        mean=np.array(grown.mean, dtype=np.float64),
        splits=np.array(grown.splits, dtype=np.int32),
        value=np.array(grown.value, dtype=np.float64),
        leaves=np.array(grown.leaves, dtype=np.int32),
        bias=np.array([bias]),
    )


def _not_above(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 not above each: a float32 value compares alike with both."""
    rounded = thresholds.astype(np.float32)
    below = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded.astype(np.float64) > thresholds, below, rounded).astype(np.float32)


class _Grown:
    """Lists that trees are added to."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.mean: list[float] = []
        self.splits: list[int] = []
        self.value: list[float] = []
        self.leaves: list[int] = []

    def add_tree(self, structure: Mapping[str, Any]) -> None:
        self.splits.append(len(self.feature))
        self.leaves.append(len(self.value))
        self._add(structure)
        if len(self.value) - self.leaves[-1] > MOST_LEAVES:
            raise ValueError(f"a tree has more than {MOST_LEAVES} leaves")

    def _add(self, node: Mapping[str, Any]) -> int:
        if "leaf_value" in node:
            self.value.append(float(node["leaf_value"]))
            return ~(len(self.value) - 1)
        number = len(self.feature)
        self.feature.append(int(node["split_feature"]))
        self.threshold.append(float(node["threshold"]))
        self.mean.append(float(node["internal_value"]))
        for several in (self.left, self.right):
            several.append(0)
        self.left[number] = self._add(node["left_child"])
        self.right[number] = self._add(node["right_child"])
        return number
