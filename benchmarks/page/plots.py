"""Figures as plots: SVG, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Points = Sequence[tuple[float, float]]

_COLOURS = ("#1f5fa8", "#c8611a", "#2d8659", "#8a3ea0")


def line_plot(
    path: Path,
    title: str,
    lines: Mapping[str, Points],
    *,
    x: str,
    y: str,
    log_x: bool = False,
    log_y: bool = False,
) -> None:
    """A line a name, with a point at each figure; ``log`` for axes of magnitudes.

    Args:
        path: of the file.
        title: above it.
        lines: name to points.
        x, y: what the axes tell, with units.
        log_x, log_y: whether the axes are logarithmic.
    """

    def draw(axes: Any) -> None:
        for number, (name, points) in enumerate(lines.items()):
            axes.plot(
                [one for one, _ in points],
                [other for _, other in points],
                marker="o" if len(points) < 30 else "",
                label=name,
                color=_COLOURS[number % len(_COLOURS)],
                linestyle=("-", "--", "-.", ":")[number // len(_COLOURS) % 4],
            )
        if log_x:
            # Marked where something was measured.
            marks = sorted({one for points in lines.values() for one, _ in points})
            axes.set_xscale("log")
            axes.set_xticks(marks, [f"{mark:,.0f}" for mark in marks])
            axes.minorticks_off()
        if log_y:
            axes.set_yscale("log")
        else:
            top = max(other for points in lines.values() for _, other in points)
            axes.set_ylim(0, 1.08 * top or 1)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.grid(visible=True, linewidth=0.4, alpha=0.5)
        if len(lines) > 1:
            axes.legend(frameon=False)

    _written(path, title, draw)


def scatter_plot(
    path: Path, title: str, groups: Mapping[str, Points], *, x: str, y: str, highlight: str
) -> None:
    """Points, of one colour a group; the first axis is logarithmic.

    Args:
        path: of the file.
        title: above it.
        groups: name to points.
        x, y: what the axes tell, with units.
        highlight: the group that is drawn large.
    """

    def draw(axes: Any) -> None:
        for number, (name, points) in enumerate(groups.items()):
            axes.scatter(
                [one for one, _ in points],
                [other for _, other in points],
                s=90 if name == highlight else 36,
                marker="*" if name == highlight else "o",
                label=name,
                color=(*_COLOURS, "#888888", "#c9b037")[number % 6],
            )
        axes.set_xscale("log")
        marks = (0.5, 1, 2, 5, 10, 20, 50, 100)
        values = [one for points in groups.values() for one, _ in points]
        inside = [mark for mark in marks if min(values) / 2 <= mark <= max(values) * 2]
        axes.set_xticks(inside, [f"{mark:g}" for mark in inside])
        axes.minorticks_off()
        axes.set_ylim(0, 1.05)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.grid(visible=True, linewidth=0.4, alpha=0.5)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)

    _written(path, title, draw)


def bar_plot(path: Path, title: str, bars: Mapping[str, float], *, x: str) -> None:
    """A horizontal bar a name, in the order given, from the top."""

    def draw(axes: Any) -> None:
        names = list(bars)[::-1]
        axes.barh(names, [bars[name] for name in names], color=_COLOURS[0])
        axes.set_xlabel(x)
        axes.grid(visible=True, axis="x", linewidth=0.4, alpha=0.5)

    _written(path, title, draw)


def grouped_plot(
    path: Path, title: str, groups: Mapping[str, Mapping[str, float]], *, y: str
) -> None:
    """Columns side by side for each group, one a name that its mapping has."""

    def draw(axes: Any) -> None:
        names = list(dict.fromkeys(name for group in groups.values() for name in group))
        width = 0.8 / max(1, len(names))
        for number, name in enumerate(names):
            places = [
                at + width * (number - (len(names) - 1) / 2)
                for at, group in enumerate(groups.values())
                if name in group
            ]
            heights = [group[name] for group in groups.values() if name in group]
            colour = (*_COLOURS, "#888888", "#c9b037")[number % 6]
            axes.bar(places, heights, width=width, label=name, color=colour)
        axes.set_xticks(range(len(groups)), list(groups), fontsize=8)
        axes.set_ylabel(y)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)

    _written(path, title, draw)


def stacked_plot(
    path: Path, title: str, stacks: Mapping[str, Mapping[str, float]], *, y: str
) -> None:
    """A column a name, made up of the parts that its mapping names."""

    def draw(axes: Any) -> None:
        names = list(stacks)
        bottom = [0.0] * len(names)
        for number, part in enumerate(dict.fromkeys(p for s in stacks.values() for p in s)):
            heights = [stacks[name].get(part, 0.0) for name in names]
            colour = (*_COLOURS, "#888888")[number % 5]
            axes.bar(names, heights, bottom=bottom, label=part, color=colour, width=0.6)
            bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
        axes.set_ylabel(y)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))

    _written(path, title, draw)


def _written(path: Path, title: str, draw: Callable[[Any], None]) -> None:
    # Imported here: a page without plots needs no matplotlib.
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Without a salt the ids in the file would be random; without metadata there is no date.
    with matplotlib.rc_context({"svg.hashsalt": "cityqa", "svg.fonttype": "none"}):
        figure = Figure(figsize=(6.4, 3.4), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        axes.set_title(title, fontsize=11, loc="left")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
