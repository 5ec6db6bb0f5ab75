"""What the bot says about itself: at the start, in its help, on privacy, and in small talk."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callback_data import Action, data, key
from bot.styled import Style, Styled
from bot.view import View, ViewContext
from bot.views.commands import PUBLIC, descriptions
from qa.messages import message
from qa.small_talk import Talk

_CITIES = 30
"""Covered cities that are named; ``/cities`` lists all."""


def start_view(
    context: ViewContext,
    *,
    examples: Sequence[str],
    cities: Sequence[str],
    username: str = "",
    group: bool = False,
) -> View:
    """What the bot is, what it covers, and questions to begin with.

    Args:
        context: language and links.
        examples: questions that the reports answer; each becomes a button that asks it.
        cities: that the reports cover.
        username: of the bot, without ``@``; empty where it is not known.
        group: whether it is shown in a group.
    """
    language = context.language
    text = Styled()
    text.add(message(language, "Hello, I answer questions about cities from their reports."))
    text.add("\n\n")
    text.add(
        message(
            language,
            "You get short extracts, word for word, each with its source and a button that opens "
            "the place it stands at. I write nothing myself: where the reports do not tell, "
            "I say so.",
        )
    )
    text.add("\n\n")
    text.add(message(language, "Ask in your own words, in Chinese, English or another language."))
    if group:
        text.add("\n").add(_in_group(context, username))
    _covered(text, context, cities)
    return View(_invited(text, context, examples), example_keyboard(examples))


def help_view(
    context: ViewContext, *, username: str, group: bool, examples: Sequence[str] = ()
) -> View:
    """How to ask, and every command in a line.

    Args:
        context: language and links.
        username: of the bot, without ``@``; empty where it is not known.
        group: whether it is shown in a group.
        examples: as in ``start_view``.
    """
    language = context.language
    text = Styled()
    text.add(message(language, "How to ask"), Style.BOLD)
    text.add("\n")
    if group:
        text.add(_in_group(context, username))
    else:
        text.add(message(language, "Just write your question. You can go on with a short one: "))
        text.add(message(language, "“And Jinan?”"), Style.ITALIC)
        text.add("\n")
        if username:
            edits = message(
                language,
                "If you edit your question, I edit my answer. In any other chat, write "
                "@{username} and a question.",
                username=username,
            )
        else:
            edits = message(language, "If you edit your question, I edit my answer.")
        text.add(edits)
    text.add("\n\n").add(message(language, "Commands"), Style.BOLD)
    lines = descriptions(language)
    for command in PUBLIC:
        text.add(f"\n/{command}  {lines[command]}")
    text.add("\n\n").add(message(language, "Under an answer"), Style.BOLD)
    text.add("\n")
    text.add(
        message(
            language,
            "The numbered buttons open an extract where it stands. The others tell whether the "
            "answer helped, which makes the next ones better.",
        )
    )
    return View(_invited(text, context, examples), example_keyboard(examples))


def privacy_view(context: ViewContext, *, days: int, log_text: bool, group: bool) -> View:
    """What is kept, for how long, and how to have it deleted.

    Args:
        context: language and links.
        days: that it is kept.
        log_text: whether the operator's log holds what people write.
        group: whether it is shown in a group.
    """
    language = context.language
    text = Styled()
    text.add(message(language, "What is kept"), Style.BOLD)
    for line in (
        message(language, "your question, and which extracts it was answered with"),
        message(language, "how you rate an answer, if you do"),
        message(language, "this chat's language, cities and last questions, to go on from them"),
    ):
        text.add(f"\n• {line}")
    text.add("\n\n").add(message(language, "What is not"), Style.BOLD).add("\n")
    text.add(
        message(
            language,
            "Neither your name nor your Telegram id. Chats and people are known by a keyed "
            "hash only, from which nobody without the key can tell who they are.",
        )
    )
    text.add("\n")
    text.add(
        message(
            language,
            "A message lies on disk as it came until it is answered, and is then deleted.",
        )
    )
    if log_text:
        text.add("\n")
        text.add(
            message(
                language,
                "But the operator of this bot has chosen that its log holds what people write.",
            )
        )
    text.add("\n\n").add(message(language, "How long"), Style.BOLD).add("\n")
    if days == 1:
        kept = message(language, "For one day, then it is deleted.")
    else:
        kept = message(language, "For {days} days, then it is deleted.", days=days)
    text.add(kept)
    text.add("\n\n").add(message(language, "Sooner"), Style.BOLD).add("\n")
    if group:
        line = message(
            language,
            "/forget deletes your ratings at once, or, for administrators, all of this group.",
        )
    else:
        line = message(language, "/forget deletes all of it at once.")
    text.add(line)
    return View(text)


def small_talk_view(
    talk: Talk, context: ViewContext, *, examples: Sequence[str] = (), cities: Sequence[str] = ()
) -> View:
    """A friendly line, with questions to go on with.

    Args:
        talk: kind of what was said.
        context: language and links.
        examples: as in ``start_view``.
        cities: that the reports cover; named where the bot is asked what it can do.
    """
    language = context.language
    if talk == "ability":
        return start_view(context, examples=examples, cities=cities)
    text = Styled()
    if talk == "greeting":
        text.add(message(language, "Hello. What would you like to know about a city?"))
    elif talk == "thanks":
        text.add(message(language, "You are welcome. Ask on whenever you like."))
    elif talk == "goodbye":
        text.add(message(language, "Goodbye, and until next time."))
        return View(text)
    else:
        text.add(message(language, "Glad to hear it. Is there anything else you would like?"))
    return View(_invited(text, context, examples), example_keyboard(examples))


def example_keyboard(examples: Sequence[str]) -> InlineKeyboardMarkup | None:
    """A row a question, each asking it; none without questions."""
    rows = [
        [InlineKeyboardButton(question, callback_data=data(Action.EXAMPLE, key(question)))]
        for question in examples
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _covered(text: Styled, context: ViewContext, cities: Sequence[str]) -> None:
    """Adds which cities there are reports on."""
    if not cities:
        return
    names = "、".join(cities[:_CITIES]) + ("…" if len(cities) > _CITIES else "")
    text.add("\n\n")
    text.add(message(context.language, "The reports cover: {cities}", cities=names))


def _in_group(context: ViewContext, username: str) -> str:
    if not username:
        return message(
            context.language,
            "Here in the group: /ask with your question, or a reply to one of my messages.",
        )
    return message(
        context.language,
        "Here in the group: /ask with your question, a reply to one of my messages, "
        "or @{username} in your message.",
        username=username,
    )


def _invited(text: Styled, context: ViewContext, examples: Sequence[str]) -> Styled:
    if examples:
        text.add("\n\n").add(message(context.language, "For example:"))
    return text
