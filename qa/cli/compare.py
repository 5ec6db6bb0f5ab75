"""``cityqa compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import UsageError
from qa.cli.output import complain, say_json, warn
from qa.settings import expanded

if TYPE_CHECKING:
    from collections.abc import Sequence


def _run(_context: click.Context, _parameter: click.Parameter, value: str) -> Path:
    if not value.strip():
        raise click.BadParameter("the name of the folder is empty")
    return expanded(value)


@click.command()
@click.argument("first", metavar="RUN", callback=_run)
@click.argument("second", metavar="RUN", callback=_run)
@click.option(
    "--metric", "names", multiple=True, metavar="NAME", help="Compare this one. May be repeated."
)
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="A corrected p below this is significant.",
)
@click.option(
    "--fail-on-regression",
    is_flag=True,
    help="Exit with 1 where a metric of the second run is significantly worse.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_context
def compare(
    context: click.Context,
    first: Path,
    second: Path,
    names: tuple[str, ...],
    alpha: float,
    fail_on_regression: bool,
    as_json: bool,
) -> None:
    """Tell whether the second of two runs is better than the first, or only luckier.

    Each RUN is a folder that `cityqa eval --out` wrote, or its metrics.json. Differences are tested
    in pairs, question by question; p is corrected for the number of metrics compared (Holm), so
    name those that you care for with --metric. extract_chars is a length: it never fails.
    """
    # Imported here: `cityqa compare --help` needs none of it.
    from qa.evaluation.comparison import compare as compared
    from qa.evaluation.saved_run import read_run

    comparison = compared(read_run(first), read_run(second), _known(names))
    for line in comparison.warnings:
        warn(line)
    if as_json:
        say_json(comparison.as_json())
    else:
        from qa.cli.changes import print_comparison

        print_comparison(comparison, (str(first), str(second)), alpha)
    worse = comparison.regressions(alpha) if fail_on_regression else ()
    for change in worse:
        complain(
            f"{change.metric} is worse: {change.first:.4f} before, {change.second:.4f} now "
            f"(p = {change.p_holm:.4f})"
        )
    if worse:
        context.exit(1)


def _known(names: tuple[str, ...]) -> Sequence[str]:
    """The metrics to compare, all where none is named."""
    from qa.evaluation.metrics import METRICS

    for name in names:
        if name not in METRICS:
            raise UsageError(
                f"there is no metric {name!r}",
                where=f"--metric {name}",
                mend=f"there are {', '.join(METRICS)}",
            )
    return names or METRICS
