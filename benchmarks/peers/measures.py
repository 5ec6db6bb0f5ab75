"""What is computed from rankings and times."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def recall(ranked: Sequence[Sequence[int]], right: Sequence[Collection[int]], cut: int) -> float:
    """Share of the questions of which a right document is among the first ``cut``.

    Args:
        ranked: numbers of documents, best first, of each question.
        right: numbers of the right ones of each question.
        cut: how many are looked at.
    """
    hits = sum(
        any(number in wanted for number in found[:cut])
        for found, wanted in zip(ranked, right, strict=True)
    )
    return hits / len(right)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` per cent lie, by linear interpolation.

    Hyndman & Fan, "Sample Quantiles in Statistical Packages", 1996, definition 7.
    """
    ordered = sorted(values)
    place = (len(ordered) - 1) * share / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def rounds(numbers: Sequence[int], size: int) -> list[Sequence[int]]:
    """The numbers in parts of ``size``, the last one shorter where they do not come out even."""
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]


def rotated(names: Sequence[str], by: int) -> list[str]:
    """The names in their order, another one first each time: nobody always follows the same."""
    at = by % len(names)
    return [*names[at:], *names[:at]]
