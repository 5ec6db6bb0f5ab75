"""Asking before a chat is forgotten, and saying that it was."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Action, data
from bot.styled import Styled
from bot.view import View, ViewContext
from qa.messages import message

ALL, MINE, NO = "yes", "mine", "no"
"""What the buttons say: all that is kept of the chat, the user's ratings, nothing."""


def forget_view(context: ViewContext, *, group: bool) -> View:
    """The question whether to delete, with its buttons."""
    language = context.language
    if group:
        text = message(
            language,
            "Shall I delete your ratings? An administrator can have me delete all that is kept "
            "of this group: questions, answers, ratings and settings.",
        )
        rows = [
            [_answer(message(language, "Delete my ratings"), MINE)],
            [_answer(message(language, "Delete all of this group"), ALL)],
        ]
    else:
        text = message(
            language,
            "Shall I delete all that is kept of this chat? Questions, answers, your ratings and "
            "settings are gone then, and cannot be brought back.",
        )
        rows = [[_answer(message(language, "Delete all"), ALL)]]
    rows.append([_answer(message(language, "Keep it"), NO)])
    return View(Styled().add(text), InlineKeyboardMarkup(rows))


def _answer(label: str, choice: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data(Action.FORGET, choice))


def forgotten_view(context: ViewContext) -> View:
    """What is said once all is deleted."""
    text = message(context.language, "Done. Nothing is kept of this chat any more.")
    return View(Styled().add(text))


def kept_view(context: ViewContext) -> View:
    """What is said where nothing is deleted."""
    return View(Styled().add(message(context.language, "All right, nothing was deleted.")))
