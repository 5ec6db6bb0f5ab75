"""Short lines: what could not be asked, how to ask, that something went wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Action, data
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.about import example_keyboard
from qa.language import Interface
from qa.messages import message
from qa.question import MAX_CHARS


def line(text: str) -> View:
    """A view of one line."""
    return View(Styled().add(text))


def wait_view(context: ViewContext, seconds: float) -> View:
    """That the limit of questions is reached, and for how long."""
    text = "That was a lot at once. I can answer again in {seconds} s."
    return line(message(context.language, text, seconds=max(1, math.ceil(seconds))))


def wordless_view(context: ViewContext) -> View:
    """That there is nothing to search for."""
    return line(message(context.language, "Ask me something in words, in any language."))


def too_long_view(context: ViewContext, length: int) -> View:
    """That a question is too long."""
    text = (
        "Your question has {length} characters, and I read up to {most}. Could you ask it shorter?"
    )
    return line(message(context.language, text, length=f"{length:,}", most=f"{MAX_CHARS:,}"))


def how_to_ask_view(context: ViewContext, examples: Sequence[str]) -> View:
    """How ``/ask`` is used, with example questions as buttons."""
    if examples:
        text = message(context.language, "Write your question after /ask, or try one of these:")
    else:
        text = message(context.language, "Write your question after /ask.")
    return View(Styled().add(text), example_keyboard(examples))


def text_only_view(context: ViewContext) -> View:
    """That only text is read."""
    text = "I can only read text. Send me a question, or put it into the caption."
    return line(message(context.language, text))


def unknown_command_view(context: ViewContext) -> View:
    """That there is no such command."""
    return line(message(context.language, "I do not know that command. /help lists those I do."))


def outside_filter_view(context: ViewContext, asked: Sequence[str], cities: Sequence[str]) -> View:
    """That a question is about cities which the chat's filter leaves out; offers to lift it."""
    text = "You ask about {asked}, but in this chat I only search {cities}."
    shown = message(context.language, text, asked="、".join(asked), cities="、".join(cities))
    button = InlineKeyboardButton(
        message(context.language, "Search all cities"), callback_data=data(Action.ALL_CITIES, 0)
    )
    return View(Styled().add(shown), InlineKeyboardMarkup([[button]]))


def how_to_compare_view(context: ViewContext, cities: Sequence[str]) -> View:
    """How ``/compare`` is used, with the names of some covered cities."""
    language = context.language
    text = Styled()
    text.add(message(language, "Write a question after /compare, and I look in several cities."))
    if len(cities) > 1:
        text.add("\n")
        first, second = cities[:2]
        text.add(
            message(
                language,
                "Name at least two, as {first} and {second}, or choose them with /cities.",
                first=first,
                second=second,
            )
        )
    return View(text)


def welcome_view(context: ViewContext, username: str) -> View:
    """How to ask in a group, said when the bot comes into it.

    With its privacy mode on, a bot gets a command without its name only where it is the only bot
    or was the last to write (https://core.telegram.org/bots/features#privacy-mode).

    Args:
        context: language and links.
        username: of the bot, without ``@``; empty where it is not known.
    """
    if not username:
        text = "Hello, all. Ask me with /ask and your question, or reply to one of my messages."
        return line(message(context.language, text))
    text = (
        "Hello, all. Ask me with /ask@{username} and your question, or reply to one of my messages."
    )
    return line(message(context.language, text, username=username))


def not_allowed_view(context: ViewContext, chat_id: int) -> View:
    """That the operator has not allowed a chat; the id is what has to be added."""
    text = message(context.language, "I am not set up for this chat. Its id, for my operator:")
    return View(Styled().add(f"{text} ").add(str(chat_id), Style.CODE))


def went_wrong_view(context: ViewContext, reference: str) -> View:
    """That something went wrong which the user can do nothing about."""
    text = "Something went wrong. It has been noted as {reference}."
    return line(message(context.language, text, reference=reference))


def no_search_view(context: ViewContext, reference: str) -> View:
    """That the reports, or the disk, cannot be used at the moment."""
    text = (
        "The reports cannot be searched at the moment. It has been noted as {reference}; "
        "please try again later."
    )
    return line(message(context.language, text, reference=reference))


def not_possible_view(context: ViewContext) -> View:
    """That a request cannot be met; why, errors say in English and for operators."""
    text = "I cannot do that as it was asked. Please try another way, or see /help."
    return line(message(context.language, text))


def error_report_view(
    context: ViewContext, reference: str, kind: str, name: str, place: str
) -> View:
    """What an admin is told of an error: nothing of what people wrote."""
    text = "Error {reference}: {name} at {place}, handling: {kind}."
    return line(
        message(context.language, text, reference=reference, name=name, place=place, kind=kind)
    )


def open_chat_label(language: Interface) -> str:
    """On the button above inline results that leads into the chat with the bot."""
    return message(language, "Open the chat")


def no_result_label(language: Interface) -> str:
    """On the same button where the reports do not tell."""
    return message(language, "The reports do not tell.")
