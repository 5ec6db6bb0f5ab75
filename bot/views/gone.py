"""What is said of a passage or a report that is no longer there."""

from __future__ import annotations

from bot.view import ViewContext
from qa.messages import message


def gone_text(context: ViewContext) -> str:
    """One line, short enough for the notice that answers a button."""
    text = "This text is no longer in the reports. Ask again to find what is there now."
    return message(context.language, text)
