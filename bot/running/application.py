"""From settings to a running bot, and back to rest.

PTB's ``Application`` hands updates to handlers; its ``run_polling`` and ``run_webhook`` are not
used, because they end where Telegram cannot be reached at first, and drop at the end what they
received and did not begin.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from typing import Any

from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder
from threadpoolctl import threadpool_limits

from bot.deep_links import BotLinks
from bot.handlers import register
from bot.library import Library
from bot.limits import CHAT_SECONDS
from bot.running import jobs, profile
from bot.running.intake import Intake
from bot.running.lanes import Lanes
from bot.running.lenient_bot import LenientBot, make_bot
from bot.running.logs import event, start_logging
from bot.running.metrics import Metrics
from bot.running.monitoring import Monitoring
from bot.running.pacing import Pacing
from bot.running.polling import Polling
from bot.running.reach import Reach
from bot.running.state_folder import held
from bot.running.tokens import token_of, wrong_token
from bot.running.webhook import Webhook
from bot.sender import Sender
from bot.services import Services
from bot.settings import TelegramSettings
from bot.state.hash_key import hash_key
from bot.state.store import FILE as CHATS
from bot.state.store import ChatStore
from bot.throttle import Throttle
from qa.checked_links import CheckedLinks
from qa.feedback.hashing import chat_hash
from qa.feedback.store import FILE as FEEDBACK
from qa.feedback.store import FeedbackStore
from qa.settings import Settings

LOG = logging.getLogger(__name__)

FINISH_SECONDS = 20.0
"""For what was begun when the bot is told to stop; what takes longer is left to the next start."""

THREADS = 1
"""Of the numeric libraries, where the settings name no number: questions are small, and two threads
that wait for one another answer fewer of them than one."""

LONGEST_WAIT = 30.0
"""Seconds between two tries while Telegram cannot be reached at the start."""

_SECRET_LENGTH = 8

App = Application[Any, Any, Any, Any, Any, Any]


def run(settings: Settings, telegram: TelegramSettings) -> None:
    """Run the bot until it is told to stop (SIGINT, SIGTERM).

    Raises:
        SettingsError: no token, a wrong one, a taken port, another bot in the state folder.
        CityqaError: the state or the reports cannot be used.
    """
    settings = settings.model_copy(update={"threads": settings.threads or THREADS})
    token = token_of(telegram)
    start_logging(telegram.log_format, _secrets(token, telegram))
    with held(settings.state):
        asyncio.run(_Bot(settings, telegram, token).run())


def _secrets(token: str, telegram: TelegramSettings) -> list[str]:
    kept = (telegram.webhook_secret, telegram.hash_key)
    others = [secret.get_secret_value() for secret in kept if secret is not None]
    # Shorter ones are parts of ordinary words.
    return [token, *(secret for secret in others if len(secret) >= _SECRET_LENGTH)]


class _Bot:
    """One run."""

    def __init__(self, settings: Settings, telegram: TelegramSettings, token: str) -> None:
        self._settings = settings
        self._telegram = telegram
        self._metrics = Metrics()
        self._reach = Reach(telegram.base_url)
        self._bot = make_bot(token, telegram.base_url, Pacing(self._metrics))
        self._library: Library | None = None
        self._began = time.monotonic()

    async def run(self) -> None:
        """From start to stop."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop_or_end, stop)
        # Before there is an index nothing is to be looked up anew.
        loop.add_signal_handler(signal.SIGHUP, lambda: None)
        async with contextlib.AsyncExitStack() as stack:
            chats = ChatStore(self._settings.state / CHATS)
            stack.callback(chats.close)
            await asyncio.to_thread(chats.prepare)
            key = await asyncio.to_thread(hash_key, self._settings, self._telegram)
            webhook = None
            if self._telegram.webhook_url is not None:
                webhook = Webhook(self._telegram, self._reach)
                stack.push_async_callback(webhook.stop)
            monitoring = Monitoring(self._telegram, self._metrics, self._trouble)
            monitoring.start()
            stack.push_async_callback(monitoring.stop)
            self._metrics.watch_up(lambda: float(self._trouble() is None))
            stack.push_async_callback(self._bot.shutdown)
            links = BotLinks("", _public(self._settings), CheckedLinks(self._settings.state))
            # One that is named is never built here: what is wrong with it is told at once, also
            # where Telegram cannot be reached.
            named = self._settings.index is not None
            if named:
                await self._opened(stop, stack, links)
            if await _unless(stop, self._connect()):
                return
            links.username = self._bot.username_or_none
            if not named:
                await self._opened(stop, stack, links)
            services = self._services(chats, key)
            stack.callback(services.feedback.close)
            # The one before this may have sent something just before it ended.
            if await _unless(stop, asyncio.sleep(self._began + CHAT_SECONDS - time.monotonic())):
                return
            await self._serve(stop, services, webhook)
        event(LOG, logging.INFO, "stopped")

    def _trouble(self) -> str | None:
        return self._reach.trouble or ("no_index" if self._library is None else None)

    async def _connect(self) -> None:
        """Reach Telegram and learn who the bot is, however long it takes.

        Raises:
            SettingsError: Telegram does not know the token.
        """
        wait = 0.5
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken as error:
                raise wrong_token() from error
            except TelegramError as error:
                self._reach.lost(error)
                if isinstance(error, RetryAfter):
                    wait = error._retry_after.total_seconds()
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            self._reach.reached()
            return

    async def _opened(
        self, stop: asyncio.Event, stack: contextlib.AsyncExitStack, links: BotLinks
    ) -> None:
        """Open the index, to be closed in the end."""
        if await _unless(stop, self._open_library(links)):
            # The thread that builds an index cannot be told to stop.
            _end(0)
        assert self._library is not None
        stack.push_async_callback(asyncio.to_thread, self._library.close)

    async def _open_library(self, links: BotLinks) -> None:
        steps: set[str] = set()

        def progress(step: str, done: int, total: int) -> None:
            if step not in steps:
                steps.add(step)
                event(LOG, logging.INFO, "building_index", step=step, of=total)

        self._library = await asyncio.to_thread(
            Library.open, self._settings, links, progress=progress
        )
        # Now that the libraries are loaded.
        threadpool_limits(limits=self._settings.threads)

    def _services(self, chats: ChatStore, key: str) -> Services:
        assert self._library is not None
        telegram = self._telegram
        return Services(
            settings=self._settings,
            telegram=telegram,
            library=self._library,
            chats=chats,
            feedback=FeedbackStore(self._settings.state / FEEDBACK),
            sender=Sender(self._bot, chats, key, self._metrics),
            throttle=Throttle(telegram.user_limit, telegram.chat_limit),
            metrics=self._metrics,
            hash_key=key,
        )

    async def _serve(
        self, stop: asyncio.Event, services: Services, webhook: Webhook | None
    ) -> None:
        """Receive and handle updates until told to stop.

        Raises:
            SettingsError: Telegram has refused the token for minutes, or refuses the webhook.
        """
        lanes = Lanes(
            services.chats,
            partial(chat_hash, services.hash_key),
            log_text=self._telegram.log_text,
        )
        self._metrics.watch_queue(lambda: lanes.open)
        application = _application(self._bot, lanes, services)
        intake = Intake(self._bot, services.chats, application.update_queue, self._metrics)
        loop = asyncio.get_running_loop()
        tasks = jobs.start(services)
        hangup: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = asyncio.create_task(jobs.reload(services))
            hangup.add(task)
            task.add_done_callback(hangup.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)
        async with _started(application, lanes, services.sender):
            resumed = await intake.resume()
            tasks.append(asyncio.create_task(_show_profile(services, self._bot), name="profile"))
            event(
                LOG,
                logging.INFO,
                "started",
                bot=self._bot.username_or_none,
                reports=len(services.library.reports()),
                by="polling" if webhook is None else "webhook",
                resumed=resumed,
            )
            polling = Polling(self._bot, intake, self._reach, lambda: lanes.open)
            if webhook is None:
                receiving: Coroutine[Any, Any, None] = polling.run()
            else:
                webhook.listen(intake)
                receiving = webhook.announce(self._bot)
                tasks.append(jobs.start_looking(webhook, self._bot))
            try:
                if not await _unless(stop, receiving):
                    await stop.wait()
            finally:
                event(LOG, logging.INFO, "stopping", unfinished=lanes.open)
                await _cancelled([*tasks, *hangup])
                if webhook is not None:
                    await webhook.stop()
        if webhook is None:
            await polling.confirm()


def _application(bot: LenientBot, lanes: Lanes, services: Services) -> App:
    application: App = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .concurrent_updates(lanes)
        .build()
    )
    application.bot_data["services"] = services
    register(application)
    return application


@contextlib.asynccontextmanager
async def _started(application: App, lanes: Lanes, sender: Sender) -> AsyncIterator[None]:
    """An application that handles updates; what was begun is finished at the end."""
    await application.initialize()
    await application.start()
    try:
        yield
    finally:
        lanes.close()
        _drain(application.update_queue)
        stopping = asyncio.create_task(application.stop())
        done, _ = await asyncio.wait({stopping}, timeout=FINISH_SECONDS)
        if not done:
            event(LOG, logging.WARNING, "left_for_next_start", unfinished=lanes.open)
            # PTB waits for its tasks, and offers no way to end them.
            ours = asyncio.current_task()
            await _cancelled([task for task in asyncio.all_tasks() if task not in (ours, stopping)])
            await asyncio.wait({stopping}, timeout=1.0)
        await sender.settled()


def _drain(queue: asyncio.Queue[object]) -> None:
    """Leave what PTB has not fetched to the next start: the inbox has it."""
    while not queue.empty():
        queue.get_nowait()
        queue.task_done()


def _stop_or_end(stop: asyncio.Event) -> None:
    """Stop; whoever asks a second time does not want to wait."""
    if stop.is_set():
        _end(1)
    stop.set()


def _end(code: int) -> None:
    """End at once: all that is on disk may be left at any moment."""
    event(LOG, logging.INFO, "stopped")
    sys.stderr.flush()
    os._exit(code)


async def _show_profile(services: Services, bot: LenientBot) -> None:
    """Tell Telegram the lists of commands and the texts of the profile."""
    try:
        await profile.publish(services, bot)
    except Exception as error:  # The bot answers without it.
        event(LOG, logging.WARNING, "profile_failed", error=type(error).__name__)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do some work, unless told to stop before it is done; whether that was so.

    Raises:
        Exception: what the work raised.
    """
    working = asyncio.create_task(work)
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return False
        return True
    finally:
        await _cancelled([working, waiting])


async def _cancelled(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _public(settings: Settings) -> str | None:
    return str(settings.public_url) if settings.public_url is not None else None
