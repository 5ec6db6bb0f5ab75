"""Messages as lines of text: quotes behind a bar, bold between stars, buttons in brackets."""

from __future__ import annotations

from tests.telegram_server.checks import Entity, units
from tests.telegram_server.messages import Button, SentMessage

QUOTE = "│ "
MARKS = {"bold": "**", "code": "`", "pre": "```"}


def rendered(message: SentMessage) -> str:
    """A message with its styles, links, file and buttons; without a line end at its end."""
    lines = _marked(message).splitlines()
    if message.document is not None:
        lines.insert(0, f"(file {message.document.name}, {len(message.document.content)} bytes)")
    lines += ["   ".join(map(_button, row)) for row in message.keyboard]
    return "\n".join(lines)


def _button(button: Button) -> str:
    return f"[ {button.text}{' ↗' if button.url else ''} ]"


def _marked(message: SentMessage) -> str:
    opened: dict[int, list[str]] = {}
    closed: dict[int, list[str]] = {}
    for entity in sorted(message.entities, key=lambda each: (each["offset"], -each["length"])):
        before, after = _marks(entity)
        opened.setdefault(entity["offset"], []).append(before)
        # What opened last closes first.
        closed.setdefault(entity["offset"] + entity["length"], []).insert(0, after)
    quoted = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in message.entities
        if entity["type"].endswith("blockquote")
    ]
    lines, line, at = [], "", 0
    start = 0

    def end_line() -> None:
        nonlocal line
        inside = any(first <= start < last for first, last in quoted)
        lines.append(QUOTE * inside + line)
        line = ""

    for character in message.text:
        line += "".join(closed.get(at, ())) + "".join(opened.get(at, ()))
        if character == "\n":
            end_line()
            start = at + 1
        else:
            line += character
        at += units(character)
    line += "".join(closed.get(at, ()))
    end_line()
    return "\n".join(lines)


def _marks(entity: Entity) -> tuple[str, str]:
    if entity["type"] == "text_link":
        return "", f" <{entity['url']}>"
    mark = MARKS.get(entity["type"], "")
    return mark, mark
