"""Commands: ``/ask …``, ``/ask@cityqa_bot …``, told from the text alone.

python-telegram-bot's own ``CommandHandler`` goes by the message's entities, which not every server
sends, and answers edited messages as if they were new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, ContextTypes

from bot.handlers.reach import username_of

Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]
"""What handles an update."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?(?=\s|$)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a message.

    Attributes:
        name: in lower case, without ``/``.
        text: what follows it, without blanks at both ends.
    """

    name: str
    text: str


def command_of(message: Message, username: str) -> Command | None:
    """The command that a message begins with; none where it is for another bot.

    Args:
        message: a new or an edited one.
        username: of this bot; where it is empty, every command is taken for this bot.
    """
    text = message.text or ""
    match = _COMMAND.match(text)
    if match is None:
        return None
    name, addressee = match.groups()
    if addressee is not None and username and addressee.lower() != username.lower():
        return None
    return Command(name.lower(), text[match.end() :].strip())


class CommandUpdates(BaseHandler[Update, ContextTypes.DEFAULT_TYPE, None]):
    """Handles new messages that are one of some commands, addressed to this bot or to nobody.

    The callback gets the text behind the command by ``argument(update, context)``.

    Args:
        names: of the commands, without ``/``; all where there are none.
        callback: what handles them.
    """

    def __init__(self, names: tuple[str, ...], callback: Callback) -> None:
        super().__init__(callback)
        self._names = frozenset(names)

    def check_update(self, update: object) -> bool:
        """Whether an update is such a command."""
        if not isinstance(update, Update) or update.message is None:
            return False
        command = command_of(update.message, username_of(update.message.get_bot()))
        return command is not None and (not self._names or command.name in self._names)


def on_command(*names: str, callback: Callback) -> CommandUpdates:
    """A handler of commands."""
    return CommandUpdates(names, callback)


def argument(update: Update, context: ContextTypes.DEFAULT_TYPE) -> str:
    """What follows the command of a message, without blanks at both ends; empty where none does."""
    message = update.effective_message
    command = command_of(message, username_of(context.bot)) if message is not None else None
    return "" if command is None else command.text
