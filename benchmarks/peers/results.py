"""The object that is written: numbers of each set, system and setting, and what they amount to."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RATIOS = ("index_s", "p50_ms", "p95_ms", "peak_mb")
"""What is also given as a ratio to ours."""

Numbers = Mapping[str, Any]


def with_ratios(peer: Numbers, ours: Numbers) -> dict[str, Any]:
    """A peer's numbers with their ratios to ours: 2 where it takes twice as much."""
    return {**peer, "ratios": {name: round(peer[name] / ours[name], 3) for name in RATIOS}}


def verdict(ours: Numbers, peers: Mapping[str, Mapping[str, Numbers]]) -> dict[str, Any]:
    """Whether ours is ahead of every setting of every peer, and not slower than any hybrid one.

    Args:
        ours: numbers of a whole answer.
        peers: system to setting to numbers, of those that were measured on all questions.

    Returns:
        ``ahead`` with the ``best`` setting of any peer (system, setting, ``r@1``), and
        ``not_slower`` with the ``fastest_hybrid`` one (system, setting, ``p50_ms``).
    """
    measured = [
        (system, setting, numbers)
        for system, settings in peers.items()
        for setting, numbers in settings.items()
    ]
    system, setting, best = max(measured, key=lambda one: (one[2]["r@1"], one[2]["r@5"]))
    found = {
        "best": {"system": system, "setting": setting, "r@1": best["r@1"]},
        "ahead": ours["r@1"] > best["r@1"],
    }
    hybrids = [one for one in measured if one[2]["hybrid"]]
    system, setting, fastest = min(hybrids, key=lambda one: one[2]["p50_ms"])
    return {
        **found,
        "fastest_hybrid": {"system": system, "setting": setting, "p50_ms": fastest["p50_ms"]},
        "not_slower": ours["p50_ms"] <= fastest["p50_ms"],
    }


def chosen(tried: Mapping[str, Numbers], defaults: str) -> list[str]:
    """The settings of a system that are measured on all questions.

    The defaults; the two that ranked best where all were tried; the best hybrid one.

    Args:
        tried: setting to ``r@1``, ``r@5`` and ``hybrid``.
        defaults: name of the first.
    """

    def order(names: list[str]) -> list[str]:
        return sorted(names, key=lambda name: (-tried[name]["r@1"], -tried[name]["r@5"]))

    best = order(list(tried))
    hybrid = order([name for name in tried if tried[name]["hybrid"]])
    return list(dict.fromkeys([defaults, *best[:2], *hybrid[:1]]))


def machine(cores: int) -> dict[str, Any]:
    """What it was measured on, without a name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": " ".join([platform.machine(), *_vectors()]),
        "cores": cores,
        "memory_gib": round(memory / 1024**3, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _vectors() -> list[str]:
    """The widest vector instructions that the processor offers."""
    path = Path("/proc/cpuinfo")
    flags = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    widest = [label for flag, label in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags]
    return ["with", widest[0]] if widest else []


def rows(sets: Mapping[str, Any]) -> list[str]:
    """A table as text, a line a setting of a system."""
    lines = []
    for name, one in sets.items():
        lines.append(f"{name}: {one['questions']:,} questions, {one['documents']:,} documents")
        lines.append(
            f"  {'':60} {'R@1':>6} {'R@5':>6} {'p50 ms':>8} {'p95 ms':>8} {'index s':>8} {'MB':>6}"
        )
        lines.append(_row("ours: whole answer", one["ours"]))
        for system, settings in one["peers"].items():
            lines += [
                _row(f"{system}: {setting}", numbers) for setting, numbers in settings.items()
            ]
        told = one["verdict"]
        best, fastest = told["best"], told["fastest_hybrid"]
        lines.append(
            f"  {'ahead' if told['ahead'] else 'BEHIND'} of {best['system']} ({best['setting']}), "
            f"{best['r@1']:.4f}; {'not slower' if told['not_slower'] else 'SLOWER'} than "
            f"{fastest['system']} ({fastest['setting']}), {fastest['p50_ms']:.2f} ms; "
            f"{one['answer_to_encode']:.1f} times the bare encode"
        )
    return lines


def _row(name: str, numbers: Numbers) -> str:
    return (
        f"  {name:60} {numbers['r@1']:6.4f} {numbers['r@5']:6.4f} {numbers['p50_ms']:8.2f} "
        f"{numbers['p95_ms']:8.2f} {numbers['index_s']:8.2f} {numbers['peak_mb']:6.0f}"
    )
