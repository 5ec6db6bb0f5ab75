"""``cityqa corpus``: one module a command, imported when it is called."""

from __future__ import annotations

import importlib

import click

# Name to "module:attribute" and to the line that the list of commands shows.
COMMANDS: dict[str, tuple[str, str]] = {
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


class _Group(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=_Group)
def corpus() -> None:
    """List, show, add, compare, watch and check reports."""
