"""Trees from plain arrays score as the library that grew them; arrays that do not fit are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.trees import MOST_LEAVES, Trees, of_lightgbm

if TYPE_CHECKING:
    import lightgbm as lgb

COLUMNS = 5
Arrays = dict[str, NDArray[Any]]


def grown(objective: str, rounds: int, leaves: int) -> tuple[lgb.Booster, NDArray[np.float32]]:
    """A small ensemble over random numbers, and the numbers."""
    # Here, so that not each process that collects the tests imports it.
    import lightgbm as lgb

    random = np.random.default_rng(11)
    matrix = random.normal(size=(400, COLUMNS)).astype(np.float32)
    # Equal values and zeros, as features have them.
    matrix[:, 1] = np.round(matrix[:, 1])
    target = (matrix[:, 0] * matrix[:, 1] + np.sin(3 * matrix[:, 2]) > 0).astype(int)
    parameters = {
        "objective": objective,
        "num_leaves": leaves,
        "min_data_in_leaf": 5,
        "learning_rate": 0.2,
        "num_threads": 1,
        "deterministic": True,
        "seed": 3,
        "verbose": -1,
    }
    data = lgb.Dataset(matrix, target, group=[20] * 20)
    return lgb.train(parameters, data, rounds), matrix


@pytest.fixture(scope="module")
def ranker() -> tuple[lgb.Booster, NDArray[np.float32]]:
    return grown("lambdarank", 25, 12)


@pytest.fixture(scope="module")
def trees(ranker: tuple[lgb.Booster, NDArray[np.float32]]) -> Trees:
    return of_lightgbm(ranker[0].dump_model())


@pytest.mark.parametrize(
    ("objective", "rounds", "leaves"),
    [("lambdarank", 25, 12), ("regression", 8, 31), ("regression", 1, 2)],
)
def test_scores_are_those_of_lightgbm(objective: str, rounds: int, leaves: int) -> None:
    booster, matrix = grown(objective, rounds, leaves)
    expected = booster.predict(matrix, raw_score=True)
    assert len(set(np.round(expected, 6))) > 1
    scores = of_lightgbm(booster.dump_model()).score(matrix)
    assert scores.shape == (len(matrix),)
    assert scores == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(
    rows=st.lists(
        st.lists(st.floats(-1e6, 1e6, width=32), min_size=COLUMNS, max_size=COLUMNS),
        min_size=1,
        max_size=5,
    )
)
def test_rows_that_were_never_seen_score_as_in_lightgbm(
    rows: list[list[float]], ranker: tuple[lgb.Booster, NDArray[np.float32]], trees: Trees
) -> None:
    matrix = np.array(rows, dtype=np.float32)
    assert trees.score(matrix) == pytest.approx(ranker[0].predict(matrix), abs=1e-9)


def test_contributions_and_bias_sum_to_the_score(
    ranker: tuple[lgb.Booster, NDArray[np.float32]], trees: Trees
) -> None:
    matrix = ranker[1][:50]
    for row, score in zip(matrix, trees.score(matrix), strict=True):
        bias, added = trees.contributions(row)
        assert added.shape == (COLUMNS,)
        assert bias + added.sum() == pytest.approx(score, abs=1e-9)


def two_levels() -> Trees:
    """Column 1 up to 0.5: 1; above it, column 0 up to 2.0: -1, above that 3."""
    return Trees(
        feature=np.array([1, 0], dtype=np.int16),
        threshold=np.array([0.5, 2.0], dtype=np.float32),
        left=np.array([~0, ~1], dtype=np.int32),
        right=np.array([1, ~2], dtype=np.int32),
        mean=np.array([0.25, 0.5]),
        splits=np.array([0], dtype=np.int32),
        value=np.array([1.0, -1.0, 3.0]),
        leaves=np.array([0], dtype=np.int32),
        bias=np.array([0.0]),
    )


def dumped(threshold: float) -> dict[str, Any]:
    """A tree of one split, as LightGBM dumps it."""
    leaves = {"left_child": {"leaf_value": -1.0}, "right_child": {"leaf_value": 1.0}}
    split = {"split_feature": 0, "threshold": threshold, "internal_value": 0.0, **leaves}
    return {"tree_info": [{"tree_structure": split}]}


def test_a_value_up_to_the_threshold_goes_left() -> None:
    matrix = np.array([[9, 0.5], [2, 0.6], [2.5, 0.6]], dtype=np.float32)
    assert two_levels().score(matrix).tolist() == [1.0, -1.0, 3.0]


@pytest.mark.parametrize("threshold", [0.1, 0.3, -0.7, 1e-7, 0.5, 1e-300, -1e-300, 0.0])
def test_thresholds_between_two_float32_values_part_them_as_the_library_does(
    threshold: float,
) -> None:
    trees = of_lightgbm(dumped(threshold))
    near = np.float32(threshold)
    around = [np.nextafter(near, np.float32(-9)), near, np.nextafter(near, np.float32(9))]
    matrix = np.array(around, dtype=np.float32)[:, None]
    # LightGBM compares the value as a double.
    expected = [-1.0 if float(value) <= threshold else 1.0 for value in around]
    assert trees.score(matrix).tolist() == expected
    assert set(expected) == {-1.0, 1.0}


def test_a_step_gives_its_column_the_change_of_the_mean() -> None:
    bias, added = two_levels().contributions(np.array([2.5, 0.6], dtype=np.float32))
    # 0.25 → 0.5 by column 1, 0.5 → 3 by column 0.
    assert bias == 0.25
    assert added.tolist() == [2.5, 0.25]


def test_a_tree_of_one_leaf_and_no_rows_and_no_trees_are_scored() -> None:
    stump = of_lightgbm(_stump())
    row = np.zeros((2, 1), dtype=np.float32)
    assert stump.score(row).tolist() == [0.75, 0.75]
    assert stump.contributions(row[0])[0] == 0.75
    beside = of_lightgbm({"tree_info": [*dumped(0.5)["tree_info"], *_stump()["tree_info"]]})
    assert beside.score(row).tolist() == [-0.25, -0.25]
    assert two_levels().score(np.zeros((0, 2), dtype=np.float32)).shape == (0,)
    assert of_lightgbm({"tree_info": []}).score(row).tolist() == [0.0, 0.0]


def _stump() -> dict[str, Any]:
    return {"tree_info": [{"tree_structure": {"leaf_value": 0.75}}]}


def test_a_tree_has_a_bit_for_each_leaf_and_no_more() -> None:
    booster, matrix = grown("regression", 3, MOST_LEAVES)
    trees = of_lightgbm(booster.dump_model())
    assert np.diff(trees.leaves, append=len(trees.value)).max() == MOST_LEAVES
    assert trees.score(matrix) == pytest.approx(booster.predict(matrix), abs=1e-9)
    larger, _ = grown("regression", 1, MOST_LEAVES + 1)
    with pytest.raises(ValueError, match="more than 32 leaves"):
        of_lightgbm(larger.dump_model())


def test_arrays_give_the_same_trees_back(
    ranker: tuple[lgb.Booster, NDArray[np.float32]], trees: Trees
) -> None:
    again = Trees.of_arrays(trees.arrays("x"), "x", COLUMNS)
    assert again.score(ranker[1]).tolist() == trees.score(ranker[1]).tolist()
    bias, added = again.contributions(ranker[1][0])
    assert (bias, added.tolist()) == (
        trees.contributions(ranker[1][0])[0],
        trees.contributions(ranker[1][0])[1].tolist(),
    )


def _set(name: str, at: int, value: float) -> Callable[[Arrays], None]:
    def damage(arrays: Arrays) -> None:
        arrays[f"x.{name}"] = arrays[f"x.{name}"].copy()
        arrays[f"x.{name}"][at] = value

    return damage


def _become(name: str, value: NDArray[Any]) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.update({f"x.{name}": value})


def _without(name: str) -> Callable[[Arrays], None]:
    def damage(arrays: Arrays) -> None:
        del arrays[f"x.{name}"]

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        # A split and a leaf that are not there.
        _set("right", 0, 2),
        _set("left", 1, ~3),
        # A leaf that two splits lead to.
        _set("left", 1, ~0),
        # In a circle, and back.
        _set("right", 0, 0),
        _set("left", 1, 0),
        # A column that the rows have not, and one from their end.
        _set("feature", 0, 2),
        _set("feature", 0, -1),
        _set("splits", 0, 1),
        _set("leaves", 0, 7),
        _set("value", 2, np.nan),
        _set("value", 2, np.inf),
        _set("mean", 0, np.nan),
        _set("threshold", 0, np.nan),
        _become("value", np.zeros((3, 1))),
        _become("mean", np.zeros(1)),
        _become("left", np.array([[~0], [~1]], dtype=np.int32)),
        _become("left", np.array([-1.0, -2.0])),
        _become("feature", np.array(list("ab"))),
        _become("threshold", np.array([b"", b""])),
        _become("bias", np.zeros(2)),
        _become("bias", np.array(0.0)),
        _become("splits", np.zeros(2, dtype=np.int32)),
        _become("leaves", np.array([0, 2], dtype=np.int32)),
        _without("mean"),
    ],
)
def test_arrays_that_do_not_fit_are_an_error(damage: Callable[[Arrays], None]) -> None:
    arrays = two_levels().arrays("x")
    assert Trees.of_arrays(dict(arrays), "x", 2).score(np.ones((1, 2), np.float32)).tolist() == [-1]
    damage(arrays)
    with pytest.raises((KeyError, ValueError)):
        Trees.of_arrays(arrays, "x", 2)
