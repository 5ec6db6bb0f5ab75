"""An evaluation on one screen: tables on a terminal, aligned lines when piped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from qa.cli.output import printable
from qa.cli.rendering import AnswerConsole
from qa.evaluation.evaluation import SEEN, Evaluation
from qa.evaluation.metrics import METRICS, Loss, lost_at
from qa.evaluation.outputs import PAGE
from qa.evaluation.records import Prediction

# One screen has no room for all of them in every group.
_OF_GROUPS = (
    "document_recall@1",
    "extract_hit@1",
    "extract_hit@3",
    "answered_hit@1",
    "comparison_complete",
    "refusal_recall",
)
_WITH_INTERVAL = "extract_hit@1"
_WIDE = 92
_PIPED_WIDTH = 200
_REASONS = 5

_LOST: dict[Loss, str] = {
    "not_retrieved": "not retrieved",
    "not_selected": "retrieved, not selected",
    "refused": "right, but refused",
}


def print_evaluation(
    evaluation: Evaluation, predictions: Sequence[Prediction], out: Path | None
) -> None:
    """Print scores overall and by group, where misses were lost, and what was malformed."""
    console = AnswerConsole(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = AnswerConsole(
            highlight=False, markup=False, emoji=False, soft_wrap=True, width=_PIPED_WIDTH
        )
    latency = evaluation.latency_ms
    name = evaluation.run["set"]["name"]
    head = f"{name}: {evaluation.n} questions, {len(evaluation.malformed)} malformed"
    if latency["p50"] is not None:
        head += f"; {latency['p50']:.1f} ms a question (95 %: {latency['p95']:.1f})"
    console.print(Text(printable(head), style="bold"))
    if evaluation.seen:
        console.print(Text(SEEN, style="bold"))
    console.print(_overall(console, evaluation))
    groups = _groups(console, evaluation)
    if groups.columns:
        console.print(groups)
    lost = Counter(step for one in predictions if (step := lost_at(one)) is not None)
    counts = ", ".join(f"{text} {lost[step]}" for step, text in _LOST.items())
    console.print(Text(f"lost: {counts}"))
    for one in evaluation.malformed[:_REASONS]:
        console.print(Text(printable(f"malformed: {one.line}: {one.reason}")))
    more = len(evaluation.malformed) - _REASONS
    if more > 0:
        console.print(Text(f"malformed: and {more} more"))
    if out is not None:
        console.print(Text(printable(f"written: {out / PAGE}")))


def _overall(console: AnswerConsole, evaluation: Evaluation) -> Table:
    """Two metrics a row, those that do not apply left out."""
    table = _table(console)
    for column in ("metric", "score", "95 %", "metric", "score", "95 %"):
        table.add_column(column, justify="left" if column == "metric" else "right", no_wrap=True)
    names = [name for name in METRICS if evaluation.metrics[name] is not None]
    half = -(-len(names) // 2)
    for row in range(half):
        cells: list[str] = []
        for name in names[row::half]:
            bounds = _bounds(evaluation.intervals[name])
            cells += [name, _number(evaluation.metrics[name]), bounds]
        table.add_row(*cells)
    return table


def _groups(console: AnswerConsole, evaluation: Evaluation) -> Table:
    """A row a language and a row a kind; nothing where there is one of each."""
    parts = [
        (groups, intervals, evaluation.sizes[name])
        for name, groups, intervals in (
            ("by_language", evaluation.by_language, evaluation.language_intervals),
            ("by_kind", evaluation.by_kind, evaluation.kind_intervals),
        )
        if len(groups) > 1
    ]
    table = _table(console)
    if not parts:
        return table
    columns = [
        name
        for name in _OF_GROUPS
        if any(scores[name] is not None for groups, _, _ in parts for scores in groups.values())
    ]
    with_interval = console.width >= _WIDE
    table.add_column("", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for name in columns:
        # Headers of two lines are narrower; one line is what other programs read better.
        header = name.replace("_", "\n") if console.is_terminal else name
        table.add_column(header, justify="right", no_wrap=True)
        if name == _WITH_INTERVAL and with_interval:
            table.add_column("95 %", justify="right", no_wrap=True)
    for groups, intervals, sizes in parts:
        for group, scores in groups.items():
            cells = [printable(group), str(sizes[group])]
            for name in columns:
                cells.append(_number(scores[name]))
                if name == _WITH_INTERVAL and with_interval:
                    cells.append(_bounds(intervals[group][name]))
            table.add_row(*cells)
        table.add_section()
    return table


def _table(console: AnswerConsole) -> Table:
    style = box.SIMPLE_HEAD if console.is_terminal else None
    padding = 0 if console.width < _WIDE else 1
    return Table(box=style, pad_edge=False, show_edge=False, padding=(0, padding))


def _number(value: float | None) -> str:
    """Without the zero before the point, which would make a screen too narrow."""
    if value is None:
        return "–"
    return f"{value:.3f}".removeprefix("0") if abs(value) <= 1 else f"{value:.1f}"


def _bounds(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{_number(interval[0])}–{_number(interval[1])}"
