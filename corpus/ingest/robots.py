"""``robots.txt``: which pages of a host its owner lets programs fetch (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

PRODUCT: Final = "cityqa"
"""The token that a site's owner addresses us by."""

MAX_BYTES: Final = 512 * 1024
"""What is read of the file; the RFC asks for 500 KiB at least (section 2.5)."""

_TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a group.

    Attributes:
        allow: or disallow.
        path: as compared, ``*`` standing for anything and a last ``$`` for the end.
    """

    allow: bool
    path: str

    def matches(self, path: str) -> bool:
        """Whether the rule is about a path, in time linear in it for each ``*``."""
        ended = self.path.endswith("$")
        first, *parts = (self.path[:-1] if ended else self.path).split("*")
        if not path.startswith(first):
            return False
        if not parts:
            return not ended or path == first
        place = len(first)
        for part in parts[:-1]:
            found = path.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        if ended:
            return path.endswith(parts[-1]) and len(path) - len(parts[-1]) >= place
        return path.find(parts[-1], place) >= 0


@dataclass(frozen=True)
class Robots:
    """What a host's ``robots.txt`` says to one program.

    Attributes:
        rules: of its groups together, or of those for everybody where none names it.
        delay: seconds between two requests (``Crawl-delay``, no part of the RFC but widely
            written); 0 where none is asked for.
    """

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0

    @cached_property
    def _by_length(self) -> Sequence[Rule]:
        # The longest rule decides; of an allow and a disallow of one length the allow (2.2.2).
        return sorted(self.rules, key=lambda rule: (-len(rule.path), not rule.allow))

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched; where no rule matches, it may."""
        parts = urlsplit(url)
        path = _compared((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        return next((rule.allow for rule in self._by_length if rule.matches(path)), True)


ALLOW_ALL = Robots()
DISALLOW_ALL = Robots((Rule(False, "/"),))


def parse_robots(data: bytes, product: str = PRODUCT) -> Robots:
    """What a ``robots.txt`` says to the program with a product token.

    Lines that cannot be understood are passed over, as the RFC asks.
    """
    text = data[:MAX_BYTES].decode("utf-8-sig", "replace")
    own: list[tuple[str, str]] = []
    everybody: list[tuple[str, str]] = []
    named = False
    agents: set[str] = set()
    inside = False
    for key, value in _lines(text):
        if key == "user-agent":
            if inside:
                agents, inside = set(), False
            token = _TOKEN.match(value)
            agents.add("*" if value.startswith("*") else token[0].lower() if token else "")
            named = named or product.lower() in agents
            continue
        if key in ("allow", "disallow", "crawl-delay"):
            inside = True
            if product.lower() in agents:
                own.append((key, value))
            if "*" in agents:
                everybody.append((key, value))
    chosen = own if named else everybody
    rules = tuple(
        Rule(key == "allow", _compared(value))
        for key, value in chosen
        if key != "crawl-delay" and value
    )
    return Robots(rules, max((_delay(v) for k, v in chosen if k == "crawl-delay"), default=0.0))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"\r\n|\r|\n", text):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _delay(value: str) -> float:
    return float(value) if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value) else 0.0


def _compared(path: str) -> str:
    """A path as octets percent-encoded in one way (2.2.2): ``/国`` is ``/%E5%9B%BD``."""
    if not path.startswith(("/", "*")):
        path = f"/{path}"
    # What means something where it is written out stays encoded where it is encoded.
    parts = re.split(r"(%(?:2[46AaFf]|3[Ff]|5[Ee]))", path)
    return "".join(
        part.upper() if number % 2 else quote(unquote_to_bytes(part), safe="/*$?&=;:@!'()+,~-._")
        for number, part in enumerate(parts)
    )
