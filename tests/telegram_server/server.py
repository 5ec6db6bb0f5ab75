"""The server: its life, its requests, and what a test can ask of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Literal

from aiohttp import web

from tests.telegram_server.answering import Answering, Request
from tests.telegram_server.chats import User
from tests.telegram_server.delivery import Delivery
from tests.telegram_server.faults import Fault, Faults
from tests.telegram_server.floods import Floods, Limits
from tests.telegram_server.kinds import Group, PrivateChat
from tests.telegram_server.profile import Profile
from tests.telegram_server.world import ChatState, QueryState, World

HOST = "127.0.0.1"


class TelegramServer:
    """A Bot API server in a thread of its own, with one bot; a context manager.

    Args:
        token: of the bot; the number before the colon is its id.
        username: of the bot.
        port: to listen on; 0 for any that is free.
        poor: answer as emulators do that know less than Telegram: no commands, no profile, no
            deleteWebhook, callbacks without the message's text, results with only a message id.
        floods: whether messages over the limits are ``record``ed as violations and let through,
            or ``refuse``d with 429 as well.
        limits: of messages over time.
        privacy: whether the bot gets only commands and replies to it in groups.
        query_seconds: for which a callback or inline query can be answered.
        retry_seconds: between two posts to a webhook that did not take an update.

    Attributes:
        base_url: for the bot; the token follows.
        requests: all that came, in the order in which they were answered.
        violations: what Telegram would have refused though the bot could know better, and
            messages over the limits; a line each.
        refusals: all that was refused: violations and what a bot cannot help, as a chat whose
            user has blocked it; a line each.
        world: the chats.
        delivery: the updates.
    """

    def __init__(
        self,
        token: str = "123456:TEST",
        username: str = "cityqa_bot",
        *,
        port: int = 0,
        poor: bool = False,
        floods: Literal["record", "refuse"] = "record",
        limits: Limits = Limits(),  # noqa: B008
        privacy: bool = False,
        query_seconds: float = 60.0,
        retry_seconds: float = 0.1,
    ) -> None:
        self.token = token
        self.username = username
        self.port = port
        self.poor = poor
        self.privacy = privacy
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "City reports",
            "username": username,
        }
        self.world = World(bot, query_seconds)
        self.profile = Profile()
        self.faults = Faults()
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.refusals: list[str] = []
        self.delivery = Delivery(
            content_type="application/json; charset=utf-8" if poor else None,
            retry_seconds=retry_seconds,
            changed=self._changed,
        )
        self._answering = Answering(self, Floods(limits), refuse=floods == "refuse")
        self._update_ids = itertools.count(1)
        self._user_ids = itertools.count(1001)
        self._group_ids = itertools.count(501)
        self._query_ids = itertools.count(1)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._stop: asyncio.Event | None = None

    # Its life.

    def __enter__(self) -> TelegramServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        started: list[BaseException | None] = []
        ready = threading.Event()

        def main() -> None:
            try:
                asyncio.run(self._main(ready, started))
            except BaseException as error:
                started.append(error)
                ready.set()

        self._thread = threading.Thread(target=main, name="telegram-server", daemon=True)
        self._thread.start()
        ready.wait()
        if started[0] is not None:
            self._thread.join()
            raise started[0]

    def stop(self) -> None:
        """Close all connections and listen no more."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    async def _main(self, ready: threading.Event, started: list[BaseException | None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._answering.answer)
        app.router.add_route("*", "/{path:.*}", self._answering.not_found)
        self._runner = web.AppRunner(
            app, access_log=None, handle_signals=False, handler_cancellation=True
        )
        await self._runner.setup()
        try:
            await self._listen()
            started.append(None)
            ready.set()
            await self._stop.wait()
        finally:
            await self.delivery.close()
            self._abort()
            await self._runner.cleanup()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await self._site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        assert self._site is not None
        await self._site.stop()
        self._abort()

    def _abort(self) -> None:
        assert self._runner is not None
        server = self._runner.server
        for connection in list(server.connections) if server is not None else ():
            if connection.transport is not None:
                connection.transport.abort()

    def _run(self, coroutine: Any) -> Any:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    @contextlib.contextmanager
    def unreachable(self) -> Iterator[None]:
        """Nothing listens at the address meanwhile, and open connections are closed."""
        self._run(self._close())
        try:
            yield
        finally:
            self._run(self._listen())

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}/bot"

    # Chats and users.

    def user(
        self,
        user_id: int | None = None,
        first_name: str = "Ada",
        language_code: str | None = "en",
        **fields: Any,
    ) -> User:
        """A user as the Bot API has it."""
        user: User = {
            "id": next(self._user_ids) if user_id is None else user_id,
            "is_bot": False,
            "first_name": first_name,
        }
        if language_code is not None:
            user["language_code"] = language_code
        return user | fields

    def private(
        self,
        user_id: int | None = None,
        language_code: str | None = "en",
        first_name: str = "Ada",
        **fields: Any,
    ) -> PrivateChat:
        """A user's chat with the bot; the same again for an id that is known."""
        user = self.user(user_id, first_name, language_code, **fields)
        payload = {"id": user["id"], "type": "private", "first_name": first_name}
        return PrivateChat(self, self._chat(payload), user)

    def group(
        self,
        chat_id: int | None = None,
        title: str = "Neighbours",
        *,
        user: User | None = None,
        is_supergroup: bool = False,
        is_forum: bool = False,
    ) -> Group:
        """A group with the bot in it.

        Args:
            chat_id: negative; else a free one.
            title: of the group.
            user: who made it, and speaks where no one else is named.
            is_supergroup: whether it is one.
            is_forum: whether it has topics; only supergroups do.
        """
        is_supergroup = is_supergroup or is_forum
        if chat_id is None:
            number = next(self._group_ids)
            chat_id = -(10**12 + number) if is_supergroup else -number
        kind = "supergroup" if is_supergroup else "group"
        payload: dict[str, Any] = {"id": chat_id, "type": kind, "title": title}
        if is_forum:
            payload["is_forum"] = True
        user = user or self.user()
        state = self._chat(payload)
        state.members.setdefault(user["id"], (user, "creator"))
        return Group(self, state, user)

    def _chat(self, payload: dict[str, Any]) -> ChatState:
        with self.world.changed:
            return self.world.chats.setdefault(payload["id"], ChatState(payload))

    # Updates.

    def queue(self, **payload: Any) -> int:
        """Queue an update; gives its id."""
        assert self._loop is not None
        with self.world.changed:
            number = next(self._update_ids)
            # A copy: the message may change before it is delivered.
            update = {"update_id": number, **_copied(payload)}
            self._loop.call_soon_threadsafe(self.delivery.put, update)
            return number

    def redeliver(self, **payload: Any) -> None:
        """Queue an update with an id of its own, as one that was delivered before."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self.delivery.put, _copied(payload))

    def new_query(self) -> QueryState:
        """A query that the bot can answer."""
        state = QueryState(str(next(self._query_ids)), time.monotonic())
        with self.world.changed:
            self.world.queries[state.id] = state
        return state

    # Looking on, and getting in the way.

    def fault(self, method: str | None, **how: Any) -> None:
        """Let the next request of a method fail, or of any; ``how`` are the fields of ``Fault``."""
        self.faults.add(Fault(method, **how))

    def clear_faults(self) -> None:
        """Let nothing more fail."""
        self.faults.clear()

    def requests_of(self, *methods: str) -> list[Request]:
        """The requests of some methods so far."""
        return [request for request in list(self.requests) if request.method in methods]

    def wait_until(self, condition: Callable[[], Any], timeout: float = 10.0) -> bool:
        """Wait until a condition over the server holds; whether it does."""
        return self.world.wait_for(lambda: bool(condition()), timeout)

    def wait_for_bot(self, timeout: float = 30.0) -> None:
        """Wait until the bot polls, or has set its webhook.

        Raises:
            TimeoutError: it does neither.
        """
        if not self.wait_until(lambda: self.is_attended, timeout):
            raise TimeoutError(f"no bot receives updates after {timeout:g} s")

    @property
    def is_attended(self) -> bool:
        """Whether a bot polls now, or has set a webhook."""
        return self.delivery.is_polled or self.delivery.webhook is not None

    def wait_until_taken(self, timeout: float = 10.0) -> None:
        """Wait until every update was confirmed or its post taken.

        Raises:
            TimeoutError: some are not.
        """
        # Updates that are queued come before this on the server's loop.
        self._run(asyncio.sleep(0))
        if not self.wait_until(lambda: not self.delivery.pending, timeout):
            raise TimeoutError(f"{len(self.delivery.pending)} updates are not taken")

    def _changed(self) -> None:
        with self.world.changed:
            self.world.changed.notify_all()


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
