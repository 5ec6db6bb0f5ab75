"""A bot that receives updates in this process, into a real inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.running.intake import Intake, Received
from bot.running.lenient_bot import LenientBot, make_bot
from bot.running.metrics import Metrics
from bot.running.pacing import Pacing
from bot.running.reach import Reach
from bot.state.store import FILE, ChatStore

TOKEN = "123456:TEST"


@dataclass
class Receiving:
    """What takes updates in, and where they come out."""

    bot: LenientBot
    chats: ChatStore
    queue: asyncio.Queue[object]
    metrics: Metrics
    intake: Intake
    reach: Reach

    async def next(self) -> Received:
        async with asyncio.timeout(5):
            update = await self.queue.get()
        assert isinstance(update, Received)
        return update

    def counted(self, line: str) -> bool:
        return line in self.metrics.exposition().decode()


@contextmanager
def receiving(state: Path, base_url: str) -> Iterator[Receiving]:
    """To be used within one event loop."""
    metrics = Metrics()
    bot = make_bot(TOKEN, base_url, Pacing(metrics))
    with ChatStore(state / FILE) as chats:
        queue: asyncio.Queue[object] = asyncio.Queue()
        intake = Intake(bot, chats, queue, metrics)
        yield Receiving(bot, chats, queue, metrics, intake, Reach(base_url))
