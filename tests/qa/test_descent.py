"""All trees at once lead each row to the leaf that a walk down one tree after the other does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.descent import Descent
from qa.trees import MOST_LEAVES, Trees, of_lightgbm

COLUMNS = 3
HUGE = float(np.finfo(np.float32).max)
SMALLEST = float(np.finfo(np.float32).smallest_subnormal)

# Few numbers, so that thresholds equal each other and the values; some as large as they can be.
NUMBERS = (-HUGE / 2, -1.5, -SMALLEST, -0.0, 0.0, SMALLEST, 0.5, HUGE)

Node = dict[str, Any]


def leaf() -> Node:
    return {"leaf_value": 0.0}


def split(column: int, threshold: float, left: Node, right: Node) -> Node:
    return {
        "split_feature": column,
        "threshold": threshold,
        "internal_value": 0.0,
        "left_child": left,
        "right_child": right,
    }


def splits(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        split, st.integers(0, COLUMNS - 1), st.sampled_from(NUMBERS), children, children
    )


TREES = splits(st.recursive(st.builds(leaf), splits, max_leaves=12))
ROWS = st.lists(st.sampled_from(NUMBERS), min_size=COLUMNS, max_size=COLUMNS)


def ensemble(*roots: Node) -> Trees:
    return of_lightgbm({"tree_info": [{"tree_structure": root} for root in roots]})


def found(trees: Trees, matrix: NDArray[np.float32]) -> list[list[int]]:
    """The leaves that are found at once, by tree and row."""
    descent = Descent(
        trees.feature,
        trees.threshold,
        trees.left,
        trees.right,
        trees.splits,
        trees.leaves,
        len(trees.value),
    )
    leaves: list[list[int]] = descent.leaves(matrix).tolist()
    return leaves


def walked(trees: Trees, matrix: NDArray[np.float32]) -> list[list[int]]:
    """The same, found one by one."""
    return [[_walk(trees, int(root), row) for row in matrix] for root in trees.splits]


def _walk(trees: Trees, at: int, row: NDArray[np.float32]) -> int:
    while at >= 0:
        passes = float(row[trees.feature[at]]) <= float(trees.threshold[at])
        at = int((trees.left if passes else trees.right)[at])
    return ~at


def chain(length: int) -> Node:
    """One row in each leaf: 0, 1, 2 and so on in column 0."""
    node = leaf()
    for number in reversed(range(length - 1)):
        node = split(0, float(number), leaf(), node)
    return node


@given(st.lists(TREES, min_size=1, max_size=6), st.lists(ROWS, min_size=1, max_size=5))
def test_rows_come_to_the_leaves_of_a_walk(roots: list[Node], rows: list[list[float]]) -> None:
    trees = ensemble(*roots)
    matrix = np.array(rows, dtype=np.float32)
    assert found(trees, matrix) == walked(trees, matrix)


@pytest.mark.parametrize("rows", [0, 1, 2, 63, 64, 65, 128, 255, 256, 257, 600])
def test_any_number_of_rows_is_told_apart(rows: int) -> None:
    trees = ensemble(chain(MOST_LEAVES), chain(2), split(1, 0.0, chain(3), leaf()))
    random = np.random.default_rng(5)
    matrix = random.integers(-2, MOST_LEAVES, size=(rows, COLUMNS)).astype(np.float32)
    assert found(trees, matrix) == walked(trees, matrix)


@pytest.mark.parametrize("leaves", [2, 3, 4, 5, 8, 9, 16, 17, 31, 32])
def test_each_leaf_of_a_tree_can_be_come_to(leaves: int) -> None:
    matrix = np.arange(leaves, dtype=np.float32)[:, None]
    assert found(ensemble(chain(leaves)), matrix) == [list(range(leaves))]


def test_leaves_of_small_trees_beside_large_ones_are_counted_over_all() -> None:
    matrix = np.array([[0], [9]], dtype=np.float32)
    trees = ensemble(chain(2), chain(20), chain(3))
    assert found(trees, matrix) == [[0, 1], [2, 2 + 9], [22, 22 + 2]]


def test_splits_with_one_threshold_on_several_columns_are_kept_apart() -> None:
    trees = ensemble(*(split(column, 0.5, leaf(), leaf()) for column in (0, 1, 0)))
    matrix = np.array([[0.5, 0.6, 0.0], [0.6, 0.5, 0.0]], dtype=np.float32)
    assert found(trees, matrix) == [[0, 1], [3, 2], [4, 5]]


def test_columns_in_any_order_in_memory_give_the_same_leaves() -> None:
    trees = ensemble(chain(7), split(2, 1.0, leaf(), chain(4)))
    matrix = np.random.default_rng(8).integers(0, 8, size=(70, COLUMNS)).astype(np.float32)
    assert found(trees, np.asfortranarray(matrix)) == found(trees, matrix)
    assert found(trees, np.repeat(matrix, 2, axis=0)[::2]) == found(trees, matrix)
