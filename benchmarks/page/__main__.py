"""Write the page of measurements out of the files that the benchmarks left, and of nothing else.

    python benchmarks/page [--results benchmarks/results] [--fallback DIR]
                           [--write docs/benchmarks.md]

``--fallback`` names a folder with the files of a quick run, for what was not measured in full.
Plots go into the folder beside the page that has its name (``docs/benchmarks/``). Equal files give
an equal page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.page.bars import Results, bars
from benchmarks.page.sections import SECTIONS, Section
from benchmarks.page.tables import shown, table
from benchmarks.results import RESULTS, ROOT, read_result

INTRODUCTION = """\
# Measurements

What to expect of cityqa, for five reports and for the archive of a province, and beside the
programs that one would use otherwise. Every figure comes from a file in
[`benchmarks/results`](../benchmarks/results) that the command named beside it wrote; this page is
written from those files by `python benchmarks/page`. `make bench` measures anew in five minutes,
with less of everything; `make bench-full` does all of it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--write", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--fallback", type=Path)
    arguments = parser.parse_args()
    write_page(arguments.results, arguments.write, fallback=arguments.fallback)


def write_page(results: Path, page: Path, *, fallback: Path | None = None) -> None:
    """Write the page and its plots.

    Args:
        results: folder of the files.
        page: to write; plots go beside it.
        fallback: folder of the files of a quick run, which stand in for those that are missing.

    Raises:
        ValueError: a file is no result of a benchmark.
    """
    known = {**(read_results(fallback, quick=True) if fallback else {}), **read_results(results)}
    blocks = [INTRODUCTION, *expectations(known), *asked(known)]
    folder = page.with_suffix("")
    for section in SECTIONS:
        blocks += written(section, known.get(section.name), folder)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def read_results(folder: Path, *, quick: bool = False) -> dict[str, dict[str, Any]]:
    """Name of a file, without its ending, to what is in it."""
    found = {path.stem: read_result(path) for path in sorted(folder.glob("*.json"))}
    return {name: {**value, "quick": quick} for name, value in found.items() if value is not None}


def expectations(results: Results) -> Iterator[str]:
    """In a few lines, what a small and a large corpus take."""
    small = _five_reports(results)
    sizes = results.get("scale", {}).get("figures", {}).get("sizes", {})
    lines = [f"- **Five reports.** {small}"] if small else []
    for size, parts in sorted(sizes.items(), key=lambda item: int(item[0])):
        if {"corpus", "build", "serve"} <= parts.keys():
            lines.append(_of_size(int(size), parts))
    if lines:
        yield "## What to expect"
        yield "\n".join(lines)
        yield (
            "What another size takes is reckoned in [sizing.md](sizing.md), and by "
            "`cityqa index build --plan` for a corpus at hand."
        )


def _five_reports(results: Results) -> str:
    said = []
    startup = results.get("startup", {}).get("figures")
    if startup:
        ask = startup["ask"]
        said.append(
            f"`cityqa ask` takes {shown(ask['seconds'])} s from its start to the answer, and "
            f"{shown(ask['megabytes'])} MB of memory."
        )
    profile = results.get("profile", {}).get("figures")
    if profile:
        said.append(
            f"In a program that is running, an answer takes {shown(profile['total_ms']['p50'])} ms "
            f"(p95 {shown(profile['total_ms']['p95'])} ms)."
        )
    return " ".join(said)


def _of_size(size: int, parts: Mapping[str, Any]) -> str:
    build, alone = parts["build"], parts["serve"]["alone_ms"]
    largest = parts["serve"]["memory_mib"]["largest"]
    disk = sum(build["bytes_per_passage"].values()) * size / 1e6
    return (
        f"- **{parts['corpus']['reports']:,} reports, {size:,} passages.** Built in "
        f"{minutes(build['seconds'])}, with {build['memory_mib']['own']:,.0f} MiB of memory; "
        f"{disk:,.0f} MB on disk. An answer takes {shown(alone['p50'])} ms (p95 "
        f"{shown(alone['p95'])} ms); the process that answers has {largest['own']:,.0f} MiB of "
        f"its own and up to {largest['mapped']:,.0f} MiB of mapped files."
    )


def asked(results: Results) -> Iterator[str]:
    """What was asked of the program beside what was measured."""
    yield "## What was asked"
    rows = [(bar.what, bar.asked, bar.figure or "–", bar.mark) for bar in bars(results)]
    yield table(["", "asked", "measured", ""], rows)


def written(section: Section, result: Mapping[str, Any] | None, folder: Path) -> Iterator[str]:
    """A section's blocks, and what they were measured with."""
    yield f"## {section.title}"
    yield section.says
    if result is None:
        yield f"Not measured yet: `{section.command}`."
        return
    yield from section.draw(result["figures"], folder, folder.name)
    if result.get("quick"):
        yield "Of the quick run, which measures less of everything."
    if not result.get("complete", True):
        yield "The run was not finished: what it had measured is shown."
    yield provenance(result)


def provenance(result: Mapping[str, Any]) -> str:
    """Command, date, machine and versions, on one line."""
    machine = result["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    return (
        f"`{result['command']}`, {result['date']}; {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['cpu']}, {machine['system']}; {versions}."
    )


def minutes(seconds: float) -> str:
    """Seconds, or minutes where they are many."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    main()
