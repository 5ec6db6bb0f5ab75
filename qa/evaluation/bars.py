"""Least values that an evaluation must reach: ``METRIC=VALUE``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.errors import UsageError
from qa.evaluation.metrics import METRICS

GROUPS = ("by_language", "by_kind", "by_report")
MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class Bar:
    """A metric and the least that it must be.

    Attributes:
        path: names that lead to the metric in the object that ``--json`` prints, the metric last.
        least: the bar.
    """

    path: tuple[str, ...]
    least: float

    @property
    def name(self) -> str:
        """As it was given."""
        return ".".join(self.path)


def parse_bar(text: str) -> Bar:
    """A bar from ``extract_hit@1=0.9`` or ``by_language.en.extract_hit@1=0.8``.

    Raises:
        UsageError: it is none; an unknown metric or group is named with those that there are.
    """
    name, equals, value = text.rpartition("=")
    try:
        least = float(value)
    except ValueError:
        least = math.nan
    if not equals or not math.isfinite(least):
        raise UsageError(
            "is not METRIC=VALUE with a number",
            where=f"--min {text}",
            mend="write it as extract_hit@1=0.9",
        )
    first, _, rest = name.strip().partition(".")
    group, _, metric = rest.rpartition(".")
    if not rest:
        path: tuple[str, ...] = (first,)
    elif first == MATRIX:
        path = (first, *group.partition(".")[::2], metric)
    else:
        path = (first, group, metric)
    if path[-1] not in METRICS:
        raise UsageError(
            f"there is no metric {path[-1]!r}",
            where=f"--min {text}",
            mend=f"there are {', '.join(METRICS)}",
        )
    if len(path) > 1 and (first not in (*GROUPS, MATRIX) or not all(path)):
        raise UsageError(
            f"there is no group {name.removesuffix('.' + metric)!r}",
            where=f"--min {text}",
            mend=f"groups are {', '.join(f'{group}.NAME' for group in GROUPS)}",
        )
    return Bar(path, least)


def check_groups(bars: Iterable[Bar], groups: Mapping[str, Sequence[str]]) -> None:
    """Whether the groups that bars name are there.

    Args:
        bars: of one evaluation.
        groups: ``by_language`` and so on to the names of the groups.

    Raises:
        UsageError: one is not; names those that are.
    """
    for bar in bars:
        if len(bar.path) == 3 and bar.path[1] not in groups[bar.path[0]]:
            there = ", ".join(groups[bar.path[0]]) or "none"
            raise UsageError(
                f"there is no {bar.path[1]!r} in {bar.path[0]}",
                where=f"--min {bar.name}={bar.least:g}",
                mend=f"there are {there}",
            )


def missed_bars(bars: Iterable[Bar], scores: Mapping[str, Any]) -> Iterator[str]:
    """One line a bar that is missed; a metric that does not apply misses every bar.

    Args:
        bars: of one evaluation.
        scores: the object that ``--json`` prints.
    """
    for bar in bars:
        value: Any = scores if len(bar.path) > 1 else scores["metrics"]
        for name in bar.path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is None:
            yield f"{bar.name} does not apply here, so it misses its bar of {bar.least:g}"
        elif value < bar.least:
            yield f"{bar.name} is {value:.4f}, below its bar of {bar.least:g}"
