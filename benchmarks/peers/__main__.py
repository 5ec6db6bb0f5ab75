"""Measure other systems beside this program: the same questions, documents and vectors.

    python benchmarks/peers --data ../shared/eval --reports ../shared/reports [--quick] \\
                            [--only SET]... [--json benchmarks/results/peers.json]

The systems run in a virtual environment of their own, `build/peers`, which is made on first use.
Each setting that a system's documentation offers for Chinese (``systems/``) is tried on the first
questions of a set, with vectors that were made before. Its defaults, the two that ranked best there
and the best hybrid one are then measured on all questions, each in a process of its own: time to
index the documents, and milliseconds of a bare retrieval, the encoding of the question included.
Ours is a whole answer, by models that never saw the set (``--models``, as `make selector` makes
them). Questions that are timed go round the processes in turn, a few at a time; each process is
asked each question once. That the others' settings are chosen by questions that they are then
scored on favours them. A quick run tries nothing and measures one setting of each system.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from environment import Process, peers_python
from measures import percentile, recall, rotated, rounds
from model import write_vectors
from results import chosen, machine, rows, verdict, with_ratios
from sets import SOURCES, task_of
from setting import Setting
from systems import OURS, PEERS
from systems.cityqa import ANSWER, ENCODE
from task import Task

from embeddings.threads import usable_cores

TRIED = 500
"""Questions that every setting is tried on; half of fewer than twice as many, but 100 at least."""

TIMED = 200
"""Questions that are timed, a system in turn with the others."""

ROUND = 20
"""Questions that a process is asked before it is the next one's turn."""

WARM = 5
"""Questions asked before anything is timed."""

SCHEMA = 1


class Measurement:
    """A set, measured.

    Args:
        task: of the set.
        options: of the command line.
        python: interpreter of the other systems.
        scratch: folder for what is made on the way.
    """

    def __init__(self, task: Task, options: argparse.Namespace, python: str, scratch: Path) -> None:
        self._task = task
        self.options = options
        self._python = python
        self._scratch = scratch
        self._file = scratch / "task.json"
        task.write(self._file)
        self._vectors = scratch / "vectors.npy"
        self.versions: dict[str, str] = {}

    def try_all(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Every setting of every peer on the first questions: system to setting to numbers."""
        write_vectors(self._task, self._vectors)
        systems = self.options.systems
        with ThreadPoolExecutor(self.options.threads) as pool:
            return dict(zip(systems, pool.map(self._try, systems), strict=True))

    def _try(self, system: str) -> dict[str, dict[str, Any]]:
        asked = list(range(tried_of(self._task)))
        tried: dict[str, dict[str, Any]] = {}
        with self._process(system, "tried") as process:
            process.do("know", vectors=str(self._vectors))
            for setting in _settings(system):
                process.do("index", setting=setting.name)
                ranked = process.do("ask", questions=asked)["ranked"]
                numbers = self._recalls(ranked, asked)
                tried[setting.name] = {**numbers, "hybrid": setting.hybrid}
                _say(f"  tried {system}: {setting.name}: R@1 {numbers['r@1']:.4f}")
        return tried

    def measure(self, names: dict[str, list[str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """Index, ask in turns, then ask what is left.

        Args:
            names: system to the settings that are measured.

        Returns:
            system and setting to numbers.
        """
        found: dict[tuple[str, str], dict[str, Any]] = {}
        processes: dict[str, Process] = {}
        keys: dict[str, tuple[str, str]] = {}
        with contextlib.ExitStack() as stack:
            for system, settings in names.items():
                for place, setting in enumerate(settings):
                    key = f"{system}-{place}"
                    keys[key] = (system, setting)
                    processes[key] = stack.enter_context(self._process(system, key))
                    seconds = processes[key].do("index", setting=setting)["seconds"]
                    found[system, setting] = {"index_s": round(seconds, 3)}
                    _say(f"  indexed {system}: {setting}: {seconds:.1f} s")
            ranked = self._ask_in_turns(processes, keys, found)
            for key, process in processes.items():
                found[keys[key]].update(self._told(process))
            self._ask_the_rest(processes, ranked)
        for key, answers in ranked.items():
            if keys[key] != (OURS, ENCODE):
                order = sorted(answers)
                found[keys[key]].update(self._recalls([answers[one] for one in order], order))
        return found

    def _ask_in_turns(
        self,
        processes: dict[str, Process],
        keys: dict[str, tuple[str, str]],
        found: dict[tuple[str, str], dict[str, Any]],
    ) -> dict[str, dict[int, list[int]]]:
        """Ask every process the first questions, in turns, and note what they took."""
        every = list(range(len(self._task.questions)))
        warm, timed = every[:WARM], every[WARM : WARM + TIMED]
        ranked: dict[str, dict[int, list[int]]] = {key: {} for key in processes}
        taken: dict[str, list[float]] = {key: [] for key in processes}

        def ask(key: str, questions: Sequence[int]) -> list[float]:
            answer = processes[key].do("ask", questions=list(questions))
            ranked[key].update(zip(questions, answer["ranked"], strict=True))
            milliseconds: list[float] = answer["ms"]
            return milliseconds

        for key in processes:
            ask(key, warm)
        for number, questions in enumerate(rounds(timed, ROUND)):
            for key in rotated(list(processes), number):
                taken[key] += ask(key, questions)
        for key in processes:
            for name, share in (("p50_ms", 50), ("p95_ms", 95)):
                found[keys[key]][name] = round(percentile(taken[key], share), 3)
        return ranked

    def _ask_the_rest(
        self, processes: dict[str, Process], ranked: dict[str, dict[int, list[int]]]
    ) -> None:
        """Ask what was not timed: ours alone, then as many of the others at once as have cores."""
        rest = list(range(len(self._task.questions)))[WARM + TIMED :]

        def ask(key: str) -> None:
            if processes[key].system != OURS and self._vectors.exists():
                processes[key].do("know", vectors=str(self._vectors))
            answer = processes[key].do("ask", questions=rest)
            ranked[key].update(zip(rest, answer["ranked"], strict=True))

        if rest:
            ask(f"{OURS}-0")
            others = [key for key, process in processes.items() if process.system != OURS]
            with ThreadPoolExecutor(self.options.threads) as pool:
                list(pool.map(ask, others))

    def _told(self, process: Process) -> dict[str, Any]:
        told = process.do("tell")
        self.versions.update(told["versions"])
        numbers: dict[str, Any] = {"peak_mb": round(told["peak_mb"], 1)}
        if told["steps"]:
            numbers["steps_ms"] = {
                step: round(percentile(values[WARM:], 50), 3)
                for step, values in told["steps"].items()
            }
        return numbers

    def _recalls(self, ranked: Sequence[Sequence[int]], asked: Sequence[int]) -> dict[str, float]:
        right = [self._task.right[number] for number in asked]
        return {f"r@{cut}": round(recall(ranked, right, cut), 4) for cut in (1, 5)}

    def _process(self, system: str, name: str) -> Process:
        return Process(
            system,
            self._python,
            self._file,
            self._scratch / f"{system}-{name}",
            self.options.models,
            threads=self.options.threads,
        )


def tried_of(task: Task) -> int:
    """How many questions every setting is tried on."""
    count = len(task.questions)
    return min(TRIED, max(100, count // 2), count)


def measured(measurement: Measurement, task: Task) -> dict[str, Any]:
    """What is written of a set."""
    options = measurement.options
    if options.quick:
        tried = {}
        names = {system: [_module(system).USUAL] for system in options.systems}
    else:
        tried = measurement.try_all()
        names = {system: chosen(one, _settings(system)[0].name) for system, one in tried.items()}
    found = measurement.measure({OURS: [ANSWER, ENCODE], **names})
    ours, encode = found[OURS, ANSWER], found[OURS, ENCODE]
    peers: dict[str, dict[str, Any]] = {}
    for system, settings in names.items():
        described = {one.name: one for one in _settings(system)}
        peers[system] = {
            name: {
                "source": described[name].source,
                "options": dict(described[name].options),
                "hybrid": described[name].hybrid,
                **with_ratios(found[system, name], ours),
            }
            for name in settings
        }
    return {
        "questions": len(task.questions),
        "documents": len(task.documents),
        "timed": len(task.questions[WARM : WARM + TIMED]),
        "ours": ours,
        "encode": {name: encode[name] for name in ("p50_ms", "p95_ms")},
        "answer_to_encode": round(ours["p50_ms"] / encode["p50_ms"], 2),
        "peers": peers,
        "tried": {"questions": tried_of(task), "settings": tried},
        "verdict": verdict(ours, peers),
    }


def kept(options: argparse.Namespace) -> tuple[dict[str, Any], dict[str, str], float]:
    """What the file holds of a run like this one that was stopped: sets, versions, seconds."""
    try:
        found = json.loads(options.json.read_bytes())
        like = (found["schema"], found["quick"], found["asked"], found["machine"])
        if like == (SCHEMA, options.quick, options.questions, machine(options.threads)):
            return found["sets"], found["versions"], float(found["seconds"])
    except (AttributeError, OSError, ValueError, LookupError, TypeError):
        pass  # nothing is there, or nothing of use
    return {}, {}, 0.0


def _module(system: str) -> Any:
    return importlib.import_module(f"systems.{system}")


def _settings(system: str) -> Sequence[Setting]:
    settings: Sequence[Setting] = _module(system).SETTINGS
    return settings


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--reports", type=Path, default=Path("../shared/reports"))
    parser.add_argument("--models", type=Path, default=Path("build/models"))
    parser.add_argument(
        "--quick", action="store_true", help="some questions of two sets, a setting a system"
    )
    parser.add_argument(
        "--questions", type=int, metavar="N", help="so many of each set, evenly spaced; default all"
    )
    names = [source.name for source in SOURCES]
    parser.add_argument("--only", action="append", choices=names, metavar="SET")
    parser.add_argument("--system", dest="systems", action="append", choices=PEERS)
    parser.add_argument("--threads", type=int, default=usable_cores())
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here")
    options = parser.parse_args()
    options.systems = options.systems or list(PEERS)
    python = peers_python()
    started = time.perf_counter()
    sets, versions, before = kept(options)
    for source in SOURCES:
        if source.name in sets:
            _say(f"{source.name}: measured before")
            continue
        if (options.only and source.name not in options.only) or (
            options.quick and source.quick is None
        ):
            continue
        _say(source.name)
        with tempfile.TemporaryDirectory() as folder:
            limit = source.quick if options.quick else None
            task = task_of(
                source, options.data, options.reports, Path(folder), limit, options.questions
            )
            measurement = Measurement(task, options, python, Path(folder))
            sets[source.name] = measured(measurement, task)
            versions.update(measurement.versions)
        if options.json is not None:
            written = {
                "schema": SCHEMA,
                "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
                "command": " ".join(["python", "benchmarks/peers", *sys.argv[1:]]),
                "quick": options.quick,
                "asked": options.questions,
                "seconds": round(before + time.perf_counter() - started),
                "machine": machine(options.threads),
                "versions": dict(sorted(versions.items())),
                "sets": sets,
            }
            options.json.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(written, ensure_ascii=False, indent=1)
            options.json.write_text(text + "\n", encoding="utf-8")
    print("\n".join(rows(sets)))


if __name__ == "__main__":
    main()
