"""``/healthz`` and ``/metrics`` on a port of their own."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import tornado.web
from tornado.httpserver import HTTPServer

from bot.running.logs import event
from bot.running.metrics import CONTENT_TYPE, Metrics
from bot.running.ports import bind, reason_of, stop
from bot.settings import TelegramSettings

LOG = logging.getLogger(__name__)

Trouble = Callable[[], str | None]
"""Why the bot is not well, or none where it is."""


class _Health(tornado.web.RequestHandler):
    """Whether the bot is well."""

    def initialize(self, trouble: Trouble) -> None:
        self._trouble = trouble

    def get(self) -> None:
        """200, or 503 with the reason, as JSON."""
        trouble = self._trouble()
        self.set_status(200 if trouble is None else 503)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        facts = {"status": "ok"} if trouble is None else {"status": "down", "reason": trouble}
        self.finish(json.dumps(facts))


class _Metrics(tornado.web.RequestHandler):
    """What was counted."""

    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get(self) -> None:
        """All of it, in Prometheus's text format."""
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self._metrics.exposition())


class Monitoring:
    """The server of both.

    Args:
        telegram: the settings with address and port; nothing is served where the port is 0.
        metrics: to show.
        trouble: tells whether the bot is well.
    """

    def __init__(self, telegram: TelegramSettings, metrics: Metrics, trouble: Trouble) -> None:
        self._listen = telegram.metrics_listen
        self._port = telegram.metrics_port
        self._application = tornado.web.Application(
            [
                (r"/healthz$", _Health, {"trouble": trouble}),
                (r"/metrics$", _Metrics, {"metrics": metrics}),
            ],
            log_function=lambda _: None,
        )
        self._server: HTTPServer | None = None

    def start(self) -> None:
        """Serve; where the port is taken, one line says so, and the bot runs without."""
        if not self._port:
            return
        try:
            taken = bind(self._listen, self._port)
        except OSError as error:
            event(
                LOG,
                logging.WARNING,
                "metrics_off",
                where=f"{self._listen}:{self._port}",
                reason=reason_of(error),
                mend="name another port in CITYQA_TELEGRAM_METRICS_PORT, or 0 for none",
            )
            return
        self._server = HTTPServer(self._application)
        self._server.add_socket(taken)

    async def stop(self) -> None:
        """Serve no more."""
        if self._server is not None:
            await stop(self._server)
