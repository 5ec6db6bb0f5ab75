"""The bot's application in this process, with all that is real: for what cannot be provoked from
outside, as an error in a handler."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder

from bot.deep_links import BotLinks
from bot.library import Library
from bot.running.lenient_bot import make_bot
from bot.running.metrics import Metrics
from bot.running.pacing import Pacing
from bot.sender import Sender
from bot.services import Services
from bot.settings import TelegramSettings
from bot.state.store import FILE as CHATS
from bot.state.store import ChatStore
from bot.throttle import Throttle
from qa.feedback.store import FILE as FEEDBACK
from qa.feedback.store import FeedbackStore
from qa.settings import Settings
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

App = Application[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class InProcess:
    """An application that handles what it is handed.

    Attributes:
        application: of python-telegram-bot, without handlers at first.
        services: of the bot.
    """

    application: App
    services: Services

    async def takes(self, said: SentMessage) -> None:
        """Handle a message that a user of the server wrote."""
        payload = {"update_id": said.update, "message": dict(said.raw)}
        update = Update.de_json(payload, self.application.bot)
        await self.application.process_update(update)


def library_of(cache: Path) -> Library:
    """The shipped reports, from an index that is built already."""
    return Library.open(Settings(cache=cache, threads=1), BotLinks("cityqa_bot", None))


@contextlib.asynccontextmanager
async def in_process(
    server: TelegramServer, library: Library, state: Path, **settings: Any
) -> AsyncIterator[InProcess]:
    """An application on the server.

    Args:
        server: that it is to use.
        library: that it answers from.
        state: folder of its state.
        settings: of the bot, on top of what it needs.
    """
    telegram = TelegramSettings(token=server.token, base_url=server.base_url, **settings)
    metrics = Metrics()
    bot = make_bot(server.token, server.base_url, Pacing(metrics))
    key = "a key for tests"
    with (
        contextlib.closing(ChatStore(state / CHATS)) as chats,
        FeedbackStore(state / FEEDBACK) as feedback,
    ):
        application: App = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
        services = Services(
            settings=Settings(state=state),
            telegram=telegram,
            library=library,
            chats=chats,
            feedback=feedback,
            sender=Sender(bot, chats, key, metrics),
            throttle=Throttle(telegram.user_limit, telegram.chat_limit),
            metrics=metrics,
            hash_key=key,
        )
        application.bot_data["services"] = services
        await application.initialize()
        try:
            yield InProcess(application, services)
        finally:
            await services.sender.settled()
            await application.shutdown()
