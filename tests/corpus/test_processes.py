"""Files read in several processes: in order, within limits, and none stops the others."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import CityqaError, EmptyCorpus, ReadError
from corpus.processes import in_order

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")


def act(path: Path) -> str:
    """Does what the file is called."""
    match path.stem.partition("-")[0]:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            while True:
                pass
        case "deaf":
            # As a library in C that does not come back for signals.
            signal.signal(signal.SIGPROF, signal.SIG_IGN)
            while True:
                pass
        case "hoard":
            bytearray(8 * 1024**3)
        case "recurse":
            return act(path)
        case "raise":
            raise ZeroDivisionError("by zero")
        case "refuse":
            raise EmptyCorpus("holds nothing", where=str(path), mend="fill it")
        case "late":
            time.sleep(0.3)
    return path.name


def test_each_file_has_its_result_in_order_whatever_the_others_do() -> None:
    names = "late-0 a hang hoard recurse b raise refuse c die-0 d".split()
    paths = [Path(f"{name}.txt") for name in names]
    results = list(in_order(act, iter(paths), jobs=2, seconds=1, memory=2 * 1024**3))
    assert [path for path, _ in results] == paths
    told = {path.stem: result for path, result in results}
    for name in ("late-0", "a", "b", "c", "d"):
        assert told[name] == f"{name}.txt"
    for name, reason in {
        "die-0": "ends the program that reads it, or takes longer than 1 s",
        "hang": "takes longer than 1 s to read",
        "hoard": "takes more memory than a report may",
        "recurse": "is nested too deeply",
        "raise": "cannot be read (ZeroDivisionError: by zero)",
    }.items():
        error = told[name]
        assert isinstance(error, ReadError)
        assert (error.what, error.where) == (reason, f"{name}.txt")
    refused = told["refuse"]
    assert isinstance(refused, EmptyCorpus)
    assert str(refused) == "refuse.txt: holds nothing; fill it"


def test_what_does_not_come_back_for_signals_is_ended() -> None:
    ((_, error),) = in_order(act, [Path("deaf.txt")], jobs=1, seconds=1)
    assert isinstance(error, ReadError)
    assert error.what == "ends the program that reads it, or takes longer than 1 s"


def test_no_process_is_left_when_the_rest_is_not_wanted() -> None:
    before = set(multiprocessing.active_children())
    results = in_order(act, (Path(f"{n}.txt") for n in range(1_000_000)), jobs=1)
    with contextlib.closing(results):
        assert next(results) == (Path("0.txt"), "0.txt")
    assert set(multiprocessing.active_children()) == before


PARENT = """
import sys
from pathlib import Path
from corpus.processes import in_order
from tests.corpus.test_processes import act
for path, result in in_order(act, map(Path, ["a.txt", "hang.txt"]), jobs=1):
    print(result, flush=True)
"""


def test_no_process_outlives_one_that_is_killed() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"a.txt\n"
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        assert children
        parent.kill()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline, children
        time.sleep(0.05)


def test_errors_keep_what_they_say_between_processes() -> None:
    import pickle

    error = ReadError("is torn", where="a.pdf", mend="get it again")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, CityqaError)
    assert (type(again), str(again)) == (ReadError, "a.pdf: is torn; get it again")
