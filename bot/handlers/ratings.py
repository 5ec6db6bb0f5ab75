"""Ratings of answers: kept in the feedback store, then shown under the answer."""

from __future__ import annotations

import asyncio
import logging

from bot.handlers.press import Press
from bot.keyboards import RATING_LETTERS
from bot.views.rated import rated_keyboard
from corpus.errors import CityqaError, UsageError
from qa.feedback.ratings import Rating
from qa.messages import message

_LOG = logging.getLogger(__name__)

_RATINGS: dict[str, Rating] = {letter: rating for rating, letter in RATING_LETTERS.items()}


async def rate(press: Press) -> None:
    """Keep a rating; it is acknowledged only when the store has it on the disk."""
    answer, rank = press.data.number(0), press.data.number(2)
    rating = _RATINGS.get(press.field(1))
    if answer is None or rating is None or rank is None:
        await press.foreign()
        return
    if press.under is None:
        await press.elsewhere()
        return
    try:
        kept = await _kept(press, answer, rating, rank or None)
    except UsageError:
        await press.foreign()
        return
    except CityqaError as error:
        _LOG.warning("a rating cannot be kept: %s", error)
        await press.not_kept()
        return
    language = press.context.language
    if not kept:
        await press.notice(
            message(language, "This answer is no longer kept, so it cannot be rated.")
        )
        return
    press.services.metrics.rated(rating)
    await press.notice(message(language, "Thank you. It is noted."))
    # In a group several people rate, and none should see what another one chose as their own.
    if not press.in_group and press.keyboard is not None and press.under_id is not None:
        keyboard = rated_keyboard(press.keyboard, answer, rating, rank, language)
        await press.services.sender.edit_keyboard(press.under.chat.id, press.under_id, keyboard)


async def _kept(press: Press, answer: int, rating: Rating, rank: int | None) -> bool:
    """Whether the answer was shown in this chat, and so its rating is kept."""
    services, chat = press.services, press.chat
    assert chat is not None
    if await _is_shown_as(press, chat, answer):
        # A group that became a supergroup has another id than the one it was answered under.
        chat = None
    return await asyncio.to_thread(
        services.feedback.rate, answer, press.user, rating, rank=rank, chat=chat
    )


async def _is_shown_as(press: Press, chat: str, answer: int) -> bool:
    """Whether the message is known to show an answer."""
    if press.under is None:
        return False
    try:
        shown = await asyncio.to_thread(press.services.chats.shown_as, chat, press.under.message_id)
    except CityqaError:
        return False
    return shown is not None and shown.feedback_id == answer
