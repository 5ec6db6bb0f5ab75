"""What a page carries for us and brings back later, sealed so that nobody else can make it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from typing import Any

_DIGEST = 32
_PURPOSE = b"cityqa web seal 1\0"
# Of what a page carries; more is no seal of ours, but would take memory to open.
_MOST_BYTES = 1 << 20


class BrokenSeal(Exception):
    """It is not what was sealed here."""


def seal(key: str, value: dict[str, Any]) -> str:
    """A value as text for a form, with its HMAC-SHA256 (RFC 2104) under a secret key.

    It is not encrypted: the page shows what it holds anyway.
    """
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    content = zlib.compress(plain.encode("utf-8", "surrogatepass"))
    return base64.urlsafe_b64encode(_digest(key, content) + content).decode("ascii")


def unseal(key: str, text: str) -> dict[str, Any]:
    """The value that was sealed.

    Raises:
        BrokenSeal: the text was not made by ``seal`` with this key.
    """
    try:
        both = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise BrokenSeal from error
    digest, content = both[:_DIGEST], both[_DIGEST:]
    if not hmac.compare_digest(digest, _digest(key, content)):
        raise BrokenSeal
    # From here on it is ours.
    plain = zlib.decompressobj().decompress(content, _MOST_BYTES)
    value: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
    return value


def _digest(key: str, content: bytes) -> bytes:
    secret = key.encode("utf-8", "surrogatepass")
    return hmac.new(secret, _PURPOSE + content, hashlib.sha256).digest()
