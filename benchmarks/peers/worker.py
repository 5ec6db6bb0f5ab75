"""A system in a process of its own, told what to do by lines of JSON.

    python benchmarks/peers/worker.py SYSTEM TASK SCRATCH

Commands, and what is answered:

    {"do": "index", "setting": NAME}        {"seconds": …}
    {"do": "ask", "questions": [NUMBER…]}   {"ranked": [[NUMBER…]…], "ms": […]}
    {"do": "know", "vectors": FILE}         {}
    {"do": "tell"}                          {"peak_mb": …, "steps": {…}, "versions": {…}}
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from model import Model
from setting import Ask, Setting
from task import Task

COUNT = 5
"""Documents asked for."""

_TEXTS = tuple(f"第{number}条路在城东，长{number * 3}公里。" for number in range(1, 13))
WARMING = Task("warming", tuple(map(str, range(12))), _TEXTS, (), ())


class Worker:
    """Does what the lines say."""

    def __init__(self, system: str, task: Path, scratch: Path) -> None:
        self._system = importlib.import_module(f"systems.{system}")
        self._task = Task.read(task)
        self._scratch = scratch
        self._model = Model()
        self._ask: Ask | None = None

    def index(self, setting: str) -> dict[str, Any]:
        """Index the documents anew; what has to be imported was, for a few documents before."""
        found: Setting = next(one for one in self._system.SETTINGS if one.name == setting)
        self._system.index(found, WARMING, self._model, self._scratch)
        started = time.perf_counter()
        self._ask = self._system.index(found, self._task, self._model, self._scratch)
        return {"seconds": time.perf_counter() - started}

    def ask(self, questions: list[int]) -> dict[str, Any]:
        """Ask one question after another."""
        assert self._ask is not None
        ranked, milliseconds = [], []
        for number in questions:
            text = self._task.questions[number]
            started = time.perf_counter()
            ranked.append(self._ask(text, COUNT))
            milliseconds.append((time.perf_counter() - started) * 1000)
        return {"ranked": ranked, "ms": milliseconds}

    def know(self, vectors: str) -> dict[str, Any]:
        """Encode nothing from now on, because the task's vectors were made before."""
        self._model.know(self._task, Path(vectors))
        return {}

    def tell(self) -> dict[str, Any]:
        """Peak resident memory of this process, and what it is made of."""
        status = Path("/proc/self/status").read_text(encoding="ascii")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return {
            "peak_mb": int(peak.split()[1]) / 1024,
            "steps": getattr(self._ask, "steps", {}),
            "versions": {name: metadata.version(name) for name in self._system.PACKAGES},
        }


def main() -> None:
    system, task, scratch = sys.argv[1:]
    # What libraries print must not stand among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    worker = Worker(system, Path(task), Path(scratch))
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(worker, command.pop("do"))(**command)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
