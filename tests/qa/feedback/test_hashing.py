"""Chats are known by a keyed hash."""

from __future__ import annotations

import pytest

from qa.feedback.hashing import chat_hash
from qa.feedback.records import check_hash


def test_a_chat_is_hashed_by_hmac_sha256() -> None:
    # printf %s -100123 | openssl dgst -sha256 -hmac secret
    expected = "75e2c73f14ae8f5b6fb958692dc003679941d4ac8bf1523a142168f3b6c37cd5"
    assert chat_hash("secret", -100123) == expected
    assert check_hash(expected) == expected


def test_key_and_chat_both_change_the_hash() -> None:
    hashes = {chat_hash(key, chat) for key in ("a", "b", "键") for chat in (0, 1, -1, 10**15)}
    assert len(hashes) == 12


def test_without_a_key_nothing_is_hashed() -> None:
    with pytest.raises(ValueError, match="key is empty"):
        chat_hash("", 1)
