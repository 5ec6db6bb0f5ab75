"""Links and buttons lead only where Telegram lets them."""

from __future__ import annotations

import pytest

from bot.addresses import is_web


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://example.org/a?b#c", True),
        ("http://127.0.0.1:8000/a", True),
        ("https://例子.中国/", True),
        ("http://localhost:8000/", False),
        ("https://user:word@example.org/", False),
        ("https://example.org:http/", False),
        ("https://[::1/", False),
        ("https://.org/", False),
        ("ftp://example.org/", False),
        ("https://example.org/a b", False),
        ("https://example.org/\u202e", False),
        ("https://", False),
        ("", False),
        (None, False),
    ],
)
def test_addresses_are_whole_of_the_web_and_of_hosts_with_a_dot(
    url: str | None, taken: bool
) -> None:
    assert is_web(url) is taken
