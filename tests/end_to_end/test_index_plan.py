"""``cityqa index build --plan`` tells what the build will make, and makes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_a_plan_of_all_files_is_what_building_makes(cityqa: Run, shipped: Path) -> None:
    before = sorted((shipped / "cache").rglob("*"))
    done = cityqa("index", "build", "--plan", "--json")
    assert (done.code, done.err) == (0, "")
    assert sorted((shipped / "cache").rglob("*")) == before
    plan = json.loads(done.out)
    info = json.loads(cityqa("index", "info", "--json").out)
    for name in ("reports", "passages", "sentences", "dim", "model"):
        assert plan[name] == info[name]
    assert (plan["kind"], plan["files_read"], plan["files"]) == ("exact", 5, 5)
    # The index of just these reports is there already.
    assert plan["known_passages"] == plan["passages"]
    assert plan["seconds"]["embed"] == 0
    assert plan["disk"] == pytest.approx(info["bytes"], rel=0.02)
    assert plan["disk"] == sum(plan["bytes"].values()) < plan["disk_building"] < plan["disk_free"]


def test_a_plan_needs_reports(alone: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = alone("index", "build", "--corpus", str(tmp_path / "empty"), "--plan")
    assert done.code == 1
    assert "holds no report" in done.error


def test_json_goes_with_a_plan_only(alone: Run) -> None:
    done = alone("index", "build", "--json")
    assert done.code == 2
    assert "--json goes with --plan" in done.err
