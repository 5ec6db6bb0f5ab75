"""The command line: ``cityqa``. Each command is a module, imported when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import click

from corpus.errors import CityqaError
from qa._version import __version__

# Name to "module:attribute" and to the line that the list of commands shows.
COMMANDS: dict[str, tuple[str, str]] = {
    "ask": ("qa.cli.ask:ask", "Answer a question with cited extracts."),
    "corpus": ("qa.cli.corpus:corpus", "List, show, add and remove reports."),
    "index": ("qa.cli.index:index", "Build an index, tell about it, verify it."),
    "settings": ("qa.cli.settings:settings", "Show the effective settings, secrets masked."),
}

ENTRY_POINTS = "cityqa.commands"
"""The group through which other packages add commands."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Ours and those of other packages, sorted."""
        return sorted({*COMMANDS, *(point.name for point in entry_points(group=ENTRY_POINTS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        for point in entry_points(group=ENTRY_POINTS, name=cmd_name):
            loaded: click.Command = point.load()
            return loaded
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing ours."""
        rows = []
        for name in self.list_commands(ctx):
            if name in COMMANDS:
                rows.append((name, COMMANDS[name][1]))
            elif (command := self.get_command(ctx, name)) is not None:
                rows.append((name, command.get_short_help_str()))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cityqa")
def cli() -> None:
    """Answers questions about Chinese city reports with verbatim, linked extracts."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for a failure, 2 for wrong usage."""
    try:
        cli.main(args=arguments, prog_name="cityqa", standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        message = " ".join(error.format_message().split())
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else None
        hint = f"; see `{where} --help`" if where else ""
        click.echo(f"cityqa: {message.rstrip('.')}{hint}", err=True)
        code = error.exit_code
    except click.Abort:
        click.echo("cityqa: stopped", err=True)
        code = 130
    except CityqaError as error:
        click.echo(f"cityqa: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        # The reader has gone (`| head`); what is left to flush has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    else:
        code = 0
    sys.exit(code)
