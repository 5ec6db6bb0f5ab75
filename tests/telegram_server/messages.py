"""Messages as tests look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server.checks import Entity, sliced


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a keyboard.

    Attributes:
        text: on it.
        data: that it sends, or none.
        url: that it opens, or none.
        raw: the button as it came.
    """

    text: str
    data: str | None
    url: str | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A file in a message."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as it was when it was sent or edited.

    Attributes:
        id: within its chat.
        chat: id of the chat.
        text: or the caption, of a document.
        entities: as the Bot API has them, offsets in UTF-16 units.
        keyboard: rows of buttons.
        edited: whether this is a later state of a message that was there.
        document: that it carries, or none.
        reply_to: id of the message that it answers, or none.
        thread: id of its topic, or none.
        silent: whether it came without a sound.
        preview: whether links in it are previewed.
        time: of the monotonic clock, in seconds.
        update: the update that the driver queued, of a message by a user.
    """

    id: int
    chat: int
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: tuple[tuple[Button, ...], ...] = ()
    edited: bool = False
    document: Document | None = None
    reply_to: int | None = None
    thread: int | None = None
    silent: bool = False
    preview: bool = True
    time: float = 0.0
    update: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row by row."""
        return tuple(button for row in self.keyboard for button in row)

    def button(self, label: str) -> Button:
        """The button with this text, or the first whose text holds it.

        Raises:
            LookupError: there is none; names those that there are.
        """
        exact = [button for button in self.buttons if button.text == label]
        for button in exact or [button for button in self.buttons if label in button.text]:
            return button
        raise LookupError(f"no button {label!r} among {[button.text for button in self.buttons]}")

    def has_button(self, label: str) -> bool:
        return any(label in button.text for button in self.buttons)

    def styled(self, *kinds: str) -> list[str]:
        """The parts of the text that have one of these entity types."""
        return [
            sliced(self.text, entity["offset"], entity["length"])
            for entity in self.entities
            if entity["type"] in kinds
        ]

    @property
    def bold(self) -> list[str]:
        return self.styled("bold")

    @property
    def quotes(self) -> list[str]:
        """The block quotes, expandable ones among them."""
        return self.styled("blockquote", "expandable_blockquote")

    @property
    def links(self) -> list[tuple[str, str]]:
        """Text and address of each link in the text."""
        return [
            (sliced(self.text, entity["offset"], entity["length"]), entity["url"])
            for entity in self.entities
            if entity["type"] == "text_link"
        ]

    @property
    def plain(self) -> str:
        """The text with the addresses of its links written out."""
        encoded = self.text.encode("utf-16-le")
        links = [entity for entity in self.entities if entity["type"] == "text_link"]
        for entity in sorted(links, key=lambda link: -link["offset"]):
            end = 2 * (entity["offset"] + entity["length"])
            encoded = encoded[:end] + f" ({entity['url']})".encode("utf-16-le") + encoded[end:]
        return encoded.decode("utf-16-le")


def keyboard_of(message: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    """The buttons of a message as the Bot API has it."""
    markup = message.get("reply_markup") or {}
    return tuple(
        tuple(
            Button(button["text"], button.get("callback_data"), button.get("url"), button)
            for button in row
        )
        for row in markup.get("inline_keyboard", ())
    )


def sent_message(
    message: Mapping[str, Any],
    *,
    time: float,
    edited: bool = False,
    content: bytes | None = None,
    silent: bool = False,
    preview: bool = True,
    update: int | None = None,
) -> SentMessage:
    """A message of the Bot API, as it is now."""
    document = None
    if "document" in message:
        described = message["document"]
        document = Document(
            described.get("file_name", ""), described.get("mime_type", ""), content or b""
        )
    return SentMessage(
        id=message["message_id"],
        chat=message["chat"]["id"],
        text=message.get("text", message.get("caption", "")),
        entities=tuple(message.get("entities", message.get("caption_entities", ()))),
        keyboard=keyboard_of(message),
        edited=edited,
        document=document,
        reply_to=message.get("reply_to_message", {}).get("message_id"),
        thread=message.get("message_thread_id"),
        silent=silent,
        preview=preview,
        time=time,
        update=update,
        raw=dict(message),
    )
