"""Texts with a ``parse_mode``: what is well formed, and the entities that come of it.

The grammars are those of https://core.telegram.org/bots/api#formatting-options.
"""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.refusals import Refused, bad

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}

_TAG = re.compile(r"<(/?)([A-Za-z0-9-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")


def parsed(text: str, mode: str) -> tuple[str, list[Entity]]:
    """The text that is shown, and its entities.

    Raises:
        Refused: it is not well formed, or the mode is unknown.
    """
    if mode == "html":
        return _html(text)
    if mode == "markdownv2":
        return _markdown(text)
    raise bad("unsupported parse_mode")


def _wrong(why: str) -> Refused:
    return bad(f"can't parse entities: {why}")


def _outer_first(found: list[Entity]) -> list[Entity]:
    # They are found as they end, so of those that are alike the outer one comes last.
    ordered = list(reversed(found))
    ordered.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return ordered


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _html(text: str) -> tuple[str, list[Entity]]:
    shown: list[str] = []
    found: list[Entity] = []
    opened: list[tuple[str, int, dict[str, str]]] = []
    at = length = 0
    while at < len(text):
        if text[at] == "<":
            tag = _TAG.match(text, at)
            if tag is None:
                raise _wrong(f"Unclosed start tag at byte offset {len(text[:at].encode())}")
            _tag(tag, opened, found, length)
            at = tag.end()
            continue
        piece, at = _character(text, at)
        shown.append(piece)
        length += _units(piece)
    if opened:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return "".join(shown), _outer_first(found)


def _unescaped(text: str) -> str:
    pieces, at = [], 0
    while at < len(text):
        piece, at = _character(text, at)
        pieces.append(piece)
    return "".join(pieces)


def _character(text: str, at: int) -> tuple[str, int]:
    # An unknown reference is shown as it stands, as Telegram does.
    reference = _REFERENCE.match(text, at) if text[at] == "&" else None
    if reference is None:
        return text[at], at + 1
    hexadecimal, decimal, name = reference.groups()
    if name is not None:
        return (NAMED[name], reference.end()) if name in NAMED else (text[at], at + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        return text[at], at + 1
    return chr(code), reference.end()


def _tag(
    tag: re.Match[str],
    opened: list[tuple[str, int, dict[str, str]]],
    found: list[Entity],
    length: int,
) -> None:
    closing, name, rest = tag[1], tag[2].lower(), tag[3]
    attributes = {
        key: _unescaped(next((value for value in values if value), ""))
        for key, *values in _ATTRIBUTE.findall(rest)
    }
    if not closing:
        if name not in TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
            raise _wrong(f'Unsupported start tag "{name}"')
        opened.append((name, length, attributes))
        return
    if not opened or (name and opened[-1][0] != name):
        expected = f', expected "</{opened[-1][0]}>"' if opened else ""
        raise _wrong(f'Unmatched end tag "</{name}>"{expected}')
    name, start, attributes = opened.pop()
    if start == length:
        return
    entity: Entity = {"type": TAGS[name], "offset": start, "length": length - start}
    if name == "a":
        entity["url"] = attributes.get("href", "")
        if not entity["url"]:
            return
    if name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    found.append(entity)


def _markdown(text: str) -> tuple[str, list[Entity]]:
    shown: list[str] = []
    found: list[Entity] = []
    opened: list[tuple[str, int]] = []
    at = length = 0
    quote: int | None = None

    def show(piece: str) -> None:
        nonlocal length
        shown.append(piece)
        length += _units(piece)

    def close(kind: str, start: int, **more: str) -> None:
        if start < length:
            found.append({"type": kind, "offset": start, "length": length - start, **more})

    while at < len(text):
        character = text[at]
        if character == "\n" and quote is not None and not text.startswith(">", at + 1):
            close("blockquote", quote)
            quote = None
        fence = "```" if text.startswith("```", at) else "`" if character == "`" else ""
        double = text[at : at + 2]
        mark = double if double in MARKS else character
        if character == "\\" and at + 1 < len(text) and ord(text[at + 1]) < 127:
            show(text[at + 1])
            at += 2
        elif fence:
            end = text.find(fence, at + len(fence))
            if end < 0:
                raise _wrong(f"Can't find end of the entity starting at {fence}")
            start = length
            show(re.sub(r"\\([`\\])", r"\1", text[at + len(fence) : end]))
            close("pre" if len(fence) == 3 else "code", start)
            at = end + len(fence)
        elif mark in MARKS:
            if opened and opened[-1][0] == mark:
                _mark, start = opened.pop()
                close(MARKS[mark], start)
            elif any(open_mark == mark for open_mark, _start in opened):
                raise _wrong(f"Can't find end of {MARKS[opened[-1][0]]} entity")
            else:
                opened.append((mark, length))
            at += len(mark)
        elif character == "[":
            opened.append(("[", length))
            at += 1
        elif character == "]" and opened and opened[-1][0] == "[":
            link = re.compile(r"\]\(((?:[^)\\]|\\.)*)\)").match(text, at)
            if link is None:
                raise _wrong("Can't find end of a URL")
            _mark, start = opened.pop()
            close("text_link", start, url=re.sub(r"\\(.)", r"\1", link[1]))
            at = link.end()
        elif character == ">" and (at == 0 or text[at - 1] == "\n"):
            quote = length if quote is None else quote
            at += 1
        elif character in RESERVED:
            raise _wrong(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            show(character)
            at += 1
    if opened:
        raise _wrong(f"Can't find end of the entity starting with {opened[-1][0]}")
    if quote is not None:
        close("blockquote", quote)
    return "".join(shown), _outer_first(found)
