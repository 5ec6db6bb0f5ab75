"""``cityqa bot`` runs the Telegram bot; ``cityqa bot backup`` copies its state."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.output import say


@click.group(invoke_without_command=True, short_help="Run the Telegram bot.")
@click.pass_context
def bot(context: click.Context) -> None:
    """Run the Telegram bot until it is stopped (Ctrl-C, SIGTERM).

    It needs a token from @BotFather in CITYQA_TELEGRAM_TOKEN, in the environment or in .env.
    `cityqa settings` shows all settings that are in force.
    """
    if context.invoked_subcommand is not None:
        return
    # Imported here: the list of commands shows this one as well, and needs none of it.
    from bot.running.application import run
    from bot.running.telegram_settings import load_telegram
    from qa.cli.options import effective

    run(effective(), load_telegram())


@bot.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Copy settings of chats, feedback and the key into a new folder in DIR, while the bot runs."""
    from bot.state.backup import back_up
    from qa.cli.options import effective

    for path in back_up(effective().state, folder):
        say(str(path))
