"""The section about other programs: the same sets, in one run, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.page.plots import grouped_plot, scatter_plot
from benchmarks.page.tables import shown, table

Figures = Mapping[str, Any]

OURS = "cityqa"


def peers(figures: Figures, folder: Path, link: str) -> Iterator[str]:
    """One table over all sets, a plot, and a table a set."""
    sets: Mapping[str, Figures] = figures.get("sets", {})
    if not sets:
        return
    yield (
        "R@1 is the share of questions whose first document is the right one. Ours is a whole "
        "answer, from the question to cited extracts, by models that never saw the set; theirs is "
        "a bare retrieval, the encoding of the question included."
    )
    yield table(
        ["set", "questions", "R@1", "best other R@1", "by", "answer p50, ms",
         "fastest hybrid p50, ms", "its R@1", "by", "answer ÷ bare encode"],
        [
            [
                name,
                one["questions"],
                one["ours"]["r@1"],
                one["verdict"]["best"]["r@1"],
                _setting(one["verdict"]["best"]),
                one["ours"]["p50_ms"],
                one["verdict"]["fastest_hybrid"]["p50_ms"],
                _numbers(one, one["verdict"]["fastest_hybrid"])["r@1"],
                _setting(one["verdict"]["fastest_hybrid"]),
                one["answer_to_encode"],
            ]
            for name, one in sets.items()
        ],
    )  # fmt: skip
    grouped_plot(
        folder / "peers.svg",
        "R@1, each program's best setting",
        {name: {OURS: one["ours"]["r@1"], **_best(one)} for name, one in sets.items()},
        y="R@1",
    )
    yield f"![R@1, each program's best setting]({link}/peers.svg)"
    yield "In brackets: as a multiple of ours. A time of 2 is twice as long."
    for name, one in sets.items():
        yield f"### {name}"
        yield f"{one['questions']:,} questions, {one['documents']:,} documents."
        plot = f"peers-{name}.svg"
        scatter_plot(
            folder / plot,
            f"{name}: what is found, and how soon",
            {OURS: [_point(one["ours"])]}
            | {
                system: [_point(numbers) for numbers in settings.values()]
                for system, settings in one["peers"].items()
                if settings
            },
            x="p50, ms",
            y="R@1",
            highlight=OURS,
        )
        yield f"![{name}: R@1 against p50]({link}/{plot})"
        yield _all_settings(one)
    yield "Where each setting is documented:"
    yield "\n".join(_sources(sets))


def _best(one: Figures) -> dict[str, float]:
    return {
        system: max(numbers["r@1"] for numbers in settings.values())
        for system, settings in one["peers"].items()
        if settings
    }


def _point(numbers: Figures) -> tuple[float, float]:
    return numbers["p50_ms"], numbers["r@1"]


def _numbers(one: Figures, told: Figures) -> Figures:
    """What was measured of the setting that a verdict names."""
    found: Figures = one["peers"][told["system"]][told["setting"]]
    return found


def _setting(told: Figures) -> str:
    return f"{told['system']}, {told['setting']}"


def _all_settings(one: Figures) -> str:
    rows: list[list[Any]] = [_row(OURS, "whole answer", one["ours"], {})]
    for system, settings in one["peers"].items():
        for setting, numbers in settings.items():
            rows.append(_row(system, setting, numbers, numbers.get("ratios", {})))
    columns = ["program", "setting", "R@1", "R@5", "index, s", "p50, ms", "p95, ms", "peak, MB"]
    return table(columns, rows)


def _row(system: str, setting: str, numbers: Figures, ratios: Figures) -> list[Any]:
    measured = [
        f"{shown(numbers[name])} ({shown(ratios[name])})" if name in ratios else numbers[name]
        for name in ("index_s", "p50_ms", "p95_ms", "peak_mb")
    ]
    return [system, setting, numbers["r@1"], numbers["r@5"], *measured]


def _sources(sets: Mapping[str, Figures]) -> list[str]:
    found = {
        (system, setting): numbers.get("source", "")
        for one in sets.values()
        for system, settings in one["peers"].items()
        for setting, numbers in settings.items()
    }
    return [
        f"- {system}, {setting}: {source}"
        for (system, setting), source in sorted(found.items())
        if source
    ]
