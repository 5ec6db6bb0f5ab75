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
import time
from typing import Any
from urllib.parse import urlsplit

import tornado.web
from telegram.error import BadRequest, InvalidToken, TelegramError
from tornado.httpserver import HTTPServer

from bot.limits import WEBHOOK_SECRET
from bot.retries import Failure, failure_of
from bot.running.intake import WANTED, Intake
from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.running.ports import bind, reason_of, stop
from bot.running.reach import Reach
from bot.running.tokens import wrong_token
from bot.settings import LOOPBACK, TelegramSettings
from corpus.errors import SettingsError

LOG = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"

MOST_BYTES = 1 << 20
"""Of a body; updates have a few thousand."""

CONNECTIONS = 20
"""Updates that Telegram may post at a time."""

LONGEST_WAIT = 30.0
"""Seconds between two tries to tell Telegram of the webhook."""

QUIET = 60.0
"""Seconds between two lines of the log about posts without the secret."""

_PORTS = {"http": 80, "https": 443}

_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{WEBHOOK_SECRET}}}")


class _Guard:
    """Which posts come from the server that was told of the webhook.

    Args:
        path: of the webhook's address.
        secret: that the server sends along.
        trusting: whether one without any secret is let in as well.
    """

    def __init__(self, path: str, secret: str, *, trusting: bool) -> None:
        self._path = path.rstrip("/")
        self._secret = secret.encode()
        self._trusting = trusting
        self._told: float | None = None

    def lets_in(self, path: str, given: str | None) -> bool:
        """Whether a post may come in.

        With the secret on any path: proxies may take a part of it away, and nobody else has the
        secret.
        """
        if given is not None:
            return hmac.compare_digest(given.encode("utf-8", "replace"), self._secret)
        return self._trusting and path.rstrip("/") == self._path

    def tell(self) -> None:
        """Log that somebody was not let in, now and then."""
        now = time.monotonic()
        if self._told is None or now - self._told >= QUIET:
            self._told = now
            event(LOG, logging.WARNING, "webhook_secret_wrong")


class _Updates(tornado.web.RequestHandler):
    """One posted update."""

    def initialize(self, intake: Intake, guard: _Guard, reach: Reach) -> None:
        self._intake = intake
        self._guard = guard
        self._reach = reach

    async def post(self) -> None:
        """Answer 200 when the update is in the inbox; 403 without the secret; 400 to no JSON."""
        if not self._guard.lets_in(self.request.path, self.request.headers.get(HEADER)):
            self._guard.tell()
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
        self._secret = _secret_of(telegram)
        # Emulators on the same machine may send no secret; where one is set, it is asked for.
        self._guard = _Guard(
            urlsplit(self._url).path,
            self._secret,
            trusting=telegram.webhook_url.scheme == "http"
            and telegram.webhook_url.host in LOOPBACK
            and telegram.webhook_secret is None,
        )
        self._reach = reach
        self._socket = _bound(telegram.webhook_listen, telegram.webhook_port)
        self._server: HTTPServer | None = None
        self._failed = time.time()
        self._lost = False

    def listen(self, intake: Intake) -> None:
        """Take updates from now on."""
        arguments = {"intake": intake, "guard": self._guard, "reach": self._reach}
        application = tornado.web.Application(
            [(".*", _Updates, arguments)], log_function=lambda _: None
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
                if failure_of(error) is Failure.UNKNOWN:
                    # It is told of the address some other way.
                    event(LOG, logging.WARNING, "webhook_not_set", reason=error.message)
                    return
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
        url, failed = told.get("url"), told.get("last_error_date")
        if isinstance(url, str) and self._is_lost(url):
            # Another program took it away, as one that polled for a while.
            event(LOG, logging.WARNING, "webhook_lost", next="setting it again")
            await self.announce(bot)
        elif isinstance(failed, int) and failed > self._failed:
            self._failed = failed
            reason = told.get("last_error_message")
            event(LOG, logging.WARNING, "webhook_not_reached", url=self._url, reason=reason)

    def _is_lost(self, url: str) -> bool:
        """Whether posts go elsewhere; an address that is empty time after time tells nothing."""
        before, self._lost = self._lost, not url
        return not before if not url else _normal(url) != _normal(self._url)

    async def stop(self) -> None:
        """Take no more; Telegram keeps what it cannot post, as the webhook stays set."""
        if self._server is not None:
            await stop(self._server)
        self._socket.close()


def _normal(url: str) -> tuple[str, str, int | None, str, str]:
    """What two spellings of the same address share."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return url, "", None, "", ""
    return parts.scheme, parts.hostname or "", port, parts.path.rstrip("/"), parts.query


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
