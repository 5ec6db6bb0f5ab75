"""Messages as lines of text: quotes behind a bar, bold between stars, buttons in brackets."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from tests.telegram_server.checks import Entity, sliced, units
from tests.telegram_server.messages import Button, SentMessage

QUOTE = "│ "
MARKS = {"bold": "**", "code": "`", "pre": "```"}
ADDRESS = 48
FOLDED = 60
LINE = 220
LINES = 16


def rendered(message: SentMessage, *, short: bool = False) -> str:
    """A message with its styles, links, file and buttons; without a line end at its end.

    Args:
        message: to show.
        short: show of an expandable quote its beginning, as chats do; of a long address its
            host; of long lines, and of many, the first.
    """
    lines = _marked(_folded(message) if short else message, short=short).splitlines()
    if short:
        lines = [line if len(line) <= LINE else f"{line[:LINE]}…" for line in lines]
        if len(lines) > LINES + 1:
            lines = [*lines[:LINES], f"({len(lines) - LINES} more lines)"]
    if message.document is not None:
        lines.insert(0, f"(file {message.document.name})")
    lines += ["   ".join(map(shown_button, row)) for row in message.keyboard]
    return "\n".join(lines)


def shown_button(button: Button) -> str:
    """A button; an arrow tells that it opens an address."""
    return f"[ {button.text}{' ↗' if button.url else ''} ]"


def _folded(message: SentMessage) -> SentMessage:
    """The message with expandable quotes cut to their beginning."""
    text, entities = message.text, list(message.entities)
    for quote in sorted(entities, key=lambda each: -each["offset"]):
        if quote["type"] != "expandable_blockquote":
            continue
        start, end = quote["offset"], quote["offset"] + quote["length"]
        inside = sliced(text, start, quote["length"])
        first = inside[:FOLDED].split("\n")[0].rstrip()
        if first == inside:
            continue
        cut = start + units(first)
        folded = first + " … ▾"
        text = sliced(text, 0, start) + folded + sliced(text, end, units(text) - end)
        moved = start + units(folded) - end
        kept = []
        for entity in entities:
            at, to = entity["offset"], entity["offset"] + entity["length"]
            if entity is quote:
                kept.append({**entity, "length": units(folded)})
            elif at >= end:
                kept.append({**entity, "offset": at + moved})
            elif to <= start:
                kept.append(entity)
            elif start <= at < cut:
                kept.append({**entity, "length": min(to, cut) - at})
        entities = kept
    return replace(message, text=text, entities=tuple(entities))


def _marked(message: SentMessage, *, short: bool) -> str:
    opened: dict[int, list[str]] = {}
    closed: dict[int, list[str]] = {}
    for entity in sorted(message.entities, key=lambda each: (each["offset"], -each["length"])):
        before, after = _marks(entity, short=short)
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
        lines.append((QUOTE * inside + line).rstrip())
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


def _marks(entity: Entity, *, short: bool) -> tuple[str, str]:
    if entity["type"] == "text_link":
        return "", f" <{_address(entity['url']) if short else entity['url']}>"
    mark = MARKS.get(entity["type"], "")
    return mark, mark


def _address(url: str) -> str:
    parts = urlsplit(url)
    address = url.removeprefix(f"{parts.scheme}://")
    return address if len(address) <= ADDRESS else f"{parts.netloc}/…"
