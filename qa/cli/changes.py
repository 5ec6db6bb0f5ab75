"""A comparison on one screen: tables on a terminal, aligned lines when piped."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from qa.cli.output import printable
from qa.cli.rendering import AnswerConsole
from qa.evaluation.comparison import LENGTHS, Change, Comparison, Moved
from qa.evaluation.records import Prediction

_PIPED_WIDTH = 200
_MOVED = 20
"""Questions shown of each metric and side; ``--json`` has all."""

_CHARACTERS = 80
"""Of an extract in a list."""


def print_comparison(comparison: Comparison, names: Sequence[str], alpha: float) -> None:
    """Print metrics with their differences, then the questions that changed sides.

    Args:
        comparison: of two runs.
        names: what the user calls them.
        alpha: a corrected p below this is marked.
    """
    console = AnswerConsole(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = AnswerConsole(
            highlight=False, markup=False, emoji=False, soft_wrap=True, width=_PIPED_WIDTH
        )
    head = f"{comparison.questions} questions; first {names[0]}, second {names[1]}"
    console.print(Text(printable(head), style="bold"))
    console.print(_metrics(console, comparison, alpha))
    console.print(
        Text(
            f"p: paired randomisation test, corrected for {_tested(comparison)} metrics (Holm); "
            f"marked where below {alpha:g}"
        )
    )
    told: set[tuple[str, bool]] = set()
    for metric, moved in comparison.moved.items():
        for gained in (False, True):
            some = [one for one in moved if one.gained is gained]
            _print_moved(console, metric, some, told)


def _tested(comparison: Comparison) -> int:
    return sum(change.p is not None for change in comparison.changes)


def _metrics(console: AnswerConsole, comparison: Comparison, alpha: float) -> Table:
    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    table.add_column("metric", no_wrap=True)
    for column in ("first", "second", "difference", "p", "wins", "ties", "losses"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for change in comparison.changes:
        if change.first is None and change.second is None:
            continue
        table.add_row(
            change.metric,
            _number(change.first),
            _number(change.second),
            "–" if change.difference is None else _signed(change.difference),
            _p(change.p_holm),
            *("–" if count is None else str(count) for count in _counts(change)),
            _mark(change, alpha),
            style=_style(change, alpha) if console.is_terminal else None,
        )
    return table


def _counts(change: Change) -> tuple[int | None, int | None, int | None]:
    return change.wins, change.ties, change.losses


def _mark(change: Change, alpha: float) -> str:
    if change.better is None or not change.significant(alpha):
        return ""
    if change.metric in LENGTHS:
        return "shorter" if change.better else "longer"
    return "better" if change.better else "WORSE"


def _style(change: Change, alpha: float) -> str | None:
    mark = _mark(change, alpha)
    return {"better": "green", "WORSE": "red"}.get(mark)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}" if abs(value) <= 1 else f"{value:+.1f}"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _print_moved(
    console: AnswerConsole, metric: str, moved: Sequence[Moved], told: set[tuple[str, bool]]
) -> None:
    """Print questions that were gained, or lost; those told for another metric are counted only."""
    if not moved:
        return
    fresh = [one for one in moved if (one.first.question.id, one.gained) not in told]
    told.update((one.first.question.id, one.gained) for one in moved)
    head = f"{metric}: {len(moved)} {'gained' if moved[0].gained else 'lost'}"
    if len(fresh) < len(moved):
        head += f", {len(moved) - len(fresh)} of them named above"
    console.print()
    console.print(Text(head, style="bold"))
    for one in fresh[:_MOVED]:
        question = one.first.question
        console.print(Text(printable(f"  {question.id}  {question.text}"), overflow="fold"))
        for name, prediction in (("first", one.first), ("second", one.second)):
            line = f"      {name:6}  {_shown(prediction)}"
            console.print(Text(printable(line), style="dim", overflow="fold"))
    if len(fresh) > _MOVED:
        console.print(Text(f"  and {len(fresh) - _MOVED} more; --json has them all"))


def _shown(prediction: Prediction) -> str:
    """The first extract, and whether it was refused."""
    if not prediction.extracts:
        return "no extract"
    extract = prediction.extracts[0]
    text = " ".join(extract.text.split())
    if len(text) > _CHARACTERS:
        text = f"{text[: _CHARACTERS - 1]}…"
    refused = "refused: " if prediction.refused else ""
    return f"{refused}{text} [{extract.report}]"
