"""What is done with updates: one module a matter.

Each module gives ``handlers()``, its handlers in order; the first that takes an update has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telegram.ext import Application

GATE = -1
"""Group of the handler that lets nothing else see updates of chats that are not allowed."""


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Give an application all handlers; ``bot_data["services"]`` holds what they work with."""
    # Imported here: each of these imports from this package.
    from bot.handlers import (
        about,
        allowed,
        buttons,
        choices,
        compare,
        errors,
        inline,
        membership,
        questions,
        sources,
    )

    application.add_handler(allowed.gate(), GATE)
    # Questions last: they take whatever is left.
    for module in (membership, buttons, about, choices, sources, compare, inline, questions):
        application.add_handlers(module.handlers())
    application.add_error_handler(errors.on_error)
