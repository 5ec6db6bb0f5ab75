"""Drivers: what a test does in a chat, and what it sees there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.telegram_server.asked import InlineQuery, Press
from tests.telegram_server.checks import Entity
from tests.telegram_server.messages import Button, SentMessage, keyboard_of
from tests.telegram_server.updates import automatic_entities, media, member
from tests.telegram_server.world import ChatState, Message

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

User = dict[str, Any]


class Chat:
    """A chat as a test drives it; thread-safe.

    Args:
        server: that it is on.
        state: of the chat.
        user: who acts where no one else is named.
    """

    def __init__(self, server: TelegramServer, state: ChatState, user: User) -> None:
        self.server = server
        self.state = state
        self.user = user

    @property
    def id(self) -> int:
        return self.state.id

    # What users do.

    def says(
        self,
        text: str,
        *,
        by: User | None = None,
        reply_to: SentMessage | int | None = None,
        thread: int | None = None,
        entities: list[Entity] | None = None,
        **fields: Any,
    ) -> SentMessage:
        """Write a text.

        Args:
            text: any, lone surrogates too.
            by: a user; else the chat's own.
            reply_to: a message of this chat.
            thread: id of a topic.
            entities: instead of those that Telegram would find.
            fields: more of the message, as the Bot API has them.
        """
        found = automatic_entities(text) if entities is None else entities
        content: dict[str, Any] = {"text": text, **({"entities": found} if found else {})}
        return self._message({**content, **fields}, by, reply_to, thread)

    def sends(
        self,
        kind: str,
        caption: str | None = None,
        *,
        by: User | None = None,
        reply_to: SentMessage | int | None = None,
        thread: int | None = None,
        **fields: Any,
    ) -> SentMessage:
        """Send media without text, as ``photo``, ``sticker`` or ``poll``; see ``updates.media``."""
        content = media(kind, next(self.server.world.files))
        if caption is not None:
            content["caption"] = caption
        return self._message({**content, **fields}, by, reply_to, thread)

    def service(self, by: User | None = None, **fields: Any) -> SentMessage:
        """A service message, as ``pinned_message=…`` or ``new_chat_title=…``."""
        return self._message(fields, by, None, None)

    def _message(
        self,
        content: dict[str, Any],
        by: User | None,
        reply_to: SentMessage | int | None,
        thread: int | None,
    ) -> SentMessage:
        world = self.server.world
        with world.changed:
            content = dict(content)
            if thread is not None:
                content |= {"message_thread_id": thread, "is_topic_message": True}
            replied: Message | None = None
            if reply_to is not None:
                replied = self.state.messages.get(_number(reply_to))
                if replied is not None:
                    content["reply_to_message"] = {
                        name: value for name, value in replied.items() if name != "reply_to_message"
                    }
            message = world.new_message(self.state, by or self.user, **content)
            update = None
            if self._is_delivered(message, replied):
                update = self.server.queue(message=message)
            return world.shown(self.state, message, update=update)

    def _is_delivered(self, message: Message, replied: Message | None) -> bool:
        return True

    def edits(self, message: SentMessage, text: str, **fields: Any) -> SentMessage:
        """Change the text of a message that a user wrote."""
        world = self.server.world
        with world.changed:
            current = self.state.messages[message.id]
            current.pop("entities", None)
            current |= {"text": text, "edit_date": int(time.time()), **fields}
            if found := automatic_entities(text):
                current["entities"] = found
            update = self.server.queue(edited_message=current)
            return world.shown(self.state, current, edited=True, update=update)

    def deletes(self, message: SentMessage) -> None:
        """Take a message away; the bot is not told."""
        with self.server.world.changed:
            self.state.messages.pop(message.id, None)
            self.state.deleted.add(message.id)

    def starts(self, payload: str | None = None) -> SentMessage:
        """Open the chat with the bot by its button or by a deep link."""
        return self.says("/start" if payload is None else f"/start {payload}")

    def follows(self, url: str) -> SentMessage:
        """Open a deep link to the bot.

        Raises:
            ValueError: the address is no such link.
        """
        parts = urlsplit(url)
        payload = parse_qs(parts.query).get("start", [""])[0]
        if parts.hostname != "t.me" or parts.path.strip("/") != self.server.username:
            raise ValueError(f"{url!r} does not open the chat with the bot")
        return self.starts(payload or None)

    def presses(
        self,
        button: Button | str,
        message: SentMessage | int | None = None,
        *,
        by: User | None = None,
        without: tuple[str, ...] = (),
        **fields: Any,
    ) -> Press:
        """Press a button.

        Args:
            button: of a message; its label; or any data, as a client can send.
            message: under which it is; else the latest of the bot with that button, or with any.
                One that is not there any more reaches the bot as an inaccessible one.
            by: a user; else the chat's own.
            without: fields of the message that the bot does not get, as emulators leave them
                out; ``message`` for all of it.
            fields: of the query, instead of its own.

        Raises:
            ValueError: the button opens an address.
        """
        world = self.server.world
        if self.server.poor:
            without = (*without, "text", "entities")
        with world.changed:
            current = self._message_with(button, message)
            query: dict[str, Any] = {
                "from": by or self.user,
                "chat_instance": str(abs(self.id)),
                "data": _data(button, current),
            }
            if current is not None and "message" not in without:
                query["message"] = {
                    name: value for name, value in current.items() if name not in without
                }
            state = self.server.new_query()
            update = self.server.queue(callback_query={"id": state.id, **query, **fields})
            return Press(world, state, update)

    def _message_with(
        self, button: Button | str, message: SentMessage | int | None
    ) -> Message | None:
        if message is not None:
            number = _number(message)
            current = self.state.messages.get(number)
            # A message that is gone, or that never was: Telegram has only its id left.
            return current or {"message_id": number, "chat": self.state.payload, "date": 0}
        mine = [
            message
            for message in self.state.messages.values()
            if message.get("from", {}).get("id") == self.server.world.bot["id"]
        ]
        for current in reversed(mine):
            if _find(button, current) is not None:
                return current
        return mine[-1] if mine else None

    def inline(self, text: str, *, by: User | None = None, offset: str = "") -> InlineQuery:
        """Type ``@bot text`` in any chat."""
        world = self.server.world
        with world.changed:
            state = self.server.new_query()
            update = self.server.queue(
                inline_query={
                    "id": state.id,
                    "from": by or self.user,
                    "query": text,
                    "offset": offset,
                    "chat_type": "sender",
                }
            )
            return InlineQuery(world, state, update)

    def raw(self, **payload: Any) -> int:
        """Queue an update of any shape; gives its id."""
        return self.server.queue(**payload)

    # What users see.

    def wait(self, count: int = 1, timeout: float = 10.0) -> list[SentMessage]:
        """What the bot sent or edited since the last wait: all of it, at least so much.

        Raises:
            TimeoutError: it was less; tells what there was.
        """
        world = self.server.world
        with world.changed:
            if not world.wait_for(lambda: len(self.state.fresh) >= count, timeout):
                raise TimeoutError(
                    f"{len(self.state.fresh)} of {count} messages in chat {self.id} after "
                    f"{timeout:g} s: {[message.text for message in self.state.fresh]}; "
                    f"refused: {self.server.refusals[-5:]}"
                )
            seen, self.state.fresh = self.state.fresh, []
            return seen

    def wait_for(
        self, condition: Callable[[SentMessage], bool], timeout: float = 10.0
    ) -> SentMessage:
        """The first message since the last wait for which this holds; it and those before it are
        then seen.

        Raises:
            TimeoutError: there was none; tells what there was.
        """
        world, state = self.server.world, self.state
        with world.changed:
            world.wait_for(lambda: any(map(condition, state.fresh)), timeout)
            for position, message in enumerate(state.fresh):
                if condition(message):
                    del state.fresh[: position + 1]
                    return message
            raise TimeoutError(
                f"no such message in chat {self.id} after {timeout:g} s: "
                f"{[message.text for message in state.fresh]}"
            )

    def answer(self, timeout: float = 10.0) -> SentMessage:
        """The only thing that the bot sent or edited since the last wait.

        Raises:
            TimeoutError: it was nothing.
            AssertionError: it was more than one message.
        """
        seen = self.wait(1, timeout)
        assert len(seen) == 1, [message.text for message in seen]
        return seen[0]

    def is_quiet(self, seconds: float = 0.5) -> bool:
        """Whether nothing new came since the last wait, nor within these seconds."""
        return not self.server.world.wait_for(lambda: bool(self.state.fresh), seconds)

    @property
    def history(self) -> list[SentMessage]:
        """Every state of every message, of users too, in order."""
        with self.server.world.changed:
            return list(self.state.log)

    def current(self, message: SentMessage | int) -> SentMessage | None:
        """The latest state of a message, or none where it was taken away."""
        number = _number(message)
        with self.server.world.changed:
            if number in self.state.deleted:
                return None
            states = [state for state in self.state.log if state.id == number]
            return states[-1] if states else None

    def _membership(self, old: str, new: str, by: User | None = None) -> None:
        bot = self.server.world.bot
        self.server.queue(
            my_chat_member={
                "chat": self.state.payload,
                "from": by or self.user,
                "date": int(time.time()),
                "old_chat_member": member(bot, old),
                "new_chat_member": member(bot, new),
            }
        )


def _number(message: SentMessage | int) -> int:
    return message if isinstance(message, int) else message.id


def _find(button: Button | str, message: Message) -> Button | None:
    buttons = [each for row in keyboard_of(message) for each in row]
    if isinstance(button, Button):
        return button if button in buttons else None
    exact = [each for each in buttons if button in (each.text, each.data)]
    holding = [each for each in buttons if button and button in each.text]
    return next(iter(exact or holding), None)


def _data(button: Button | str, message: Message | None) -> str:
    found = button if isinstance(button, Button) else _find(button, message or {})
    if found is None:
        return str(button)
    if found.data is None:
        raise ValueError(f"the button {found.text!r} sends nothing; follow its address instead")
    return found.data
