"""A chat as the feedback store knows it: a keyed hash, from which no chat id can be told."""

from __future__ import annotations

import hashlib
import hmac

HEX_DIGITS = 64
"""Of a hash, in lower case."""


def chat_hash(key: str, chat_id: int) -> str:
    """HMAC-SHA256 (RFC 2104, FIPS 198-1) of a chat or user id, under a secret key.

    Keyed, because ids are few enough to try them all: without the key, which is kept apart from
    the store, a hash tells nothing. With it, the same chat gives the same hash again, so that what
    is kept of it can be found and forgotten.

    Args:
        key: secret; of any length, but not empty.
        chat_id: of a chat or user; a group's is negative.

    Returns:
        64 lower-case hex digits.

    Raises:
        ValueError: the key is empty.
    """
    if not key:
        raise ValueError("the key is empty, so whoever has the store could try all ids")
    secret = key.encode("utf-8", "surrogatepass")
    return hmac.new(secret, str(int(chat_id)).encode("ascii"), hashlib.sha256).hexdigest()
