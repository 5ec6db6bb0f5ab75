"""What Telegram refuses in a text: its length and its entities.

Lengths and offsets are UTF-16 units. Telegram mends some of this silently (entities that overlap
are cut, those beyond the hundredth are dropped); here it is refused, because what is shown is then
not what the bot meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.telegram_server import markup
from tests.telegram_server.parameters import Parameters
from tests.telegram_server.refusals import bad

TEXT = 4096
CAPTION = 1024
ENTITIES = 100

AUTOMATIC = frozenset(
    ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
)
STYLES = frozenset(("bold", "italic", "underline", "strikethrough", "spoiler"))
QUOTES = frozenset(("blockquote", "expandable_blockquote"))
CODES = frozenset(("code", "pre"))
LINKS = frozenset(("text_link", "text_mention", "custom_emoji"))
KNOWN = AUTOMATIC | STYLES | QUOTES | CODES | LINKS

Entity = dict[str, Any]

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def units(text: str) -> int:
    """UTF-16 units of a text; users can send lone surrogates, each of which is one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sliced(text: str, offset: int, length: int) -> str:
    """A part of a text, by UTF-16 units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def formatted(
    params: Parameters, name: str, *, entities: str = "entities", limit: int = TEXT
) -> tuple[str, list[Entity]]:
    """A text with its entities, as it will be shown.

    Args:
        params: of the request, or of a part of it.
        name: of the text.
        entities: name of the entities.
        limit: in UTF-16 units, after the markup was parsed.

    Raises:
        Refused: the markup, an entity or the length is wrong.
    """
    text = params.text(name)
    mode = params.text("parse_mode").lower()
    if mode:
        found: list[Entity] = []
        text, found = markup.parsed(text, mode)
    else:
        found = params.json(entities, list) or []
    # Control characters are shown as blanks, which moves nothing.
    text = _CONTROL.sub(" ", text)
    check_entities(text, found)
    text, found = trimmed(text, found)
    if not text:
        raise bad("message text is empty" if limit == TEXT else "caption is empty")
    if units(text) > limit:
        raise bad("message is too long" if limit == TEXT else "message caption is too long")
    return text, found


def trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """White space at both ends goes, and what of the entities lay on it."""
    start = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - start, 0)
        last = min(entity["offset"] - start + entity["length"], end)
        if first < last:
            kept.append({**entity, "offset": first, "length": last - first})
    return text, kept


def check_entities(text: str, entities: Sequence[Any]) -> None:
    """Each on its own, then how they lie in one another.

    Raises:
        Refused: names the entity.
    """
    if len(entities) > ENTITIES:
        raise bad(f"can't parse entities: {len(entities)} entities, of at most {ENTITIES}")
    boundaries = _boundaries(text)
    for entity in entities:
        _check_entity(entity, boundaries)
    _check_nesting(entities)


def _boundaries(text: str) -> set[int]:
    # The offsets at which a character begins or the text ends.
    offsets, at = set(), 0
    for character in text:
        offsets.add(at)
        at += 2 if ord(character) > 0xFFFF else 1
    return offsets | {at}


def _check_entity(entity: Any, boundaries: set[int]) -> None:
    if not isinstance(entity, Mapping):
        raise bad("can't parse MessageEntity: expected an Object")
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if kind not in KNOWN:
        raise bad(f"can't parse MessageEntity: unsupported type {kind!r} specified")
    if type(offset) is not int or type(length) is not int:
        raise bad('can\'t parse MessageEntity: field "offset" and "length" must be Numbers')
    end = offset + length
    if length <= 0:
        raise bad(f"can't parse entities: entity {kind} at UTF-16 offset {offset} is empty")
    if offset < 0 or end > max(boundaries):
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    for place, what in ((offset, "begins"), (end, "ends")):
        if place not in boundaries:
            raise bad(f"entity {kind} {what} in a middle of a UTF-16 symbol at {place}")
    if kind == "text_link":
        check_url(entity.get("url"), "text_link")
    if kind == "text_mention" and not isinstance(entity.get("user"), Mapping):
        raise bad("can't parse MessageEntity: text_mention without a user")


def _check_nesting(entities: Sequence[Entity]) -> None:
    order = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    around: list[Entity] = []
    for inner in order:
        while around and _end(around[-1]) <= inner["offset"]:
            around.pop()
        for outer in around:
            if _end(outer) < _end(inner):
                raise bad(
                    f"can't parse entities: {inner['type']} at UTF-16 offset {inner['offset']} "
                    f"overlaps {outer['type']} at {outer['offset']}"
                )
            if not _may_hold(outer["type"], inner["type"]):
                raise bad(
                    f"can't parse entities: {inner['type']} at UTF-16 offset {inner['offset']} "
                    f"cannot be in {outer['type']}"
                )
        around.append(inner)


def _end(entity: Entity) -> int:
    return int(entity["offset"] + entity["length"])


def _may_hold(outer: str, inner: str) -> bool:
    if outer in QUOTES or inner in QUOTES:
        # The longer comes first, so two that are alike may be told in either order.
        return not (outer in QUOTES and inner in QUOTES)
    if outer in CODES or inner in CODES:
        return False
    if outer in STYLES or inner in STYLES:
        return outer != inner
    return False


def check_url(url: Any, what: str) -> None:
    """An address as links and buttons may carry it.

    Raises:
        Refused: scheme or host are none that Telegram takes, or a deep link's payload is no
            payload.
    """
    if not isinstance(url, str) or not url.strip():
        raise bad(f"{what} URL is empty")
    wrong = bad(f"{what} URL {url!r} is invalid: Wrong HTTP URL")
    if any(character.isspace() or ord(character) < 32 for character in url):
        raise wrong
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme in ("tg", "ton"):
        return
    # A host without a dot, as localhost, is refused.
    if parts.scheme not in ("http", "https") or not ("." in host.strip(".") or ":" in host):
        raise wrong
    start = parse_qs(parts.query, keep_blank_values=True).get("start")
    if host in ("t.me", "telegram.me") and start and not _PAYLOAD.fullmatch(start[0]):
        raise bad(f"{what} URL {url!r} has a start parameter that is none: START_PARAM_INVALID")
