"""Takes updates that Telegram posts: a small server behind a reverse proxy.

Telegram posts an update again until it gets a 2xx answer, so that answer is given only when the
update is in the inbox on disk; and given to one that cannot be parsed, too, as otherwise it would
come for ever and hold up those behind it.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import secrets
import socket
from typing import Any
from urllib.parse import urlsplit

import tornado.web
from telegram.error import BadRequest, InvalidToken, TelegramError
from tornado.httpserver import HTTPServer

from bot.limits import WEBHOOK_SECRET
from bot.running.intake import WANTED, Intake
from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.running.ports import bind, reason_of, stop
from bot.running.reach import Reach
from bot.running.tokens import wrong_token
from bot.settings import TelegramSettings
from corpus.errors import SettingsError

LOG = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"

MOST_BYTES = 1 << 20
"""Of a body; updates have a few thousand."""

CONNECTIONS = 20
"""Updates that Telegram may post at a time."""

LONGEST_WAIT = 30.0
"""Seconds between two tries to tell Telegram of the webhook."""

_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{WEBHOOK_SECRET}}}")


class _Updates(tornado.web.RequestHandler):
    """One posted update."""

    def initialize(self, intake: Intake, secret: str, reach: Reach) -> None:
        self._intake = intake
        self._secret = secret
        self._reach = reach

    async def post(self) -> None:
        """Answer 200 when the update is in the inbox; 403 without the secret; 400 to no JSON."""
        given = self.request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            event(LOG, logging.WARNING, "webhook_secret_wrong")
            self.set_status(403)
            return
        try:
            raw = json.loads(self.request.body)
        except (ValueError, RecursionError):
            event(LOG, logging.WARNING, "webhook_no_json")
            self.set_status(400)
            return
        self._reach.reached()
        await self._intake.take([raw])

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Only the status: whoever asks learns nothing else."""
        self.finish()


class Webhook:
    """The server, and its address as Telegram is told.

    Args:
        telegram: the settings; a webhook's url is among them.
        reach: told how it goes.

    Raises:
        SettingsError: the port is taken, or the secret holds other characters than Telegram takes.
    """

    def __init__(self, telegram: TelegramSettings, reach: Reach) -> None:
        assert telegram.webhook_url is not None
        self._url = str(telegram.webhook_url)
        self._path = urlsplit(self._url).path or "/"
        self._secret = _secret_of(telegram)
        self._reach = reach
        self._socket = _bound(telegram.webhook_listen, telegram.webhook_port)
        self._server: HTTPServer | None = None
        self._failed: Any = None

    def listen(self, intake: Intake) -> None:
        """Take updates from now on."""
        arguments = {"intake": intake, "secret": self._secret, "reach": self._reach}
        application = tornado.web.Application(
            [(f"{re.escape(self._path)}$", _Updates, arguments)], log_function=lambda _: None
        )
        self._server = HTTPServer(application, max_body_size=MOST_BYTES, xheaders=False)
        self._server.add_socket(self._socket)

    async def announce(self, bot: LenientBot) -> None:
        """Tell Telegram where to post, again and again until it takes it.

        Raises:
            SettingsError: Telegram does not take the address, or has refused the token for minutes.
        """
        wait = 1.0
        while True:
            try:
                await bot.call(
                    "setWebhook",
                    {
                        "url": self._url,
                        "secret_token": self._secret,
                        "allowed_updates": list(WANTED),
                        "max_connections": CONNECTIONS,
                    },
                )
            except TelegramError as error:
                # A name that cannot be resolved now may be so later.
                if isinstance(error, BadRequest) and "resolve" not in error.message.lower():
                    raise SettingsError(
                        f"Telegram does not take it ({error.message})",
                        where=f"CITYQA_TELEGRAM_WEBHOOK_URL={self._url}",
                        mend="see docs/bot.md on webhooks",
                    ) from error
                self._reach.lost(error)
                if isinstance(error, InvalidToken) and self._reach.token_is_wrong:
                    raise wrong_token() from error
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            self._reach.reached()
            event(LOG, logging.INFO, "webhook_set", url=self._url)
            return

    async def look(self, bot: LenientBot) -> None:
        """See whether Telegram can be reached and posts to us; say so where it does not."""
        try:
            await bot.call("getMe", {})
        except TelegramError as error:
            self._reach.lost(error)
            return
        self._reach.reached()
        try:
            told = await bot.call("getWebhookInfo", {})
        except TelegramError:
            return
        if not isinstance(told, dict):
            return
        if told.get("url") != self._url:
            # Another program took it away, as one that polled for a while.
            event(LOG, logging.WARNING, "webhook_lost", next="setting it again")
            await self.announce(bot)
        elif told.get("last_error_date") != self._failed:
            self._failed = told.get("last_error_date")
            reason = told.get("last_error_message")
            event(LOG, logging.WARNING, "webhook_not_reached", url=self._url, reason=reason)

    async def stop(self) -> None:
        """Take no more; Telegram keeps what it cannot post, as the webhook stays set."""
        if self._server is not None:
            await stop(self._server)
        self._socket.close()


def _bound(listen: str, port: int) -> socket.socket:
    try:
        return bind(listen, port)
    except OSError as error:
        raise SettingsError(
            f"the webhook cannot listen there ({reason_of(error)})",
            where=f"{listen}:{port}",
            mend="name another port in CITYQA_TELEGRAM_WEBHOOK_PORT, or stop what has it",
        ) from error


def _secret_of(telegram: TelegramSettings) -> str:
    """The secret of the settings, or one for this start alone."""
    if telegram.webhook_secret is None:
        return secrets.token_urlsafe(32)
    secret = telegram.webhook_secret.get_secret_value()
    if not _SECRET.fullmatch(secret):
        raise SettingsError(
            "Telegram takes only 1 to 256 characters of A-Z, a-z, 0-9, _ and -",
            where="CITYQA_TELEGRAM_WEBHOOK_SECRET",
            mend="choose another, or leave it empty",
        )
    return secret
