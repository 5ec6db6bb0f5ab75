"""Build an index in a process of its own, and write down when each step began and ended.

    python benchmarks/scale/building.py CORPUS INDEX LOG

What ``cityqa index build`` does, with another progress bar. The log has a line for every few
seconds; a build that was stopped and goes on appends to it, so that its times add up.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.scale.parent import end_with
from benchmarks.scale.resident import Watch, peak

EVERY = 2.0
"""Seconds between two lines of one step."""

START = "start"
"""Step before the first that is told of: loading the program and the model, finding the files."""
DONE = "done"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.parent is not None:
        end_with(arguments.parent)
    started = time.perf_counter()
    with arguments.log.open("a", encoding="utf-8") as log, Watch(seconds=1.0) as watch:
        last = ("", 0.0)

        def tell(step: str, done: int, total: int) -> None:
            nonlocal last
            at = time.perf_counter() - started
            if step == last[0] and done < total and at - last[1] < EVERY:
                return
            last = (step, at)
            line = {"step": step, "at": round(at, 3), "done": done, "total": total}
            line |= {**watch.largest.as_dict(), "peak": round(peak(), 1)}
            log.write(json.dumps(line) + "\n")
            log.flush()

        tell(START, 0, 0)
        # Imported here: loading the program is part of the time.
        from qa.settings import Settings
        from qa.workspace import build_named

        settings = Settings(
            corpus=(arguments.corpus,),
            index=arguments.index,
            cache=arguments.index.parent / "cache",
            state=arguments.index.parent / "state",
        )
        build_named(settings, arguments.index, progress=tell)
        tell(DONE, 1, 1)


def summary(log: str) -> dict[str, Any]:
    """Seconds of each step and in all, and the largest memory, over all runs of a log.

    A step lasts from its first line to the first line of another one.
    """
    runs = 0
    steps: dict[str, float] = {}
    memory = {"own": 0.0, "mapped": 0.0, "peak": 0.0}
    before: Mapping[str, Any] | None = None
    for line in map(json.loads, log.splitlines()):
        if line["step"] == START:
            runs += 1
        elif before is not None:
            steps[before["step"]] = steps.get(before["step"], 0.0) + line["at"] - before["at"]
        for name in memory:
            memory[name] = max(memory[name], line[name])
        before = line
    return {
        "seconds": round(sum(steps.values()), 2),
        "steps": {name: round(seconds, 2) for name, seconds in steps.items()},
        "memory_mib": memory,
        "runs": runs,
        "finished": before is not None and before["step"] == DONE,
    }


if __name__ == "__main__":
    main()
