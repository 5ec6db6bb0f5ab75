"""One corpus built by this process and by two actors of Ray: the same index, and how long it took.

    python benchmarks/ray_engine.py [--passages 5000] [--actors 2] [--no-kill]
                [--json benchmarks/results/ray.json] [--shared ../shared] [--work DIR]

Told of the build on Ray, and of another one in the middle of which an actor that embeds is killed:
whether ids, texts and answers are those of the local build, the largest difference of two vectors'
numbers, and seconds of reading, of embedding and in all, as ratios to the local build. Starting and
ending Ray is part of them. Exits with 1 where a bar is missed. The corpus is generated
(``scale/generator``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# In place of this folder, whose modules workers of Ray would take for others of the same names.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks.results import write_result
from benchmarks.scale.frames import frames
from benchmarks.scale.generator import Generator, write_corpus
from embeddings.snapshot import Snapshot
from qa.engine import Answerer
from qa.links import PageLinks
from qa.settings import Settings
from qa.workspace import Making, Opened, build_named

BAR = 1e-6
QUESTIONS = 100


@dataclass(frozen=True, slots=True)
class Built:
    """An index, and the seconds that it took: of each step, and ``all``."""

    opened: Opened
    seconds: dict[str, float]


class Steps:
    """Counts the seconds of the steps of a build; calls something in the middle of embedding."""

    def __init__(self, middle: Callable[[], None] | None = None) -> None:
        self._middle = middle
        self._last = time.perf_counter()
        self.seconds: Counter[str] = Counter()

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.perf_counter()
        self.seconds[step] += now - self._last
        self._last = now
        if self._middle is not None and step == "embed" and 3 * done >= total:
            middle, self._middle = self._middle, None
            middle()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--passages", type=int, default=5_000)
    parser.add_argument("--actors", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="texts to vary")
    parser.add_argument("--work", type=Path, help="folder to build in; temporary by default")
    parser.add_argument("--kill", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        return measure(arguments, Path(work))


def measure(arguments: argparse.Namespace, work: Path) -> int:
    shared = arguments.shared if arguments.shared.is_dir() else None
    generator = Generator(frames(shared), arguments.passages)
    corpus = work / "corpus"
    for _ in write_corpus(generator, corpus):
        pass
    questions = [q.text for q in generator.needle_questions()][: QUESTIONS // 2]
    questions += [q.text for q in generator.figure_questions(QUESTIONS // 2)]
    figures: dict[str, Any] = {"actors": arguments.actors, "questions": len(questions)}
    here = build(corpus, work / "local", Making("local", arguments.actors), Steps())
    figures["reports"] = len(here.opened.snapshot.reports)
    figures["passages"] = here.opened.snapshot.manifest.passages
    figures["local"] = {"seconds": here.seconds}
    print(f"local   {told(here.seconds)}", flush=True)
    making = Making("ray", arguments.actors)
    bars = []
    for name in ("ray", "killed") if arguments.kill else ("ray",):
        steps = Steps(kill_an_actor if name == "killed" else None)
        there = build(corpus, work / name, making, steps)
        found = compared(here.opened, there.opened, questions)
        figures[name] = {
            **found,
            "seconds": there.seconds,
            "ratio": {
                step: round(there.seconds[step] / here.seconds[step], 2)
                for step in ("read", "embed", "all")
            },
        }
        print(f"{name:7} {told(there.seconds)}; {found}", flush=True)
        bars.append(bar(name, arguments.actors, found))
        shutil.rmtree(work / name)
    figures["bars"] = bars
    if arguments.json is not None:
        write_result(arguments.json, figures, packages=("ray", "pyarrow"))
    return 0 if all(one["met"] for one in bars) else 1


def bar(name: str, actors: int, found: dict[str, Any]) -> dict[str, Any]:
    same = found["ids"] and found["texts"] and found["answers"] == 1.0
    return {
        "what": f"Ray with {actors} actors" if name == "ray" else "A worker killed in the middle",
        "asked": "the same ids, texts and answers; vectors within 1e-6"
        if name == "ray"
        else "changes nothing but time",
        "figure": f"ids and texts {'the same' if found['ids'] and found['texts'] else 'differ'}, "
        f"{100 * found['answers']:.0f} % of the answers the same, "
        f"vectors within {found['vectors']:.1e}",
        "met": bool(same and found["vectors"] <= BAR),
    }


def told(seconds: dict[str, float]) -> str:
    return ", ".join(f"{step} {value:.1f} s" for step, value in seconds.items())


def build(corpus: Path, index: Path, making: Making, steps: Steps) -> Built:
    settings = Settings(
        corpus=(corpus,), index=index, cache=index.parent / "cache", state=index.parent / "state"
    )
    started = time.perf_counter()
    opened = build_named(settings, index, progress=steps, making=making)
    whole = time.perf_counter() - started
    seconds = {step: round(value, 2) for step, value in steps.seconds.items()}
    return Built(opened, {**seconds, "all": round(whole, 2)})


def compared(here: Opened, there: Opened, questions: list[str]) -> dict[str, Any]:
    """Whether two indexes hold and answer the same."""
    first, second = texts(here.snapshot), texts(there.snapshot)
    answers = [
        answered(here, question) == answered(there, question)
        for question in questions
        if first == second
    ]
    return {
        "ids": [one for one, _ in first] == [one for one, _ in second],
        "texts": [one for _, one in first] == [one for _, one in second],
        "answers": round(sum(answers) / len(answers), 4) if answers else 0.0,
        "vectors": max(
            difference(here.snapshot, there.snapshot, name)
            for name in ("dense_passages", "dense_sentences")
        ),
    }


def texts(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [
        (passage.id, report.slice(passage.span))
        for report in snapshot.reports.values()
        for passage in report.passages
    ]


def answered(opened: Opened, question: str) -> tuple[Any, ...]:
    """What an answer shows: the extracts with their places, and whether it is refused."""
    answers = Answerer(opened.snapshot, opened.embedder, PageLinks("http://127.0.0.1"))
    answer = answers.ask(question)
    return answer.refused, *((e.text, e.citation.report) for e in answer.ranked)


def difference(first: Snapshot, second: Snapshot, name: str) -> float:
    """The largest difference of two numbers that should be equal."""
    one, other = getattr(first, name), getattr(second, name)
    if len(one) != len(other):
        return float("inf")
    rows = np.arange(len(one), dtype=np.int64)
    return float(np.abs(one.rows(rows) - other.rows(rows)).max())


def kill_an_actor() -> None:
    """SIGKILL to one of the processes that embed for this one."""
    parents, actors = {}, []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int(
                (place / "stat").read_text().rpartition(")")[2].split()[1]
            )
            if (place / "cmdline").read_bytes().startswith(b"ray::MapWorker"):
                actors.append(int(place.name))
        except OSError:
            continue
    for actor in actors:
        above = actor
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid():
            os.kill(actor, signal.SIGKILL)
            return
    raise SystemExit("there was no actor to kill")


if __name__ == "__main__":
    sys.exit(main())
