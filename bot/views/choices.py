"""The language and the settings of a chat, with buttons that change them."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Action, data
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from qa.language import Interface
from qa.messages import message

NAMES: dict[Interface, str] = {"zh_Hans": "简体中文", "zh_Hant": "繁體中文", "en": "English"}
"""Each language of the interface by its own name."""

AUTO = "auto"
"""In place of a language: the one that a question, or the user's Telegram, is in."""

_SHOWN = 40
"""Chosen cities that the settings name."""


def language_view(chosen: Interface | None, context: ViewContext) -> View:
    """The choice of a language.

    Args:
        chosen: what is set, or none where it goes by the question.
        context: language and links.
    """
    language = context.language
    text = Styled()
    text.add(message(language, "Which language shall I speak here?"), Style.BOLD)
    text.add("\n")
    text.add(
        message(
            language,
            "Extracts stay as the reports have them. You can ask in any language.",
        )
    )
    automatic = message(language, "As you ask")
    rows = [[_choice(automatic, AUTO, chosen is None)]]
    rows.append([_choice(name, code, chosen == code) for code, name in NAMES.items()])
    return View(text, InlineKeyboardMarkup(rows))


def _choice(label: str, code: str, chosen: bool) -> InlineKeyboardButton:
    mark = "✓ " if chosen else ""
    return InlineKeyboardButton(f"{mark}{label}", callback_data=data(Action.LANGUAGE, code))


def settings_view(
    language_chosen: Interface | None, cities: Sequence[str], context: ViewContext
) -> View:
    """What is set in a chat.

    Args:
        language_chosen: as in ``language_view``.
        cities: that are searched; all where there are none.
        context: language and links.
    """
    language = context.language
    text = Styled()
    text.add(message(language, "Settings of this chat"), Style.BOLD)
    spoken = NAMES[language_chosen] if language_chosen else message(language, "As you ask")
    text.add("\n").add(message(language, "Language: {name}", name=spoken))
    names = "、".join(cities[:_SHOWN]) + ("…" if len(cities) > _SHOWN else "")
    searched = names or message(language, "all")
    text.add("\n").add(message(language, "Cities: {cities}", cities=searched))
    rows = [
        [
            InlineKeyboardButton(
                message(language, "Language"), callback_data=data(Action.SETTINGS, "language")
            ),
            InlineKeyboardButton(message(language, "Cities"), callback_data=data(Action.CITIES, 0)),
        ]
    ]
    return View(text, InlineKeyboardMarkup(rows))
