"""``cityqa corpus add``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from corpus.errors import CityqaError, CorpusError
from corpus.library import OVERRIDES
from qa.cli.options import corpus_option, effective
from qa.cli.output import complain, say, say_json
from qa.workspace import added_reports

if TYPE_CHECKING:
    from corpus.ingest.adding import Adding
    from corpus.ingest.outcome import Outcome, Summary
    from corpus.ingest.visiting import Visitor


@click.command()
@click.argument("sources", nargs=-1, metavar="[PATH_OR_URL]...")
@corpus_option
@click.option(
    "--list",
    "lists",
    multiple=True,
    type=click.File(encoding="utf-8-sig", errors="replace"),
    metavar="FILE",
    help="Add what a file lists, one address or path a line, # for comments; - reads standard "
    "input. May be repeated.",
)
@click.option(
    "--replace",
    is_flag=True,
    help="Take the place of files with the same name; they become earlier versions.",
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that read; default the cores.")
@click.option("--allow-private", is_flag=True, help="Fetch from private and local addresses too.")
@click.option(
    "--ignore-robots", is_flag=True, help="Do not ask for robots.txt: for your own sites."
)
@click.option(
    "--pause",
    type=click.FloatRange(0, 3600),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Least time between two pages of a host.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_context
def add(
    context: click.Context,
    sources: tuple[str, ...],
    folders: tuple[Path, ...],
    lists: tuple[TextIO, ...],
    replace: bool,
    jobs: int | None,
    allow_private: bool,
    ignore_robots: bool,
    pause: float,
    as_json: bool,
) -> None:
    """Add reports: files, folders of files, web addresses.

    Files are copied into the first corpus folder, or, when none is named, into the folder for added
    reports. An original takes the place of the shipped digest with the same id. Only the addresses
    that are given are fetched, none that a page links to. A run that is broken off can be started
    again: what is there already is not read again.
    """
    from corpus.ingest.adding import Adding
    from corpus.ingest.disk import locked
    from corpus.ingest.signatures import kept_in
    from corpus.ingest.sources import listed
    from corpus.ingest.visiting import Visitor
    from embeddings.threads import usable_cores

    settings = effective(corpus=folders)
    wanted = [*sources]
    for stream in lists:
        wanted += listed(stream, where=getattr(stream, "name", "-"))
    if not wanted:
        raise click.UsageError("name files, folders or addresses to add, or --list FILE", context)
    target = settings.corpus[0] if settings.corpus else added_reports(settings)
    outcomes: list[Outcome] = []
    with locked(target):
        adding = Adding(
            target,
            replace=replace,
            jobs=jobs or usable_cores(),
            signatures=kept_in(settings.cache, target),
        )
        visitor = Visitor(allow_private=allow_private, ignore_robots=ignore_robots, pause=pause)
        try:
            with visitor:
                _add(wanted, adding, visitor, outcomes)
            outcomes = adding.finish(outcomes)
        except KeyboardInterrupt as error:
            _summarise(outcomes, target, as_json)
            complain("stopped; the same command does the rest")
            raise click.exceptions.Exit(130) from error
    _summarise(outcomes, target, as_json)
    failed = sum(outcome.status == "left out" for outcome in outcomes)
    if failed:
        raise CorpusError(
            f"{failed} of {len(outcomes)} could not be added, for the reasons above"
            if not as_json
            else f"{failed} of {len(outcomes)} could not be added"
        )


def _add(wanted: Sequence[str], adding: Adding, visitor: Visitor, outcomes: list[Outcome]) -> None:
    """Add one source after the other, with a progress bar."""
    from corpus.ingest.outcome import Outcome
    from corpus.ingest.sources import files_in, is_address
    from qa.cli.progress import progress_bar

    runs: list[str | list[Path] | Outcome] = []
    for source in wanted:
        if is_address(source):
            runs.append(source)
            continue
        try:
            found = files_in(Path(source))
        except CityqaError as error:
            runs.append(Outcome(source, "left out", error=error))
            continue
        if runs and isinstance(runs[-1], list):
            runs[-1] += found
        else:
            runs.append(found)
    total = sum(len(run) if isinstance(run, list) else 1 for run in runs)
    with progress_bar() as progress:
        for run in runs:
            if isinstance(run, list):
                with contextlib.closing(adding.files(run)) as files:
                    for outcome in files:
                        outcomes.append(outcome)
                        progress("add", len(outcomes), total)
                continue
            outcomes.append(adding.page(run, visitor) if isinstance(run, str) else run)
            progress("add", len(outcomes), total)


def _summarise(outcomes: Sequence[Outcome], target: Path, as_json: bool) -> None:
    """A line a report, a reason a file that was left out, and how many of each there are."""
    from corpus.ingest.outcome import counted

    counts = counted(outcomes)
    if as_json:
        say_json(
            {
                "folder": str(target),
                **{status.replace(" ", "_"): count for status, count in counts.items()},
                "sources": [_facts(outcome) for outcome in outcomes],
            }
        )
        return
    for outcome in outcomes:
        if outcome.error is not None:
            complain(str(outcome.error))
        elif outcome.summary is not None:
            _tell(outcome, outcome.summary, target / OVERRIDES)
    others = {
        "unchanged": counts["unchanged"],
        "new version" + "s" * (counts["version"] != 1): counts["version"],
        "duplicate" + "s" * (counts["duplicate"] != 1): counts["duplicate"],
        "left out": counts["left out"],
    }
    more = ", ".join(f"{count} {name}" for name, count in others.items() if count)
    say(f"{counts['added']} added to {target}" + (f"; {more}" if more else ""))


def _facts(outcome: Outcome) -> dict[str, object]:
    return {
        "source": outcome.source,
        "status": outcome.status,
        "report": outcome.report or None,
        "path": str(outcome.path) if outcome.path else None,
        "original": outcome.original or None,
        "reason": outcome.error.what if outcome.error else None,
        "mend": outcome.error.mend if outcome.error else None,
    }


def _tell(outcome: Outcome, report: Summary, table: Path) -> None:
    if outcome.status == "unchanged":
        say(f"{report.id}: unchanged")
        return
    also = {
        "version": "; the text before is kept, see `cityqa corpus versions`",
        "duplicate": f"; another copy of {outcome.original}",
    }.get(outcome.status, "")
    say(
        f"{report.id}: {report.city or '(no city)'}, "
        f"{report.date.isoformat() if report.date else '(no date)'}, "
        f"{report.passages} passages, {report.changes} changes by cleaning: {report.title}{also}"
    )
    lacking = [name for name in ("city", "date", "publisher") if not getattr(report, name)]
    if lacking and outcome.path is not None:
        say(
            f"  {', '.join(lacking)} not found in the text; state it under [{outcome.path.stem}] "
            f"in {table}"
        )
