"""What the Bot API asks of a message, checked without the code under test."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from telegram import InlineKeyboardMarkup, MessageEntity

from bot.callback_data import CallbackData
from bot.rendered import Rendered
from bot.view import View

QUOTES = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)


def length(text: str) -> int:
    """UTF-16 units, by encoding; fails on a lone surrogate."""
    return len(text.encode("utf-16-le")) // 2


def piece(text: str, entity: MessageEntity) -> str:
    """The text of an entity; fails where one of its ends splits a surrogate pair."""
    coded = text.encode("utf-16-le")
    return coded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def pieces(message: Rendered, *types: str) -> list[str]:
    """The texts of all entities of some types, in order."""
    return [piece(message.text, entity) for entity in message.entities if entity.type in types]


def check_message(message: Rendered, budget: int = 4000, entities: int = 90) -> None:
    """Fail where a message would be refused, or shown otherwise than it was meant."""
    for text in (message.text, message.plain):
        assert 0 < length(text) <= budget
        assert text == text.strip()
        assert not [
            char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cs")
        ]
    assert len(message.entities) <= entities
    ends: list[tuple[int, int]] = []
    assert list(message.entities) == sorted(
        message.entities, key=lambda entity: (entity.offset, -entity.length)
    )
    for entity in message.entities:
        assert entity.length > 0
        assert entity.offset >= 0
        end = entity.offset + entity.length
        assert end <= length(message.text)
        assert piece(message.text, entity).strip()
        while ends and ends[-1][1] <= entity.offset:
            ends.pop()
        # What begins within another also ends within it.
        assert not ends or end <= ends[-1][1]
        ends.append((entity.offset, end))
        if entity.type == MessageEntity.TEXT_LINK:
            assert entity.url is not None
            assert entity.url.startswith(("http://", "https://"))
            assert entity.url in message.plain
    check_places(message)


def check_places(message: Rendered) -> None:
    """Quotes stand alone on their lines and hold no quotes, code holds nothing."""
    last = 0
    for entity in message.entities:
        end = entity.offset + entity.length
        coded = message.text.encode("utf-16-le")
        if entity.type in QUOTES:
            assert entity.offset >= last
            last = end
            assert entity.offset == 0 or coded[2 * entity.offset - 2 : 2 * entity.offset] == b"\n\0"
            assert end * 2 == len(coded) or coded[2 * end : 2 * end + 2] == b"\n\0"
        if entity.type == MessageEntity.CODE:
            within = [
                other
                for other in message.entities
                if other is not entity
                and entity.offset < other.offset + other.length
                and other.offset < end
            ]
            assert all(other.type in QUOTES for other in within)


def check_keyboard(keyboard: InlineKeyboardMarkup | None) -> list[CallbackData]:
    """Fail where a keyboard would be refused; what its buttons carry."""
    if keyboard is None:
        return []
    buttons = [button for row in keyboard.inline_keyboard for button in row]
    assert all(keyboard.inline_keyboard)
    assert 0 < len(buttons) <= 100
    assert len(keyboard.to_json().encode()) < 20_000
    carried = []
    for button in buttons:
        assert button.text.strip()
        assert length(button.text) <= 64
        assert (button.url is None) != (button.callback_data is None)
        if button.url is not None:
            assert button.url.startswith(("http://", "https://"))
            continue
        assert isinstance(button.callback_data, str)
        assert 1 <= len(button.callback_data.encode()) <= 64
        data = CallbackData.parse(button.callback_data)
        assert data is not None
        carried.append(data)
    return carried


def check_view(view: View) -> Rendered:
    """Fail where a view is not exactly one message that can be sent; that message."""
    (message,) = view.text.rendered()
    check_message(message)
    check_keyboard(view.keyboard)
    return message


def labels(view: View) -> list[list[str]]:
    """What stands on the buttons, row by row."""
    rows: Iterable[Iterable[object]] = view.keyboard.inline_keyboard if view.keyboard else ()
    return [[str(getattr(button, "text", "")) for button in row] for row in rows]


def targets(view: View) -> dict[str, str]:
    """Label of each button to what it carries or leads to."""
    if view.keyboard is None:
        return {}
    return {
        button.text: str(button.callback_data or button.url)
        for row in view.keyboard.inline_keyboard
        for button in row
    }
