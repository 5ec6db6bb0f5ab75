"""What is shown: a text with styles and the buttons under it. Made by views, sent by the sender."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.deep_links import BotLinks
from bot.styled import Styled
from qa.language import Interface


@dataclass(frozen=True, slots=True)
class View:
    """A message to be.

    Attributes:
        text: of any length; the sender splits what one message cannot hold.
        keyboard: under the last message of it, or none.
    """

    text: Styled
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class ViewContext:
    """What every view needs to know.

    Attributes:
        language: of the interface.
        links: of citations.
    """

    language: Interface
    links: BotLinks
