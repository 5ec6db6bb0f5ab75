"""``cityqa corpus versions`` and ``cityqa corpus diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.corpus.reading import entry_of, read
from qa.cli.differences import changed_parts
from qa.cli.options import corpus_option, effective
from qa.cli.output import say, say_json

if TYPE_CHECKING:
    from corpus.ingest.changes import SentenceChange
    from corpus.ingest.versions import Version


@click.command()
@click.argument("report")
@corpus_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array and nothing else.")
def versions(report: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """List the texts that REPORT has had: number, when it was added, file."""
    from corpus.ingest.versions import versions_of

    entry = entry_of(read(effective(corpus=folders)), report)
    found = versions_of(entry.path)
    if as_json:
        say_json(
            [
                {
                    "number": one.number,
                    "added": one.added.isoformat(),
                    "path": str(one.path),
                    "current": one.current,
                }
                for one in found
            ]
        )
        return
    for one in found:
        say(f"{_line(one)}  {one.path}")


@click.command()
@click.argument("report")
@click.argument("a", required=False, type=int)
@click.argument("b", required=False, type=int)
@corpus_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def diff(
    report: str, a: int | None, b: int | None, folders: tuple[Path, ...], as_json: bool
) -> None:
    """Show which sentences of REPORT changed from version A to version B.

    Without B, to the current version; without A, from the one before.
    """
    from corpus.ingest.changes import sentence_changes
    from corpus.ingest.versions import read_version, version, versions_of

    entry = entry_of(read(effective(corpus=folders)), report)
    found = versions_of(entry.path)
    new = found[-1] if b is None else version(found, b)
    old = version(found, max(1, new.number - 1) if a is None else a)
    changes = sentence_changes(
        read_version(old, entry.path).report, read_version(new, entry.path).report
    )
    if as_json:
        say_json(
            {
                "report": report,
                "a": old.number,
                "b": new.number,
                "changes": [
                    {
                        "kind": change.kind,
                        "section": change.section,
                        "before": change.before or None,
                        "after": change.after or None,
                    }
                    for change in changes
                ],
            }
        )
        return
    say(f"{report}: {_line(old)} → {_line(new)}")
    if old == new:
        say("there is one version only" if len(found) == 1 else "one version, nothing to compare")
        return
    section = ""
    for change in changes:
        if change.section != section:
            section = change.section
            say(f"{section or '(before the first heading)'}")
        _show(change)
    counts = {
        kind: sum(c.kind == kind for c in changes) for kind in ("added", "removed", "changed")
    }
    say(
        ", ".join(f"{count} sentence{'s' * (count != 1)} {kind}" for kind, count in counts.items())
        if changes
        else "the sentences are the same"
    )


def _show(change: SentenceChange) -> None:
    if change.kind != "changed":
        say(f"  {'+' if change.kind == 'added' else '-'} {change.after or change.before}")
        return
    for before, after in changed_parts(change.before, change.after):
        say(f"  ~ {before}")
        say(f"  → {after}")


def _line(one: Version) -> str:
    when = one.added.strftime("%Y-%m-%d %H:%M UTC")
    return f"{one.number}  {when}{'  current' if one.current else ''}"
