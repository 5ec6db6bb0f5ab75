"""Addresses that a link or a button may lead to."""

from __future__ import annotations

import re
from typing import TypeGuard
from urllib.parse import urlsplit

from bot.cleaning import clean

_HOST = re.compile(r"[^\s.]+(\.[^\s.]+)+")


def is_web(url: str | None) -> TypeGuard[str]:
    """Whether an address is whole, of the web, and one that Telegram takes.

    It drops a link, and refuses the whole message of a button, where the host has no dot, as
    ``localhost``. Names and passwords in an address could make it look like another.
    """
    if not url or not url.startswith(("http://", "https://")):
        return False
    if clean(url) != url or any(char.isspace() for char in url):
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return False
    return "@" not in parts.netloc and _HOST.fullmatch(parts.hostname or "") is not None
