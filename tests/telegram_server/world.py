"""The chats, their messages and the queries that the server knows of; one lock guards them."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.telegram_server.messages import SentMessage, sent_message
from tests.telegram_server.refusals import QUERY_TOO_OLD, Refused, bad, forbidden

Message = dict[str, Any]
Standing = Literal["here", "blocked", "removed", "migrated", "vanished"]


@dataclass(slots=True)
class ChatState:
    """One chat.

    Attributes:
        payload: the chat as the Bot API has it.
        standing: whether the bot may write to it, and why not.
        migrated_to: id of the supergroup that it became.
        messages: as they are now, by id.
        contents: of documents, by the message's id.
        deleted: ids of messages that were there.
        topics: names by thread id.
        members: user and status (as ``member``, ``administrator``) by user id.
        log: every state of every message, in order; those of users too.
        fresh: what the bot sent or edited since the driver last looked.
    """

    payload: dict[str, Any]
    standing: Standing = "here"
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    members: dict[int, tuple[dict[str, Any], str]] = field(default_factory=dict)
    log: list[SentMessage] = field(default_factory=list)
    fresh: list[SentMessage] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def id(self) -> int:
        return int(self.payload["id"])

    @property
    def is_group(self) -> bool:
        return bool(self.payload["type"] != "private")


@dataclass(slots=True)
class QueryState:
    """A callback or inline query, and how it was answered."""

    id: str
    asked: float
    answer: dict[str, Any] | None = None
    answers: int = 0


class World:
    """What exists.

    Args:
        bot: the bot as a user of the Bot API.
        query_seconds: for which a query can be answered.
    """

    def __init__(self, bot: dict[str, Any], query_seconds: float) -> None:
        self.bot = bot
        self.query_seconds = query_seconds
        self.changed = threading.Condition(threading.RLock())
        self.chats: dict[int, ChatState] = {}
        self.queries: dict[str, QueryState] = {}
        self.inline_messages: dict[str, Message] = {}
        self.files = itertools.count(1)
        # Raises where a chat gets more messages than it may; set by who counts them.
        self.admit: Callable[[ChatState], None] = lambda _chat: None

    def wait_for(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Wait until a condition over the world holds, or not."""
        with self.changed:
            return bool(self.changed.wait_for(condition, timeout))

    def chat(self, chat_id: int | str) -> ChatState:
        """A chat that the bot may write to.

        Raises:
            Refused: there is none, or the bot may not.
        """
        state = self.find_chat(chat_id)
        group = "supergroup" if state.payload["type"] == "supergroup" else "group"
        match state.standing:
            case "blocked":
                raise forbidden("bot was blocked by the user")
            case "removed":
                raise forbidden(f"bot was kicked from the {group} chat")
            case "vanished":
                raise bad("chat not found", excused=True)
            case "migrated":
                raise Refused(
                    400,
                    "Bad Request: group chat was upgraded to a supergroup chat",
                    parameters={"migrate_to_chat_id": state.migrated_to},
                    excused=True,
                )
        return state

    def find_chat(self, chat_id: int | str) -> ChatState:
        """A chat, whatever the bot's standing in it.

        Raises:
            Refused: there is none.
        """
        if chat_id == "":
            raise bad("chat_id is empty")
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            for state in self.chats.values():
                if state.payload.get("username") == chat_id[1:]:
                    return state
            raise bad("chat not found")
        try:
            return self.chats[int(chat_id)]
        except (ValueError, KeyError):
            raise bad("chat not found") from None

    def new_message(
        self, chat: ChatState, sender: dict[str, Any] | None, **content: Any
    ) -> Message:
        """Put a message into a chat; whose it is is told by its sender."""
        message: Message = {"message_id": next(chat.numbers)}
        if sender is not None:
            message["from"] = sender
        message |= {"date": int(time.time()), "chat": chat.payload, **content}
        chat.messages[message["message_id"]] = message
        return message

    def shown(self, chat: ChatState, message: Message, **how: Any) -> SentMessage:
        """Keep what a chat shows now, and tell those who wait for the bot."""
        sent = sent_message(
            message,
            time=time.monotonic(),
            content=chat.contents.get(message["message_id"]),
            **how,
        )
        chat.log.append(sent)
        if message.get("from", {}).get("id") == self.bot["id"]:
            chat.fresh.append(sent)
        self.changed.notify_all()
        return sent

    def answered(self, query_id: str, answer: dict[str, Any]) -> None:
        """A query is answered, once and in time.

        Raises:
            Refused: it is unknown, too old or answered already.
        """
        query = self.queries.get(query_id)
        if query is None:
            raise bad(QUERY_TOO_OLD)
        query.answers += 1
        if query.answer is not None:
            raise bad(QUERY_TOO_OLD)
        if time.monotonic() - query.asked > self.query_seconds:
            raise bad(QUERY_TOO_OLD, excused=True)
        query.answer = answer
        self.changed.notify_all()
