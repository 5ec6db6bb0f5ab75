"""The bot as PTB has it, made to bear with servers whose answers are poorer than Telegram's."""

from __future__ import annotations

import logging
import os
from typing import Any

from telegram import User
from telegram.error import NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.running.logs import event
from bot.running.requests import TellingRequest

LOG = logging.getLogger(__name__)

READ_SECONDS = 30.0
"""Seconds that an answer is waited for."""

CONNECT_SECONDS = 10.0
"""Seconds that a connection is waited for."""


class LenientBot(ExtBot[int]):
    """PTB's bot, with ``call`` for requests whose answers are taken as they are.

    PTB makes objects of all answers, and fails where a field that Telegram always sends is
    missing; but a message whose description cannot be parsed was sent all the same.
    """

    async def call(
        self, endpoint: str, data: dict[str, Any], *, read_seconds: float = READ_SECONDS
    ) -> Any:
        """Make a request.

        Args:
            endpoint: the method, as the Bot API spells it.
            data: its parameters; those that are none are left out.
            read_seconds: to wait for the answer.

        Returns:
            the field ``result`` of the answer, or none where the answer is no JSON.

        Raises:
            TelegramError: as PTB's methods; where the answer is no with a code of 200, too.
        """
        try:
            return await self._post(endpoint, dict(data), read_timeout=read_seconds)
        except TelegramError as error:
            # PTB raises just this class where a request went well and the answer is no JSON.
            if type(error) is TelegramError:
                event(LOG, logging.WARNING, "answer_unreadable", method=endpoint)
                return None
            raise
        except (KeyError, TypeError):
            return None

    async def get_me(self, *args: Any, **kwargs: Any) -> User:
        """As PTB's, but what the server leaves out is filled in.

        Raises:
            TelegramError: as PTB's.
        """
        told = await self.call("getMe", {})
        if not isinstance(told, dict):
            raise NetworkError("getMe gave no user")
        number = self.token.partition(":")[0]
        known = {"id": int(number) if number.isdecimal() else 0, "is_bot": True, "first_name": ""}
        self._bot_user = User.de_json({**known, **told}, self)
        return self._bot_user

    @property
    def username_or_none(self) -> str:
        """The bot's name without ``@``; empty where the server does not tell it."""
        return (self._bot_user.username or "") if self._bot_user is not None else ""

    async def delete_webhook(self, *args: Any, **kwargs: Any) -> bool:
        """As PTB's, but false where the server cannot."""
        try:
            return await super().delete_webhook(*args, **kwargs)
        except TelegramError as error:
            event(LOG, logging.WARNING, "webhook_not_deleted", error=type(error).__name__)
            return False


def make_bot(token: str, base_url: str, pacing: Any) -> LenientBot:
    """A bot that is reached with a token at an address.

    Args:
        token: that @BotFather gave.
        base_url: where the Bot API is served, as PTB takes it.
        pacing: its rate limiter.
    """

    # Otherwise PTB warns of a change to come whenever Telegram says to wait.
    os.environ.setdefault("PTB_TIMEDELTA", "true")

    def request(connections: int) -> TellingRequest:
        return TellingRequest(
            connection_pool_size=connections,
            read_timeout=READ_SECONDS,
            write_timeout=READ_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            pool_timeout=READ_SECONDS,
        )

    # Files have another address; the bot fetches none.
    return LenientBot(
        token,
        base_url=base_url,
        request=request(64),
        get_updates_request=request(1),
        rate_limiter=pacing,
    )
