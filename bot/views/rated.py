"""The buttons of an answer once it is rated, made from those that it had."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Action, CallbackData
from bot.keyboards import keyboard
from bot.views.answer_buttons import rating_rows
from qa.feedback.ratings import Rating
from qa.language import Interface


def rated_keyboard(
    before: InlineKeyboardMarkup,
    answer_id: int,
    rating: Rating,
    rank: int | None,
    language: Interface,
) -> InlineKeyboardMarkup | None:
    """The same buttons, the rating marked among them.

    Nothing else needs to be remembered of the answer: one of several extracts has a button each.

    Args:
        before: the buttons as they are.
        answer_id: in the feedback store.
        rating: that was given.
        rank: of the extract that it is of; 0 for all of them, none where nobody said.
        language: of the interface.
    """
    others = [row for row in before.inline_keyboard if not _does(row, Action.RATE)]
    count = sum(_does([button], Action.PASSAGE) for row in others for button in row)
    return keyboard(*others, *rating_rows(range(1, count + 1), language, answer_id, rating, rank))


def _does(row: tuple[InlineKeyboardButton, ...] | list[InlineKeyboardButton], action: Action) -> bool:
    """Whether some button of a row does something."""
    carried = (button.callback_data for button in row)
    parsed = (CallbackData.parse(one) for one in carried if isinstance(one, str))
    return any(one is not None and one.action is action for one in parsed)
