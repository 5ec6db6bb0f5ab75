"""Parts of the server, each by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.report import Span
from qa.web.clients import Clients
from qa.web.rates import Rates, subscriber
from qa.web.rendering import marked
from qa.web.sealing import BrokenSeal, seal, unseal

ADDRESSES = st.ip_addresses().map(str)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 600))
def test_a_minutes_allowance_may_be_used_at_once_and_comes_back_evenly(limit: int) -> None:
    clock = Clock()
    rates = Rates(limit, clock)
    assert [rates.wait("192.0.2.1") for _ in range(limit)] == [0.0] * limit
    wait = rates.wait("192.0.2.1")
    # One of `limit` comes back after 60/limit seconds.
    assert wait == pytest.approx(60 / limit)
    clock.now += wait
    assert rates.wait("192.0.2.1") == 0.0
    assert rates.wait("192.0.2.1") > 0.0
    clock.now += 60
    assert [rates.wait("192.0.2.1") for _ in range(limit)] == [0.0] * limit


def test_others_have_allowances_of_their_own_and_zero_is_no_limit() -> None:
    rates = Rates(1, Clock())
    # Two of three addresses in 65,536 slots meet once in 22,000 runs.
    waits = [rates.wait(f"192.0.2.{n}") for n in range(3)]
    assert waits == [0.0, 0.0, 0.0]
    assert [Rates(0).wait("192.0.2.1") for _ in range(1000)] == [0.0] * 1000


def test_a_subscriber_of_ipv6_is_a_network() -> None:
    assert subscriber("2001:db8:0:1::1") == subscriber("2001:db8:0:1:ffff::2")
    assert subscriber("2001:db8:0:1::1") != subscriber("2001:db8:0:2::1")
    assert subscriber("::ffff:192.0.2.1") == subscriber("192.0.2.1") != subscriber("192.0.2.2")
    assert subscriber("fe80::1%eth0") == subscriber("fe80::2%eth1")


@given(ADDRESSES, st.text())
def test_nobody_but_a_trusted_proxy_names_a_client(peer: str, said: str) -> None:
    headers = [(b"x-forwarded-for", said.encode("utf-8", "replace"))]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    assert Clients(()).address(scope) == peer
    # Whatever a trusted one says, there is an address.
    assert Clients((peer,)).address(scope)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("198.51.100.1:4711", "198.51.100.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("198.51.100.1, nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("10.0.0.3", "10.0.0.3"),
    ],
)
def test_the_last_address_that_is_no_proxys_is_the_clients(said: str, address: str) -> None:
    scope = {
        "type": "http",
        "client": ("10.0.0.1", 1),
        "headers": [(b"x-forwarded-for", said.encode())],
    }
    assert Clients(("10.0.0.0/8",)).address(scope) == address


VALUES = st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()), max_size=5)


@given(VALUES)
def test_what_is_sealed_comes_back_as_it_was(value: dict[str, object]) -> None:
    assert unseal("key", seal("key", value)) == value


@given(VALUES, st.data())
def test_a_seal_with_any_character_changed_is_broken(
    value: dict[str, object], data: st.DataObject
) -> None:
    text = seal("key", value).rstrip("=")
    # The last character before the padding holds bits that mean nothing.
    place = data.draw(st.integers(0, len(text) - 2))
    other = data.draw(st.sampled_from("ABab01-_é ").filter(lambda char: char != text[place]))
    changed = text[:place] + other + text[place + 1 :]
    with pytest.raises(BrokenSeal):
        unseal("key", changed + "=" * (-len(changed) % 4))
    with pytest.raises(BrokenSeal):
        unseal("other key", seal("key", value))


@given(st.text("ab<>&\"'", max_size=30), st.data())
def test_marks_change_nothing_but_the_marking(text: str, data: st.DataObject) -> None:
    ends = data.draw(st.sets(st.integers(0, len(text)), max_size=6).map(sorted))
    spans = [Span(a, b) for a, b in zip(ends[::2], ends[1::2], strict=False)]
    html = marked(text, spans)
    assert html.count("<mark>") == html.count("</mark>") == len(spans)
    assert html.replace("<mark>", "").replace("</mark>", "").unescape() == text
