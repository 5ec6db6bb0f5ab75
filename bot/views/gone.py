"""What is said of a passage or a report that is no longer there."""

from __future__ import annotations

from bot.styled import Style, Styled
from bot.view import View, ViewContext
from qa.messages import message


def gone_text(context: ViewContext) -> str:
    """One line, short enough for the notice that answers a button."""
    text = "This text is no longer in the reports. Ask again to find what is there now."
    return message(context.language, text)


def moved_text(context: ViewContext) -> str:
    """One line, as short, of a passage whose place another took."""
    text = "This text has changed since. Here is what took its place."
    return message(context.language, text)


def moved_view(view: View, context: ViewContext) -> View:
    """A passage that took the place of another, with a line that says so."""
    said = Styled(moved_text(context), Style.ITALIC)
    return View(said.gap().append(view.text), view.keyboard)
