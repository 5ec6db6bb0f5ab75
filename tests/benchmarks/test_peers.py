"""`benchmarks/peers`: what is computed of rankings and times, and what is written of it."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.measures import percentile, recall, rotated, rounds
from benchmarks.peers.results import chosen, machine, rows, verdict, with_ratios

FOLDER = Path(__file__).parents[2] / "benchmarks" / "peers"


def numbers(first: float, p50: float, *, hybrid: bool = True) -> dict[str, Any]:
    return {
        "r@1": first,
        "r@5": 1.0,
        "p50_ms": p50,
        "p95_ms": 2 * p50,
        "index_s": 3.0,
        "peak_mb": 300.0,
        "hybrid": hybrid,
    }


def test_recall_counts_questions_with_a_right_document_among_the_first() -> None:
    ranked = [[3, 1], [1, 2], [], [5, 6]]
    right = [(3,), (2, 9), (1,), (7,)]
    # At 1 the first question alone has one; at 2 the second has one, too.
    assert recall(ranked, right, 1) == 1 / 4
    assert recall(ranked, right, 2) == 2 / 4


def test_a_percentile_lies_between_its_neighbours_as_far_as_its_place() -> None:
    # Of four values in places 0 to 3, 50 % is place 1.5 and 95 % place 2.85.
    assert percentile([40, 10, 30, 20], 50) == 25
    assert percentile([40, 10, 30, 20], 95) == pytest.approx(30 + 0.85 * 10)
    assert percentile([7], 95) == 7


@given(st.lists(st.integers(), max_size=50), st.integers(1, 9))
def test_rounds_ask_every_question_once_and_in_order(numbers: list[int], size: int) -> None:
    parts = rounds(numbers, size)
    assert [one for part in parts for one in part] == numbers
    assert all(1 <= len(part) <= size for part in parts)


def test_in_as_many_rounds_as_there_are_each_comes_first_once() -> None:
    names = ["a", "b", "c"]
    assert [rotated(names, by) for by in range(3)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
    ]


def test_measured_are_the_defaults_the_best_two_and_the_best_hybrid() -> None:
    tried = {
        "defaults": numbers(0.1, 1),
        "words": numbers(0.9, 1, hybrid=False),
        "jieba": numbers(0.8, 1, hybrid=False),
        "both": numbers(0.7, 1),
        "other": numbers(0.6, 1),
    }
    assert chosen(tried, "defaults") == ["defaults", "words", "jieba", "both"]


def test_a_peer_s_numbers_are_told_as_ratios_to_ours() -> None:
    ours = {**numbers(0.9, 4), "index_s": 6.0}
    ratios = with_ratios(numbers(0.8, 2), ours)["ratios"]
    assert ratios == {"index_s": 0.5, "p50_ms": 0.5, "p95_ms": 0.5, "peak_mb": 1.0}


def test_ahead_is_of_every_setting_and_not_slower_than_every_hybrid_one() -> None:
    peers = {
        "one": {"defaults": numbers(0.5, 5), "words": numbers(0.8, 1, hybrid=False)},
        "two": {"defaults": numbers(0.7, 3)},
    }
    told = verdict(numbers(0.81, 2), peers)
    # That words alone are found in 1 ms does not count.
    assert told["best"] == {"system": "one", "setting": "words", "r@1": 0.8}
    assert told["fastest_hybrid"] == {"system": "two", "setting": "defaults", "p50_ms": 3}
    assert (told["ahead"], told["not_slower"]) == (True, True)
    told = verdict(numbers(0.8, 3.5), peers)
    assert (told["ahead"], told["not_slower"]) == (False, False)


def test_what_is_written_is_plain_json_and_is_shown_line_by_line() -> None:
    ours = numbers(0.9, 2)
    peers = {"one": {"defaults": with_ratios(numbers(0.95, 1), ours)}}
    one = {
        "questions": 10,
        "documents": 5,
        "ours": ours,
        "peers": peers,
        "verdict": verdict(ours, peers),
        "answer_to_encode": 2.5,
    }
    sets = json.loads(json.dumps({"a set": one}))
    told = rows(sets)
    assert told[0] == "a set: 10 questions, 5 documents"
    assert "BEHIND of one (defaults), 0.9500; SLOWER than one (defaults), 1.00 ms" in told[-1]
    # The set, the head, ours, one setting, the verdict.
    assert len(told) == 5
    assert machine(2)["cores"] == 2


def test_every_system_names_its_settings_once_and_begins_with_its_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [str(FOLDER), *sys.path])
    before = set(sys.modules)
    systems = importlib.import_module("systems")
    # The systems themselves are not installed here: their modules must be readable without.
    for name in systems.PEERS:
        module = importlib.import_module(f"systems.{name}")
        names = [setting.name for setting in module.SETTINGS]
        assert names[0] == "defaults"
        assert len(set(names)) == len(names)
        assert module.SETTINGS[0].hybrid
        assert next(one for one in module.SETTINGS if one.name == module.USUAL).hybrid
        assert all(setting.source for setting in module.SETTINGS)
        json.dumps([dict(setting.options) for setting in module.SETTINGS])
    # Names like `model` are theirs only as long as they are asked for.
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(FOLDER)):
            del sys.modules[name]
