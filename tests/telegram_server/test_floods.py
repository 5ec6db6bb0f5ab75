"""Messages over time: what is too much, and what happens then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.telegram_server.floods import Floods, Limit, Limits
from tests.telegram_server.server import TelegramServer

Calls = Callable[[TelegramServer], Callable[..., dict[str, Any]]]


def steps(floods: Floods, times: list[float], *, group: bool = False) -> list[bool]:
    """Whether each of these messages in one chat is one too many."""
    return [
        floods.overstep(1, group=group, now=time, count_anyway=True) is not None for time in times
    ]


def test_a_chat_gets_one_message_a_second() -> None:
    # The third is a second after the first, but not after the second, which was sent all the same.
    assert steps(Floods(Limits()), [0.0, 0.5, 1.0, 2.0, 2.999, 4.0]) == [
        False,
        True,
        True,
        False,
        True,
        False,
    ]


def test_a_burst_may_be_allowed() -> None:
    floods = Floods(Limits(chat=Limit(3, 3.0)))
    assert steps(floods, [0.0, 0.1, 0.2, 0.3, 3.0]) == [False, False, False, True, True]


def test_a_group_gets_20_messages_a_minute() -> None:
    times = [float(second) for second in range(22)] + [60.0]
    over = steps(Floods(Limits()), times, group=True)
    assert [position for position, too_many in enumerate(over) if too_many] == [20, 21, 22]
    assert not any(steps(Floods(Limits()), times))


def test_all_chats_together_get_30_messages_a_second() -> None:
    floods = Floods(Limits())
    over = [
        floods.overstep(chat, group=False, now=chat / 100, count_anyway=False) for chat in range(31)
    ]
    assert [step is not None for step in over] == [False] * 30 + [True]
    assert over[30] is not None
    # The first one was at 0, so at 1 there is room again.
    assert over[30].reason == "flood: more than 30 within 1 s to all chats, 0.700 s too early"
    assert over[30].retry_after == 1
    assert floods.overstep(31, group=False, now=1.0, count_anyway=False) is None


@given(st.lists(st.floats(0, 3), max_size=40))
def test_what_is_admitted_never_exceeds_a_limit_in_any_window(gaps: list[float]) -> None:
    limits = Limits(chat=Limit(2, 1.0), group=Limit(5, 10.0))
    floods, now, admitted = Floods(limits), 0.0, []
    for gap in gaps:
        now += gap
        if floods.overstep(1, group=True, now=now, count_anyway=False) is None:
            admitted.append(now)
    for limit in (limits.chat, limits.group):
        for start in admitted:
            assert sum(start <= time < start + limit.seconds for time in admitted) <= limit.messages


def test_too_many_messages_are_recorded_and_let_through(calls: Calls) -> None:
    with TelegramServer() as server:
        call, chat = calls(server), server.private()
        assert [call("sendMessage", chat_id=chat.id, text=text)["ok"] for text in "ab"] == [
            True
        ] * 2
        assert [message.text for message in chat.wait(2)] == ["a", "b"]
        (violation,) = server.violations
        assert violation.startswith(f"flood: more than 1 within 1 s to chat {chat.id}, 0.9")
        # Editing and typing are no messages; nor is what is refused.
        call("editMessageText", chat_id=chat.id, message_id=1, text="c")
        call("sendChatAction", chat_id=chat.id, action="typing")
        other = server.private()
        call("sendMessage", chat_id=other.id, text="")
        call("sendMessage", chat_id=other.id, text="x")
        assert len([line for line in server.violations if line.startswith("flood")]) == 1


def test_too_many_messages_are_refused_where_that_is_asked_for(calls: Calls) -> None:
    with TelegramServer(floods="refuse") as server:
        call, chat = calls(server), server.private()
        assert call("sendMessage", chat_id=chat.id, text="a")["ok"]
        answer = call("sendMessage", chat_id=chat.id, text="b")
        assert answer == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert [message.text for message in chat.wait()] == ["a"]
        assert (len(server.violations), len(server.refusals)) == (1, 1)
