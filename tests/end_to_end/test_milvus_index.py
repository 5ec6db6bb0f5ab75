"""An index in Milvus, named on the command line as a folder would be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from embeddings.milvus.address import parse_address
from qa.index_place import building_folder
from qa.settings import Settings

Run = Callable[..., Any]

ROOT = Path(__file__).parents[2]
QUESTION = "武汉改造了多少个老旧小区？"


def test_an_index_is_built_asked_described_and_verified_at_an_address(
    run_in: Run, shipped: Path, tmp_path: Path
) -> None:
    address = f"milvus-lite:{tmp_path}/reports.db#city"
    settings = Settings(cache=tmp_path / "cache", state=tmp_path / "state")
    # The vectors of the shipped reports are known; the index is built all the same.
    (current,) = (shipped / "cache" / "indexes").glob("*/CURRENT")
    shutil.copytree(current.parent, building_folder(settings, parse_address(address)))

    for command in (["ask", QUESTION], ["index", "info"], ["index", "verify"]):
        missing = run_in([*command, "--index", address], tmp_path)
        assert (missing.code, missing.out) == (1, "")
        assert missing.err == (
            f"cityqa: {address}: there is no index here; "
            f"make one with `cityqa index build --index '{address}'`\n"
        )
    assert not (tmp_path / "reports.db").exists()
    built = run_in(["index", "build", "--index", address], tmp_path)
    assert built.code == 0, built
    assert f"5 reports, 117 passages, 343 sentences in {address}" in built.out
    env = {"CITYQA_INDEX": address}
    answer = json.loads(run_in(["ask", QUESTION, "--json"], tmp_path, env=env).out)
    assert "455个" in answer["extracts"][0]["text"]
    info = json.loads(run_in(["index", "info", "--json"], tmp_path, env=env).out)
    assert (info["index"], info["passages"], info["sentences"]) == (address, 117, 343)
    assert "files as they were built" in run_in(["index", "verify"], tmp_path, env=env).out


def test_without_its_packages_it_is_told_which_to_install(run_in: Run, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "pymilvus.py").write_text("raise ImportError('not installed')\n")
    # From scratch, as the process that is forked may have them loaded.
    asked = run_in(
        ["ask", QUESTION, "--index", "milvus://localhost/reports"],
        tmp_path,
        env={"PYTHONPATH": f"{hidden}:{ROOT}"},
    )
    assert asked.code == 1
    assert "pip install 'cityqa[milvus]'" in asked.err
    assert asked.err.count("\n") == 1


def test_an_address_that_is_none_is_wrong_usage(run_in: Run, tmp_path: Path) -> None:
    for address in ("http://localhost/reports", "milvus://localhost", "milvus-lite:reports.txt"):
        asked = run_in(["ask", QUESTION, "--index", address], tmp_path)
        assert asked.code == 2
        assert asked.err.count("\n") == 1


def test_a_file_of_milvus_lite_is_served_by_one_process_only(run_in: Run, tmp_path: Path) -> None:
    address = f"milvus-lite:{tmp_path}/reports.db"
    served = run_in(["serve", "--port", "0", "--workers", "2", "--index", address], tmp_path)
    assert served.code == 1
    assert "serve with --workers 1" in served.err
