"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = Sequence[Any]


def table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A Markdown table; the first column to the left, numbers to the right."""
    right = [
        index > 0 and all(is_number(row[index]) or row[index] is None for row in rows)
        for index in range(len(columns))
    ]
    lines = [
        "| " + " | ".join(columns) + " |",
        "|" + "|".join(" ---: " if one else " --- " for one in right) + "|",
    ]
    lines += ["| " + " | ".join(map(shown, row)) + " |" for row in rows]
    return "\n".join(lines)


def is_number(value: Any) -> bool:
    """Whether a value is a plain number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """A value as a reader wants it: three digits that count, thousands parted, no figure lost."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return str(value).replace("|", "\\|")
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 1:
        return f"{value:.2f}"
    # Shares are told with three digits: .981.
    return f"{value:.3f}" if abs(value) >= 0.01 else f"{value:.2g}"


def words(name: str) -> str:
    """A key as words: ``bytes_per_passage``."""
    return name.replace("_", " ")


def generic(figures: Mapping[str, Any], title: str = "") -> Iterator[str]:
    """Blocks of Markdown for figures that nothing more is known of.

    Plain values make one table; mappings that look alike make one with a row each; the others
    follow below their names. Long lists are left out, as curves are for plots.
    """
    plain = [(words(k), v) for k, v in figures.items() if not isinstance(v, Mapping | list)]
    plain += [
        (words(k), v)
        for k, v in figures.items()
        if isinstance(v, list) and len(v) <= 8 and not any(isinstance(x, Mapping | list) for x in v)
    ]
    if title and figures:
        yield f"**{title}**"
    if plain:
        yield table(["", "figure"], plain)
    below = {k: v for k, v in figures.items() if isinstance(v, Mapping) and v}
    flat = {k: v for k, v in below.items() if not any(isinstance(x, Mapping) for x in v.values())}
    if len(flat) > 1 and _alike(list(flat.values())):
        columns = list(dict.fromkeys(key for value in flat.values() for key in value))
        yield table(
            ["", *map(words, columns)],
            [[words(k), *(_cell(v.get(c)) for c in columns)] for k, v in flat.items()],
        )
        below = {k: v for k, v in below.items() if k not in flat}
    for key, value in below.items():
        yield from generic(value, f"{title}, {words(key)}" if title else words(key))
    for key, value in figures.items():
        if isinstance(value, list) and value and all(isinstance(x, Mapping) for x in value):
            columns = list(dict.fromkeys(c for row in value for c in row))
            if len(value) <= 40 and not any(
                isinstance(x, Mapping) for r in value for x in r.values()
            ):
                yield f"**{f'{title}, ' if title else ''}{words(key)}**"
                yield table(
                    list(map(words, columns)), [[_cell(r.get(c)) for c in columns] for r in value]
                )


def _cell(value: Any) -> Any:
    return None if isinstance(value, Mapping) else value


def _alike(values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether mappings share most of their keys."""
    every = {key for value in values for key in value}
    return sum(len(value) for value in values) >= 0.6 * len(every) * len(values)
