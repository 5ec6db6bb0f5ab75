"""What was asked of the program, and whether the figures reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.page.tables import shown

Results = Mapping[str, Mapping[str, Any]]
"""Name of a file, without its ending, to what is in it."""

MILLION, SMALL = "1000000", "10000"

BUILD_MB = 3000.0
SERVING_MB = 4000.0
RECALL = 0.98
SLOWER = 5.0
_MB_PER_MIB = 2**20 / 1e6


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that was asked.

    Attributes:
        what: is asked.
        asked: the least or most.
        figure: what was measured; empty where nothing was.
        met: whether it is enough; none where too little was measured to tell.
    """

    what: str
    asked: str
    figure: str
    met: bool | None

    @property
    def mark(self) -> str:
        """In words."""
        if self.met is None:
            return "not decided" if self.figure else "not measured"
        return "met" if self.met else "**not met**"


def bars(results: Results) -> list[Bar]:
    """All that was asked, in the order of the sections."""
    found = [*_scale(_figures(results, "scale")), *_memory(_figures(results, "memory"))]
    for name, expected in _ELSEWHERE.items():
        figures = _figures(results, name)
        stated = [*_stated(figures), *(_peers(figures) if name == "peers" else ())]
        found += stated or [Bar(what, asked, "", None) for what, asked in expected]
    return found


_ELSEWHERE = {
    "embedding": (("Indexing against the bare model in the same run", "≥ .85 of its rate"),),
    "peers": (
        ("R@1 on every set", "ahead of every peer's best setting"),
        ("A whole answer", "not slower than the fastest hybrid peer's retrieval"),
    ),
    "ray": (
        ("Ray with two actors", "the same ids, texts and answers; vectors within 1e-6"),
        ("A worker killed in the middle", "changes nothing but time"),
    ),
    "milvus": (
        ("Milvus Lite gives FAISS's first extract", "≥ 99 % of the questions of every set"),
        ("A kill during ingestion", "nothing lost, nothing twice"),
    ),
}
"""Files that state their own bars, and what is said where there is no such file."""


def _figures(results: Results, name: str) -> Mapping[str, Any]:
    return results.get(name, {}).get("figures", {})


def _stated(figures: Mapping[str, Any]) -> Iterator[Bar]:
    for bar in figures.get("bars", ()):
        met = bar.get("met")
        yield Bar(
            str(bar.get("what", "")),
            shown(bar.get("asked", "")),
            shown(bar.get("figure", "")),
            None if met is None else bool(met),
        )


def _peers(figures: Mapping[str, Any]) -> Iterator[Bar]:
    """Of each set; a quick run, which asks some questions of some sets, decides nothing."""
    for name, one in figures.get("sets", {}).items():
        ours, told = one["ours"], one["verdict"]
        best, fastest = told["best"], told["fastest_hybrid"]
        found = one["peers"][fastest["system"]][fastest["setting"]]["r@1"]
        quick = figures.get("quick", False)
        yield Bar(
            f"R@1 on {name}",
            f"above {shown(best['r@1'])}, the best of any other ({best['system']})",
            shown(ours["r@1"]),
            None if quick else ours["r@1"] > best["r@1"],
        )
        yield Bar(
            f"A whole answer on {name}, p50",
            f"≤ {shown(fastest['p50_ms'])} ms, the fastest hybrid retrieval "
            f"({fastest['system']}, R@1 {shown(found)})",
            f"{shown(ours['p50_ms'])} ms",
            None if quick else ours["p50_ms"] <= fastest["p50_ms"],
        )


def _scale(figures: Mapping[str, Any]) -> Iterator[Bar]:
    sizes = figures.get("sizes", {})
    large, small = sizes.get(MILLION, {}), sizes.get(SMALL, {})
    yield _bar(
        "Memory to build 1 million passages, besides the vectors being written",
        f"≤ {BUILD_MB:,.0f} MB",
        large,
        lambda size: size["build"]["memory_mib"]["own"] * _MB_PER_MIB,
        lambda value: value <= BUILD_MB,
        "MB",
    )
    yield _bar(
        "Recall@10 of the approximate search at 1 million",
        f"≥ {RECALL} of exact",
        large,
        lambda size: size["compare"]["recall@10"],
        lambda value: value >= RECALL,
    )
    yield _bar(
        "p95 of a question at 1 million against 10 thousand",
        f"≤ {SLOWER:.0f} ×",
        {"large": large, "small": small},
        lambda both: (
            both["large"]["serve"]["alone_ms"]["p95"] / both["small"]["serve"]["alone_ms"]["p95"]
        ),
        lambda value: value <= SLOWER,
        "×",
    )
    yield _bar(
        "Resident memory of the serving process at 1 million, mapped files included",
        f"≤ {SERVING_MB:,.0f} MB",
        large,
        lambda size: _resident(size["serve"]) * _MB_PER_MIB,
        lambda value: value <= SERVING_MB,
        "MB",
    )


def _resident(serve: Mapping[str, Any]) -> float:
    largest = serve["memory_mib"]["largest"]
    return float(largest["own"] + largest["mapped"])


def _memory(figures: Mapping[str, Any]) -> Iterator[Bar]:
    yield _bar(
        "Memory over 10,000 questions and 100 reloads",
        f"flat: rises ≤ {figures.get('bound', 0.02):.0%} over the second half",
        figures if figures.get("questions", 0) >= 10_000 else {},
        lambda found: found["second_half"]["rise"] / found["second_half"]["mean"] * 100,
        lambda value: value <= figures["bound"] * 100,
        "%",
    )


def _bar(
    what: str,
    asked: str,
    figures: Mapping[str, Any],
    measure: Callable[[Mapping[str, Any]], float],
    enough: Callable[[float], bool],
    unit: str = "",
) -> Bar:
    try:
        value = float(measure(figures))
    except (KeyError, TypeError, ZeroDivisionError):
        return Bar(what, asked, "", None)
    return Bar(what, asked, f"{shown(value)} {unit}".strip(), enough(value))
