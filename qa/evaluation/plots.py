"""Plots as inline SVG: no image, no style attribute, no script; the page colours their classes.

Every plot carries its figures as a table besides, for those who cannot see it or want the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from qa.evaluation import curves
from qa.evaluation.records import Prediction

_Point = TypeVar("_Point")

WIDTH, HEIGHT = 300, 214
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 10, 40


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with the figures in it.

    Attributes:
        id: of its element.
        title: what it shows.
        note: how to read it, a sentence or two.
        series: names of the lines, in the order of the classes ``series-1``, ``series-2``.
        svg: the drawing.
        header, rows: the figures.
    """

    id: str
    title: str
    note: str
    series: tuple[str, ...]
    svg: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """A rectangle of the drawing for values from (x0, y0) to (x1, y1)."""

    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, value: float) -> str:
        share = (value - self.x0) / (self.x1 - self.x0)
        return _number(LEFT + share * (WIDTH - LEFT - RIGHT))

    def y(self, value: float) -> str:
        share = (value - self.y0) / (self.y1 - self.y0)
        return _number(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    def path(self, points: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(x)} {self.y(y)}" for x, y in points)


def recall_at_k(predictions: Sequence[Prediction]) -> Plot | None:
    """Recall of passages and reports within the first k; ``None`` where nothing is answerable."""
    passages = curves.passage_recall(predictions)
    documents = curves.document_recall(predictions)
    if passages is None or documents is None:
        return None
    scale = _Scale(1, curves.DEPTH, 0, 1)
    steps = range(1, curves.DEPTH + 1)
    parts = [_frame(scale, (1, 5, 10, 15, 20), _TENTHS, "k", "share of questions")]
    for number, series in enumerate((passages, documents), 1):
        points = list(zip(steps, series, strict=True))
        parts.append(
            Markup('<path class="line series-{}" d="{}"/>').format(number, scale.path(points))
        )
    return Plot(
        "recall-at-k",
        "Recall at k",
        "Answerable questions, no comparisons, with a passage that answers within the first k; "
        "with the right report among the first k reports.",
        ("passages", "reports"),
        _drawing("Recall of passages and of reports within the first k, k from 1 to 20", parts),
        ("k", "passages", "reports"),
        tuple((str(k), f"{passages[k - 1]:.3f}", f"{documents[k - 1]:.3f}") for k in steps),
    )


def refusal(predictions: Sequence[Prediction]) -> Plot | None:
    """Precision and recall of refusal over all thresholds, and where the run stands.

    ``None`` where nothing is unanswerable, or everything.
    """
    points = curves.refusal_curve(predictions)
    if points is None:
        return None
    scale = _Scale(0, 1, 0, 1)
    line = [(point.recall, point.precision) for point in points]
    parts = [
        _frame(scale, _TENTHS, _TENTHS, "recall", "precision"),
        Markup('<path class="line series-1" d="{}"/>').format(scale.path(_thinned(line))),
    ]
    refused = [p for p in predictions if p.refused]
    right = sum(not p.question.answerable for p in refused)
    if refused:
        unanswerable = sum(not p.question.answerable for p in predictions)
        place = right / unanswerable, right / len(refused)
        parts.append(
            Markup('<circle class="dot series-2" cx="{}" cy="{}" r="5"/>').format(
                scale.x(place[0]), scale.y(place[1])
            )
        )
    shown = _thinned(points, most=20)
    return Plot(
        "refusal-curve",
        "Refusal: precision and recall",
        "Refusing whatever is less sure than a threshold, for every threshold. "
        "The dot is what this run refused.",
        ("every threshold", "this run"),
        _drawing("Precision against recall of refusal over all thresholds", parts),
        ("refused up to", "precision", "recall"),
        tuple((f"{p.threshold:.3f}", f"{p.precision:.3f}", f"{p.recall:.3f}") for p in shown),
    )


def reliability(predictions: Sequence[Prediction]) -> Plot | None:
    """Confidence against the share that is right; ``None`` where no question tells."""
    bins = curves.reliability(predictions)
    if not bins:
        return None
    scale = _Scale(0, 1, 0, 1)
    largest = max(group.n for group in bins)
    parts = [
        _frame(scale, _TENTHS, _TENTHS, "confidence", "share right"),
        Markup('<path class="ideal" d="{}"/>').format(scale.path([(0, 0), (1, 1)])),
        Markup('<path class="line series-1" d="{}"/>').format(
            scale.path([(group.confidence, group.right) for group in bins])
        ),
    ]
    parts.extend(
        # The area tells how many questions a dot stands for.
        Markup('<circle class="dot series-1" cx="{}" cy="{}" r="{}"/>').format(
            scale.x(group.confidence),
            scale.y(group.right),
            _number(2 + 6 * (group.n / largest) ** 0.5),
        )
        for group in bins
    )
    return Plot(
        "reliability",
        "Reliability of the confidence",
        "Stated confidence against the share of first extracts that answer. On the dashed line the "
        "confidence says what happens; a dot's area is its number of questions.",
        ("this run",),
        _drawing("Share of right first extracts against stated confidence", parts),
        ("confidence", "questions", "mean confidence", "share right"),
        tuple(
            (f"{b.low:.1f}–{b.high:.1f}", str(b.n), f"{b.confidence:.3f}", f"{b.right:.3f}")
            for b in bins
        ),
    )


def latency(predictions: Sequence[Prediction]) -> Plot | None:
    """How long the questions took; ``None`` where there are none."""
    times = [p.latency_ms for p in predictions]
    if not times:
        return None
    counts, width = curves.histogram(times)
    scale = _Scale(0, len(counts) * width, 0, max(counts))
    bar = (WIDTH - LEFT - RIGHT) / len(counts)
    ticks = [len(counts) * width * share / 4 for share in range(5)]
    parts = [
        _frame(scale, ticks, (0, max(counts)), "milliseconds", "questions"),
        *(
            Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(
                _number(LEFT + number * bar),
                scale.y(count),
                _number(bar - 1),
                _number(HEIGHT - BOTTOM - float(scale.y(count))),
            )
            for number, count in enumerate(counts)
            if count
        ),
    ]
    shares = (0.5, 0.9, 0.95, 0.99, 1.0)
    names = ("median", "90 %", "95 %", "99 %", "slowest")
    return Plot(
        "latency-histogram",
        "Time a question took",
        f"Half of the questions within {curves.percentile(times, 0.5):.1f} ms, 95 % within "
        f"{curves.percentile(times, 0.95):.1f} ms. The last bar holds all beyond the scale.",
        (),
        _drawing("Histogram of the time that questions took", parts),
        ("share of questions", "milliseconds"),
        tuple(
            (name, f"{curves.percentile(times, share):.1f}")
            for name, share in zip(names, shares, strict=True)
        ),
    )


def interval_bar(value: float | None, interval: tuple[float, float] | None) -> Markup:
    """A bar from 0 to a score of at most 1, its interval as a whisker; empty for ``None``."""
    if value is None:
        return Markup("")
    parts = [
        Markup('<rect class="track" width="200" height="14"/>'),
        Markup('<rect class="bar" width="{}" height="14"/>').format(_number(200 * value)),
    ]
    if interval is not None:
        low, high = (_number(200 * min(max(end, 0.0), 1.0)) for end in interval)
        parts.append(
            Markup('<path class="whisker" d="M{0} 3V11M{0} 7H{1}M{1} 3V11"/>').format(low, high)
        )
    return Markup(
        '<svg class="score" viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>"
    ).format(Markup("").join(parts))


_TENTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def _frame(
    scale: _Scale, xs: Sequence[float], ys: Sequence[float], x_name: str, y_name: str
) -> Markup:
    """Grid lines, their values and the names of both axes."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        Markup('<path class="grid" d="M{} {}H{}"/><text class="y" x="{}" y="{}">{}</text>').format(
            LEFT, scale.y(y), right, LEFT - 6, _number(float(scale.y(y)) + 4), _tick(y)
        )
        for y in ys
    ]
    parts.extend(
        Markup('<path class="grid" d="M{} {}v4"/><text class="x" x="{}" y="{}">{}</text>').format(
            scale.x(x), bottom, scale.x(x), bottom + 17, _tick(x)
        )
        for x in xs
    )
    middle = _number((TOP + bottom) / 2)
    parts.append(
        Markup(
            '<text class="x" x="{}" y="{}">{}</text>'
            '<text class="x" x="10" y="{}" transform="rotate(-90 10 {})">{}</text>'
        ).format(_number((LEFT + right) / 2), HEIGHT - 5, x_name, middle, middle, y_name)
    )
    return Markup("").join(parts)


def _drawing(description: str, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, description, Markup("").join(parts))


def _thinned(points: Sequence[_Point], most: int = 300) -> list[_Point]:
    """Every so-manieth point, first and last included."""
    if len(points) <= most:
        return list(points)
    return [points[round(i * (len(points) - 1) / (most - 1))] for i in range(most)]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _tick(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
