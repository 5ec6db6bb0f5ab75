"""``cityqa feedback export | purge | stats``."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import StorageError, UsageError
from qa.cli.output import say, say_json, warn
from qa.feedback.ratings import RATINGS, Rating

if TYPE_CHECKING:
    from qa.feedback.store import FeedbackStore

ANY = "any"

# Some take these for line ends, which inside a line of JSON they must not be.
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


@click.group()
def feedback() -> None:
    """Export, count and delete feedback on answers."""


def _since(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> datetime.datetime | None:
    if value is None:
        return None
    try:
        time = datetime.datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date as 2024-03-31") from error
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)


@feedback.command()
@click.option(
    "--rating",
    type=click.Choice([*RATINGS, ANY]),
    default="helpful",
    show_default=True,
    help="helpful: questions with gold; another kind: questions without gold that were rated so, "
    "to be judged; any: all of both.",
)
@click.option(
    "--since", metavar="DATE", callback=_since, help="Only ratings from this date (UTC) on."
)
@click.option("--out", metavar="FILE", help="Write to this file; standard output by default.")
def export(rating: str, since: datetime.datetime | None, out: str | None) -> None:
    """Write rated questions as lines of JSON, which `cityqa eval` reads.

    The text of an extract that was rated helpful is the answer, and its report the right one; a
    refusal that was rated helpful makes an unanswerable question. Equal questions are merged, and
    the majority counts where raters disagree.
    """
    if out is not None and (not out.strip() or Path(out).is_dir()):
        raise UsageError("is no name for a file", where=f"--out {out}", mend="name a file")
    store = _store()
    from qa.feedback.gold import gold_records

    kind: Rating | None = next((one for one in RATINGS if one == rating), None)
    records = list(gold_records(store.export(since), kind))
    if out is None:
        for record in records:
            say_json(record)
    else:
        _write(Path(out), records)
        say(f"{len(records)} questions in {out}")
    if not records:
        warn(f"{store.path}: no such ratings are kept")


@feedback.command()
@click.option(
    "--days",
    type=click.IntRange(1, 36_500),
    metavar="N",
    help="Delete answers shown more than N days ago.",
)
@click.option("--all", "everything", is_flag=True, help="Delete all answers.")
@click.option("--yes", is_flag=True, help="Do not ask before they are deleted.")
def purge(days: int | None, everything: bool, yes: bool) -> None:
    """Delete answers with their ratings, old ones or all."""
    if (days is None) != everything:
        raise click.UsageError("name either --days N or --all")
    store = _store()
    count = store.count(days)
    if count and not yes:
        click.confirm(f"Delete {count} answers with their ratings from {store.path}?", abort=True)
    say(f"{store.purge(days) if count else 0} answers deleted")


@feedback.command()
@click.option(
    "--since", metavar="DATE", callback=_since, help="Only what is from this date (UTC) on."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def stats(since: datetime.datetime | None, as_json: bool) -> None:
    """Count questions, refusals and ratings; latency in milliseconds."""
    found = _store().statistics(since)
    facts = {
        "questions": found.questions,
        "refusals": found.refusals,
        **{str(kind): found.ratings[kind] for kind in RATINGS},
        "latency_p50_ms": found.latency_p50_ms,
        "latency_p95_ms": found.latency_p95_ms,
    }
    if as_json:
        say_json(facts)
        return
    for name, value in facts.items():
        shown = f"{value:.1f}" if isinstance(value, float) else value
        say(f"{name:14} {'-' if shown is None else shown}")


def _store() -> FeedbackStore:
    # Imported here: the list of commands shows this one as well, and needs none of it.
    from qa.cli.options import effective
    from qa.feedback.store import FILE, FeedbackStore

    return FeedbackStore(effective().state / FILE)


def _write(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Put the file into its place in one step."""
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            for record in records:
                line = json.dumps(record, ensure_ascii=False).translate(_LINE_ENDS)
                stream.write(f"{line}\n")
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise StorageError(
            f"cannot be written ({error.strerror or error})", where=str(path), mend="name another"
        ) from error
