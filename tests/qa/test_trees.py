"""Trees from plain arrays score as the library that grew them; arrays that do not fit are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.trees import Trees, of_lightgbm

COLUMNS = 5
Arrays = dict[str, NDArray[Any]]


def grown(objective: str, rounds: int, leaves: int) -> tuple[lgb.Booster, NDArray[np.float32]]:
    """A small ensemble over random numbers, and the numbers."""
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
        feature=np.array([1, 0, 0, 0, 0], dtype=np.int16),
        threshold=np.array([0.5, 0.0, 2.0, 0.0, 0.0]),
        left=np.array([1, 1, 3, 3, 4], dtype=np.int32),
        right=np.array([2, 1, 4, 3, 4], dtype=np.int32),
        value=np.array([0.25, 1.0, 0.5, -1.0, 3.0]),
        roots=np.array([0], dtype=np.int32),
        depth=2,
    )


def test_a_value_up_to_the_threshold_goes_left() -> None:
    matrix = np.array([[9, 0.5], [2, 0.6], [2.5, 0.6]], dtype=np.float32)
    assert two_levels().score(matrix).tolist() == [1.0, -1.0, 3.0]


def test_a_step_gives_its_column_the_change_of_the_mean() -> None:
    bias, added = two_levels().contributions(np.array([2.5, 0.6], dtype=np.float32))
    # 0.25 → 0.5 by column 1, 0.5 → 3 by column 0.
    assert bias == 0.25
    assert added.tolist() == [2.5, 0.25]


def test_a_tree_of_one_leaf_and_no_rows_and_no_trees_are_scored() -> None:
    stump = of_lightgbm({"tree_info": [{"tree_structure": {"leaf_value": 0.75}}]})
    assert stump.depth == 0
    assert stump.score(np.zeros((2, 1), dtype=np.float32)).tolist() == [0.75, 0.75]
    assert two_levels().score(np.zeros((0, 2), dtype=np.float32)).shape == (0,)
    nothing = of_lightgbm({"tree_info": []})
    assert nothing.score(np.zeros((2, 1), dtype=np.float32)).tolist() == [0.0, 0.0]


def test_arrays_give_the_same_trees_back(
    ranker: tuple[lgb.Booster, NDArray[np.float32]], trees: Trees
) -> None:
    again = Trees.of_arrays(trees.arrays("x"), "x", COLUMNS)
    assert again.score(ranker[1]).tolist() == trees.score(ranker[1]).tolist()
    assert again.depth == trees.depth


def _set(name: str, at: int, value: float) -> Callable[[Arrays], None]:
    def damage(arrays: Arrays) -> None:
        arrays[f"x.{name}"] = arrays[f"x.{name}"].copy()
        arrays[f"x.{name}"][at] = value

    return damage


def _become(name: str, value: NDArray[Any]) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.update({f"x.{name}": value})


@pytest.mark.parametrize(
    "damage",
    [
        _set("left", 0, 5),
        _set("right", 2, -1),
        _set("roots", 0, 7),
        # A column that the matrix has not, and one from its end.
        _set("feature", 0, 2),
        _set("feature", 0, -1),
        # Leads in a circle, or back: a walk of `depth` steps would end anywhere.
        _set("left", 2, 0),
        _set("value", 3, np.nan),
        _set("value", 3, np.inf),
        _set("threshold", 0, np.nan),
        _become("value", np.zeros(4)),
        _become("left", np.zeros((5, 1), dtype=np.int32)),
        _become("left", np.array([1.0, 1.0, 3.0, 3.0, 4.0])),
        _become("feature", np.array(list("abcde"))),
        _become("threshold", np.array([b"", b"", b"", b"", b""])),
        _become("depth", np.array([2, 3])),
        _become("depth", np.array(-1)),
        _become("depth", np.array(1_000_000_000)),
        _become("depth", np.array("deep")),
        lambda arrays: arrays.pop("x.roots") and None,
    ],
)
def test_arrays_that_do_not_fit_are_an_error(damage: Callable[[Arrays], None]) -> None:
    arrays = two_levels().arrays("x")
    assert Trees.of_arrays(dict(arrays), "x", 2).depth == 2
    damage(arrays)
    with pytest.raises((KeyError, ValueError)):
        Trees.of_arrays(arrays, "x", 2)
