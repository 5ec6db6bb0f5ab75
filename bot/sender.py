"""Puts views into chats: every request of a handler goes through here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardMarkup, InlineQueryResult, InlineQueryResultsButton, InputFile
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.bending import bend
from bot.limits import CALLBACK_ANSWER, CAPTION
from bot.rendered import Rendered
from bot.retries import MAYBE_DONE, Failure, failure_of, persistently
from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.running.metrics import Metrics
from bot.state.store import ChatStore
from bot.view import View
from corpus.errors import CityqaError
from qa.feedback.hashing import chat_hash

LOG = logging.getLogger(__name__)

BUSY = 16
"""Requests under way above which no typing status is sent."""

PASSING_PATIENCE = 8.0
"""Seconds for which an answer to a button or an inline query is tried: nobody waits longer."""

_CAPTION_BUDGET = CAPTION - 24

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of messages.

    Attributes:
        done: whether at least the first was sent, or may have been.
        ids: of those sent, as far as the server told them.
    """

    done: bool = False
    ids: tuple[int, ...] = ()


class Sender:
    """Sends, edits and answers, and bears what Telegram may say to it.

    Nothing is raised where a message cannot reach anybody (the user has blocked the bot, the chat
    is gone, Telegram cannot be reached for a minute): that is logged and counted. What Telegram
    holds to be wrong in a request is tried without it: entities, a topic that is closed, buttons.

    Args:
        bot: to send with.
        chats: told of groups that became supergroups.
        hash_key: with which chat ids are hashed.
        metrics: counts messages and failures.
    """

    def __init__(self, bot: LenientBot, chats: ChatStore, hash_key: str, metrics: Metrics) -> None:
        self._bot = bot
        self._chats = chats
        self._hash_key = hash_key
        self._metrics = metrics
        self._under_way = 0
        self._typing: dict[int, asyncio.Task[None]] = {}

    async def send(
        self,
        chat_id: int,
        view: View,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        silent: bool = False,
        answers: object | None = None,
    ) -> Sent:
        """Send a view, as several messages where one cannot hold it.

        Before the first request goes out, the current update is marked in the inbox as begun
        (``bot/running/pacing.py``), so that it is not answered again after a restart.

        Args:
            chat_id: of the chat.
            view: what to show; its buttons stand under the last message.
            thread: the topic of a forum.
            reply_to: the message that it replies to; sent all the same where that is gone.
            silent: without a sound.
            answers: the update that it answers, for the reader of the code; not used.

        Returns:
            whether it was sent, and the ids of the messages.
        """
        return await self._send_parts(
            chat_id, view.text.rendered(), view.keyboard, thread, reply_to, silent
        )

    async def edit(self, chat_id: int, message_id: int, view: View) -> bool:
        """Put a view into the place of a message; what does not fit is sent behind it.

        Returns:
            whether the message shows it now; where it does not, send it anew.
        """
        parts = view.text.rendered()
        if not parts:
            return False
        request = {
            "chat_id": chat_id,
            "message_id": message_id,
            "link_preview_options": {"is_disabled": True},
            "reply_markup": _markup(view.keyboard if len(parts) == 1 else None),
        }
        if not await self._edited("editMessageText", request, parts[0]):
            return False
        await self._send_parts(chat_id, parts[1:], view.keyboard, None, message_id, True)
        return True

    async def edit_keyboard(
        self, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Change the buttons under a message; whether it has them now."""
        request = {"chat_id": chat_id, "message_id": message_id, "reply_markup": _markup(keyboard)}
        return await self._edited("editMessageReplyMarkup", request, None)

    async def document(
        self,
        chat_id: int,
        name: str,
        content: bytes,
        caption: View,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> Sent:
        """Send a file; of the caption what fits.

        Returns:
            whether it was sent, and the id of the message.
        """
        await self._typing_done(chat_id)
        parts = caption.text.rendered(budget=_CAPTION_BUDGET)
        request: Params = {
            "chat_id": chat_id,
            "document": InputFile(content, filename=name),
            "reply_markup": _markup(caption.keyboard),
            **_place(thread, reply_to),
        }
        sent, id_ = await self._message(
            "sendDocument", request, parts[0] if parts else None, field="caption"
        )
        return Sent(sent, () if id_ is None else (id_,))

    async def typing(self, chat_id: int, *, thread: int | None = None) -> None:
        """Show that an answer is coming; never fails, waits for nothing, not while much goes on."""
        if self._under_way > BUSY or chat_id in self._typing:
            return
        request = {"chat_id": chat_id, "message_thread_id": thread, "action": "typing"}
        task = asyncio.create_task(self._passing("sendChatAction", request, patience=0.0))
        self._typing[chat_id] = task
        task.add_done_callback(lambda _: self._typing.pop(chat_id, None))

    async def notice(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a button, with a short notice or none; never fails."""
        request = {
            "callback_query_id": query_id,
            "text": text[:CALLBACK_ANSWER] or None,
            "show_alert": alert or None,
        }
        await self._passing("answerCallbackQuery", request)

    async def inline(
        self,
        query_id: str,
        results: Sequence[InlineQueryResult],
        *,
        cache_seconds: int,
        personal: bool,
        button: InlineQueryResultsButton | None = None,
    ) -> None:
        """Answer an inline query; never fails.

        Args:
            query_id: of the query.
            results: at most 50.
            cache_seconds: for which Telegram may give the same results to the same query.
            personal: whether only to the same user.
            button: above the results.
        """

        async def request() -> Any:
            return await self._bot.answer_inline_query(
                query_id,
                results,
                cache_time=cache_seconds,
                is_personal=personal,
                button=button,
            )

        await self._tried("answerInlineQuery", request, PASSING_PATIENCE)

    async def settled(self) -> None:
        """Wait until no typing status is under way any more."""
        tasks = list(self._typing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_parts(
        self,
        chat_id: int,
        parts: Sequence[Rendered],
        keyboard: InlineKeyboardMarkup | None,
        thread: int | None,
        reply_to: int | None,
        silent: bool,
    ) -> Sent:
        ids: list[int] = []
        done = False
        if parts:
            await self._typing_done(chat_id)
        for number, part in enumerate(parts, 1):
            request: Params = {
                "chat_id": chat_id,
                "link_preview_options": {"is_disabled": True},
                "disable_notification": silent or None,
                "reply_markup": _markup(keyboard if number == len(parts) else None),
                **_place(thread, reply_to if number == 1 else None),
            }
            sent, id_ = await self._message("sendMessage", request, part)
            if not sent:
                break
            done = True
            # A group may have become a supergroup meanwhile.
            chat_id = request["chat_id"]
            if id_ is not None:
                ids.append(id_)
        return Sent(done, tuple(ids))

    async def _message(
        self, endpoint: str, request: Params, part: Rendered | None, *, field: str = "text"
    ) -> tuple[bool, int | None]:
        """Send one message: whether it was sent, and its id where the server told it."""
        try:
            result = await self._bent(endpoint, request, part, field=field, repeatable=False)
        except TelegramError as error:
            failure = self._failed(endpoint, error)
            return failure in MAYBE_DONE, None
        self._metrics.sent()
        id_ = result.get("message_id") if isinstance(result, dict) else None
        return True, id_ if isinstance(id_, int) else None

    async def _edited(self, endpoint: str, request: Params, part: Rendered | None) -> bool:
        try:
            await self._bent(endpoint, request, part, field="text", repeatable=True)
        except TelegramError as error:
            if "not modified" in error.message.lower():
                return True
            self._failed(endpoint, error)
            return False
        return True

    async def _bent(
        self,
        endpoint: str,
        request: Params,
        part: Rendered | None,
        *,
        field: str,
        repeatable: bool,
    ) -> Any:
        """Make a request, without what Telegram holds to be wrong in it.

        Raises:
            TelegramError: nothing helps.
        """
        if part is not None:
            request[field] = part.text
            request["entities" if field == "text" else "caption_entities"] = [
                entity.to_dict() for entity in part.entities
            ] or None
        # Each of these may be wrong once.
        for _ in range(5):
            try:
                return await self._repeated(endpoint, request, repeatable=repeatable)
            except ChatMigrated as error:
                await self._migrated(request["chat_id"], error.new_chat_id)
                request["chat_id"] = error.new_chat_id
            except BadRequest as error:
                if not bend(request, error.message.lower(), part, field):
                    raise
                event(LOG, logging.WARNING, "request_bent", method=endpoint, reason=error.message)
        return await self._repeated(endpoint, request, repeatable=repeatable)

    async def _repeated(self, endpoint: str, request: Params, *, repeatable: bool) -> Any:
        self._under_way += 1
        try:
            return await persistently(
                lambda: self._bot.call(endpoint, request), self._metrics, repeatable=repeatable
            )
        finally:
            self._under_way -= 1

    async def _passing(
        self, endpoint: str, request: Params, *, patience: float = PASSING_PATIENCE
    ) -> None:
        chat_id = request.get("chat_id")
        await self._tried(endpoint, lambda: self._bot.call(endpoint, request), patience, chat_id)

    async def _tried(
        self,
        endpoint: str,
        request: Callable[[], Awaitable[Any]],
        patience: float,
        chat_id: int | None = None,
    ) -> None:
        """Make a request that nobody misses where it fails."""
        try:
            await persistently(request, self._metrics, repeatable=True, patience=patience)
        except ChatMigrated as error:
            if chat_id is not None:
                await self._migrated(chat_id, error.new_chat_id)
        except TelegramError as error:
            self._failed(endpoint, error)

    async def _typing_done(self, chat_id: int) -> None:
        """Wait for a typing status: one that comes after the message would stay for seconds."""
        task = self._typing.get(chat_id)
        if task is not None:
            await asyncio.wait({task}, timeout=1.0)

    async def _migrated(self, old: int, new: int) -> None:
        event(LOG, logging.INFO, "group_migrated")
        old_hash, new_hash = chat_hash(self._hash_key, old), chat_hash(self._hash_key, new)
        try:
            await asyncio.to_thread(self._chats.migrate, old_hash, new_hash)
        except CityqaError as error:
            event(LOG, logging.ERROR, "state_failed", reason=str(error))

    def _failed(self, endpoint: str, error: TelegramError) -> Failure:
        failure = failure_of(error)
        self._metrics.send_failed(failure.value)
        # Telegram's reasons hold nothing of what people write.
        event(
            LOG,
            logging.INFO if failure is Failure.FORBIDDEN else logging.WARNING,
            "request_failed",
            method=endpoint,
            kind=failure.value,
            reason=error.message,
        )
        return failure


def _markup(keyboard: InlineKeyboardMarkup | None) -> Params | None:
    return None if keyboard is None else keyboard.to_dict()


def _place(thread: int | None, reply_to: int | None) -> Params:
    """Where in a chat a message goes."""
    return {
        "message_thread_id": thread,
        "reply_parameters": None
        if reply_to is None
        else {"message_id": reply_to, "allow_sending_without_reply": True},
    }
