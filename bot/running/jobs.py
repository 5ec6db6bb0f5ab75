"""What the bot does by itself now and then: looks for a new index, deletes what is old."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.running.webhook import Webhook
from bot.services import Services

LOG = logging.getLogger(__name__)

FIRST_PURGE = 60.0
"""Seconds after the start."""

DAY = 24 * 60 * 60.0
"""Seconds."""

ASK_AGAIN = 60.0
"""Seconds between two looks whether Telegram can be reached, where nothing else asks it."""


async def every(seconds: float, job: Callable[[], Awaitable[object]], *, first: float) -> None:
    """Do something again and again until cancelled; a failure is logged, and the next is tried.

    Args:
        seconds: between two times.
        job: what to do.
        first: seconds before the first time.
    """
    await asyncio.sleep(first)
    while True:
        try:
            await job()
        except Exception:  # Whatever it was, the bot goes on.
            event(LOG, logging.ERROR, "job_failed", trace=True, job=getattr(job, "__name__", None))
        await asyncio.sleep(seconds)


async def reload(services: Services) -> None:
    """Answer from a newly built index where there is one."""
    if await services.library.refresh():
        services.metrics.reloaded()


async def purge(services: Services) -> None:
    """Delete what has been kept for as long as the settings say."""
    days = services.telegram.retention_days
    answers = await asyncio.to_thread(services.feedback.purge, days)
    chats = await asyncio.to_thread(services.chats.purge, days)
    if answers or chats:
        event(LOG, logging.INFO, "purged", answers=answers, chats=chats)


def start(services: Services) -> list[asyncio.Task[None]]:
    """Start the jobs, each a task of its own."""

    async def reloading() -> None:
        await reload(services)

    async def purging() -> None:
        await purge(services)

    seconds = float(services.telegram.reload_seconds)
    return [
        asyncio.create_task(every(seconds, reloading, first=seconds), name="reload"),
        asyncio.create_task(every(DAY, purging, first=FIRST_PURGE), name="purge"),
    ]


def start_looking(webhook: Webhook, bot: LenientBot) -> asyncio.Task[None]:
    """With a webhook nothing asks Telegram by itself: ask it every minute."""

    async def looking() -> None:
        await webhook.look(bot)

    return asyncio.create_task(every(ASK_AGAIN, looking, first=ASK_AGAIN), name="look")
