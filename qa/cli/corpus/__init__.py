"""``cityqa corpus``: one module a command, imported when it is called."""

from __future__ import annotations

import click

from qa.cli.lazy import LazyGroup, Table

COMMANDS: Table = {
    "add": ("qa.cli.corpus.add:add", "Add files, folders of files, web addresses."),
    "check-links": ("qa.cli.check_links:check_links", "Try the addresses of the originals."),
    "diff": ("qa.cli.corpus.versions:diff", "Show what changed between two texts of a report."),
    "doctor": (
        "qa.cli.corpus.doctor:doctor",
        "Tell what is wrong with reports, and how to mend it.",
    ),
    "list": ("qa.cli.corpus.listing:list_", "List the reports."),
    "remove": ("qa.cli.corpus.remove:remove", "Remove a report."),
    "show": ("qa.cli.corpus.show:show", "Show the metadata and the cleaned text of a report."),
    "versions": ("qa.cli.corpus.versions:versions", "List the texts that a report has had."),
    "watch": ("qa.cli.corpus.watch:watch", "Keep the index in step with a folder."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def corpus() -> None:
    """List, show, add, compare, watch and check reports."""
