"""``cityqa corpus show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.corpus.reading import entry_of, facts, read, source_line
from qa.cli.differences import changed_parts
from qa.cli.options import corpus_option, effective
from qa.cli.output import say

if TYPE_CHECKING:
    from corpus.library import Entry


@click.command()
@click.argument("report")
@corpus_option
@click.option("--cleaning", is_flag=True, help="Show what each cleaning rule changed.")
@click.option("--passages", is_flag=True, help="Show each passage with its id.")
def show(report: str, folders: tuple[Path, ...], cleaning: bool, passages: bool) -> None:
    """Show the metadata and the cleaned text of REPORT."""
    entry = entry_of(read(effective(corpus=folders)), report)
    if cleaning:
        _show_cleaning(entry)
        return
    shown_facts = facts(entry)
    del shown_facts["mirrors"]
    for name, value in shown_facts.items():
        shown = "、".join(map(str, value)) if isinstance(value, list) else value
        say(f"{name}: {'' if shown is None else shown}")
    for mirror in entry.report.mirrors:
        say(f"also: {source_line(mirror)}")
    say("")
    if passages:
        for passage in entry.report.passages:
            say(f"[{passage.id}] {passage.kind} · {passage.section}")
            say(entry.report.slice(passage.span) + "\n")
    else:
        say(entry.report.text)


def _show_cleaning(entry: Entry) -> None:
    for change in entry.trace:
        say(f"{change.rule}, line {change.line}")
        if change.after is None:
            say(f"  - {change.before}")
            continue
        for before, after in changed_parts(change.before, change.after):
            say(f"  - {before}")
            say(f"  + {after}")
    by_rule: dict[str, int] = {}
    for change in entry.trace:
        by_rule[change.rule] = by_rule.get(change.rule, 0) + 1
    counted = ", ".join(f"{rule} {count}" for rule, count in by_rule.items())
    say(f"{len(entry.trace)} changes" + (f": {counted}" if counted else ""))
