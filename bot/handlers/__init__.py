"""What is done with updates: one module a matter.

Each module gives ``handlers()``, its handlers in order; the first that takes an update has it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telegram.ext import Application

GATE = -1
"""Group of the handler that lets nothing else see updates of chats that are not allowed."""

MODULES = (
    "membership",
    "buttons",
    "about",
    "choices",
    "sources",
    "compare",
    "inline",
    "questions",
)


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Give an application all handlers; ``bot_data["services"]`` holds what they work with."""
    from bot.handlers import allowed, errors

    application.add_handler(allowed.gate(), GATE)
    for name in MODULES:
        application.add_handlers(import_module(f"bot.handlers.{name}").handlers())
    application.add_error_handler(errors.on_error)
