"""The command line: ``cityqa``. Each command is a module, imported when it is called."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from corpus.errors import CityqaError
from qa._version import __version__
from qa.cli.lazy import LazyGroup, Table
from qa.cli.output import complain, lenient_streams

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

COMMANDS: Table = {
    "ask": ("qa.cli.ask:ask", "Answer a question with cited extracts."),
    "compare": ("qa.cli.compare:compare", "Compare two evaluations, with significance."),
    "corpus": ("qa.cli.corpus:corpus", "Add, list, show, compare, watch and check reports."),
    "eval": ("qa.cli.evaluate:evaluate", "Score the answers to questions with known answers."),
    "index": ("qa.cli.index:index", "Build an index, tell about it, verify it."),
    "serve": ("qa.cli.serve:serve", "Serve a page to ask on, and a JSON interface."),
    "settings": ("qa.cli.settings:settings", "Show the effective settings, secrets masked."),
    "site": ("qa.cli.site:site", "Write the report pages as a static site."),
}

ENTRY_POINTS = "cityqa.commands"
"""The group through which other packages add commands."""


def _others(name: str | None = None) -> EntryPoints:
    """Commands of other packages, or the one with that name."""
    # Imported here: it takes time to load, which a question does not need to wait for.
    from importlib.metadata import entry_points

    found = entry_points(group=ENTRY_POINTS)
    return found if name is None else found.select(name=name)


class _Group(LazyGroup):
    """Our commands, and those of other packages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, sorted."""
        return sorted({*self.table, *_others().names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; ours go before others."""
        command = super().get_command(ctx, cmd_name)
        if command is None:
            for point in _others(cmd_name):
                command = point.load()
        return command


@click.group(cls=_Group, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cityqa")
def cli() -> None:
    """Answers questions about Chinese city reports with verbatim, linked extracts."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for a failure, 2 for wrong usage, 130 when stopped."""
    lenient_streams()
    try:
        # Click gives back the code of a command that ends early, as `--help` does.
        code = cli.main(args=arguments, prog_name="cityqa", standalone_mode=False) or 0
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = error.exit_code
    except click.ClickException as error:
        where = (
            error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else None
        )
        hint = f"; see `{where} --help`" if where else ""
        complain(f"{error.format_message().strip().rstrip('.')}{hint}")
        code = error.exit_code
    except click.Abort:
        complain("stopped")
        code = 130
    except CityqaError as error:
        complain(str(error))
        code = error.exit_code
    except OSError as error:
        # A file that the disk refuses is a CityqaError by now; our own output is not.
        if error.errno != errno.EPIPE:
            where = error.filename or "standard output"
            complain(f"{where}: the disk refuses ({error.strerror or error})")
        _discard_output()
        code = 0 if error.errno == errno.EPIPE else 1
    except SystemExit:
        # So click ends when the reader of standard output has gone (`| head`): it has read enough.
        _discard_output()
        code = 0
    sys.exit(code)


def _discard_output() -> None:
    """Let what is left to flush at exit go nowhere: its reader has gone, or its disk is full."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
