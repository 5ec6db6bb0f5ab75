"""The buttons of an answer once it is rated, made from those that it had."""

from __future__ import annotations

from typing import get_args

from telegram import InlineKeyboardMarkup

from bot.callback_data import Action
from bot.keyboards import actions, keyboard
from bot.views.answer_buttons import affordable, rating_rows
from qa.feedback.ratings import Rating
from qa.language import Interface

LANGUAGES: tuple[Interface, ...] = get_args(Interface)


def rated_keyboard(
    before: InlineKeyboardMarkup,
    answer_id: int,
    rating: Rating,
    rank: int | None,
    language: Interface,
) -> InlineKeyboardMarkup | None:
    """The same buttons, the rating marked among them.

    Nothing else needs to be remembered of the answer: each of its extracts has a button, and the
    buttons stay in the language that they are in.

    Args:
        before: the buttons as they are.
        answer_id: in the feedback store.
        rating: that was given.
        rank: of the extract that it is of; 0 for all of them, none where nobody said.
        language: of the interface, where that cannot be told.
    """
    language = _language(before, answer_id) or language
    others = [list(row) for row in before.inline_keyboard if Action.RATE not in actions(row)]
    count = sum(Action.PASSAGE in actions([button]) for row in others for button in row)
    ratings = rating_rows(range(1, count + 1), language, answer_id, rating, rank)
    stays = [row for row in others if actions(row)]
    links = affordable([row for row in others if not actions(row)], [*stays, *ratings])
    return keyboard(*stays, *links, *ratings)


def _language(before: InlineKeyboardMarkup, answer_id: int) -> Interface | None:
    """The language of the buttons that rate."""
    labels = {button.text for row in before.inline_keyboard for button in row}
    for language in LANGUAGES:
        (row,) = rating_rows((), language, answer_id, None, None)
        if any(button.text in labels for button in row):
            return language
    return None
