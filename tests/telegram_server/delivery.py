"""Updates to the bot: kept until confirmed, by long polling or by webhook."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.telegram_server.refusals import bad, conflict
from tests.telegram_server.updates import NOT_BY_DEFAULT

Update = dict[str, Any]

TERMINATED = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


@dataclass(slots=True)
class Webhook:
    """Where updates are posted to.

    Attributes:
        url: of the bot.
        secret: sent along, or empty.
        max_connections: posts at once.
        error: of the last post that was not taken.
        error_time: when, in seconds since 1970.
    """

    url: str
    secret: str = ""
    max_connections: int = 40
    error: str = ""
    error_time: int = 0


@dataclass(slots=True)
class Delivery:
    """The queue of updates; used on the server's loop only, but for reading.

    Attributes:
        content_type: of posts, or none for the usual.
        retry_seconds: between two posts of an update that was not taken; grows to 20 times that.
        pending: not confirmed, in order.
        allowed: kinds that the bot wants, or none for the usual ones.
        webhook: where they are posted, or none.
        posts: how often an update was posted, by its id.
    """

    content_type: str | None = None
    retry_seconds: float = 0.1
    pending: list[Update] = field(default_factory=list)
    allowed: frozenset[str] | None = None
    webhook: Webhook | None = None
    posts: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    polls: int = 0
    changed: Callable[[], None] = lambda: None
    _waiting: asyncio.Future[None] | None = None
    _poll: int = 0
    _lanes: dict[int, deque[Update]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None
    _free: asyncio.Semaphore | None = None

    @property
    def is_polled(self) -> bool:
        """Whether the bot waits for updates now."""
        return self._waiting is not None

    def wants(self, kind: str) -> bool:
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    def put(self, update: Update) -> None:
        """Queue an update, unless the bot does not want its kind."""
        if not any(self.wants(kind) for kind in update if kind != "update_id"):
            return
        self.pending.append(update)
        if self.webhook is not None:
            self._lay(update)
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def allow(self, kinds: list[Any] | None) -> None:
        """Which kinds of update the bot wants from now on; none leaves it as it is.

        Raises:
            Refused: the list holds something else than names.
        """
        if kinds is None:
            return
        if not all(isinstance(kind, str) for kind in kinds):
            raise bad("can't parse allowed_updates: expected an Array of String")
        self.allowed = frozenset(kinds) or None

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """Confirm what is before the offset, and wait for what is not.

        Raises:
            Refused: a webhook is set, or another poll takes over.
        """
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        self._poll += 1
        mine = self._poll
        self._wake()
        if offset < 0:
            del self.pending[: max(len(self.pending) + offset, 0)]
        elif offset:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        self.changed()
        deadline = time.monotonic() + timeout
        while not self.pending and (left := deadline - time.monotonic()) > 0:
            self._waiting = waiting = asyncio.get_running_loop().create_future()
            self.polls += 1
            self.changed()
            try:
                await asyncio.wait_for(waiting, left)
            except TimeoutError:
                break
            finally:
                if self._waiting is waiting:
                    self._waiting = None
                    self.changed()
            if self._poll != mine:
                raise conflict(TERMINATED if self.webhook is None else WEBHOOK_ACTIVE)
        return self.pending[: max(1, min(limit or 100, 100))]

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def drop(self) -> None:
        """Forget what is queued."""
        self.pending.clear()
        self._lanes.clear()

    async def set_webhook(self, webhook: Webhook | None) -> None:
        """Post updates from now on, those that are queued among them; or stop doing so."""
        await self._stop_posting()
        self.webhook = webhook
        if webhook is None:
            return
        self._poll += 1
        self._wake()
        headers = {}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        if self.content_type is not None:
            headers["Content-Type"] = self.content_type
        self._free = asyncio.Semaphore(webhook.max_connections)
        self._session = aiohttp.ClientSession(
            headers=headers, timeout=aiohttp.ClientTimeout(total=60)
        )
        for update in self.pending:
            self._lay(update)

    def _lay(self, update: Update) -> None:
        # Updates of one chat go one after another, chats beside one another.
        lane = lane_of(update)
        if lane in self._lanes:
            self._lanes[lane].append(update)
            return
        self._lanes[lane] = deque([update])
        task = asyncio.get_running_loop().create_task(self._post_lane(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post_lane(self, lane: int) -> None:
        assert self._free is not None
        while queue := self._lanes.get(lane):
            update, pause = queue[0], self.retry_seconds
            while True:
                async with self._free:
                    taken = await self._post(update)
                if taken or not self._lanes.get(lane):
                    break
                await asyncio.sleep(pause)
                pause = min(2 * pause, 20 * self.retry_seconds)
            if queue and queue[0] is update:
                queue.popleft()
                self.pending = [other for other in self.pending if other is not update]
            self.changed()
        self._lanes.pop(lane, None)

    async def _post(self, update: Update) -> bool:
        webhook, session = self.webhook, self._session
        assert webhook is not None
        assert session is not None
        self.posts[update["update_id"]] += 1
        try:
            async with session.post(webhook.url, json=update) as response:
                await response.read()
                if 200 <= response.status < 300:
                    return True
                error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = f"Connection failed: {type(failure).__name__}"
        webhook.error, webhook.error_time = error, int(time.time())
        self.changed()
        return False

    async def _stop_posting(self) -> None:
        self._lanes.clear()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def close(self) -> None:
        await self._stop_posting()
        self._poll += 1
        self._wake()


def lane_of(update: Update) -> int:
    """What an update must not overtake: the chat, else the user, that it is from."""
    for kind, value in update.items():
        if kind == "update_id" or not isinstance(value, dict):
            continue
        message = value.get("message")
        for holder in (value, message if isinstance(message, dict) else {}):
            chat = holder.get("chat")
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
        sender = value.get("from")
        if isinstance(sender, dict) and isinstance(sender.get("id"), int):
            return int(sender["id"])
    return 0
