"""What handlers work with; one object, made at the start and reached as ``context.bot_data``."""

from __future__ import annotations

from dataclasses import dataclass

from bot.library import Library
from bot.running.metrics import Metrics
from bot.sender import Sender
from bot.settings import TelegramSettings
from bot.state.store import ChatStore
from bot.throttle import Throttle
from qa.feedback.store import FeedbackStore
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What is shared by all handlers.

    Attributes:
        settings: of the program.
        telegram: of the bot.
        library: the reports, and answers from them.
        chats: what is kept of chats.
        feedback: answers shown and their ratings.
        sender: puts views into chats.
        throttle: how much one user and one chat may ask.
        metrics: what is counted.
        hash_key: with which chat and user ids are hashed.
    """

    settings: Settings
    telegram: TelegramSettings
    library: Library
    chats: ChatStore
    feedback: FeedbackStore
    sender: Sender
    throttle: Throttle
    metrics: Metrics
    hash_key: str
