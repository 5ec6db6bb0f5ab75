"""The sending limits, as they are kept at the server, in a clock that jumps."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.limits import CHAT_SECONDS, GROUP_MESSAGES_A_MINUTE, MESSAGES_A_SECOND
from bot.running.current import CURRENT, Current
from bot.running.metrics import Metrics
from bot.running.pacing import QUICK_PLACES, SPACING, TRIES, Pacing
from tests.bot.running.virtual_time import now, run


class Server:
    """Notes when each request reaches it: at some moment while the request is under way."""

    def __init__(self, pacing: Pacing, seconds: Callable[[], float] = lambda: 0.02) -> None:
        self.pacing = pacing
        self.seconds = seconds
        self.arrivals: list[tuple[float, Any]] = []
        self.refusals: list[RetryAfter] = []

    async def post(self, endpoint: str, data: dict[str, Any]) -> bool:
        before, after = self.seconds(), self.seconds()
        await asyncio.sleep(before)
        self.arrivals.append((now(), data.get("chat_id")))
        await asyncio.sleep(after)
        if self.refusals:
            raise self.refusals.pop()
        return True

    async def request(self, endpoint: str = "sendMessage", **data: Any) -> None:
        await self.pacing.process_request(self.post, (endpoint, data), {}, endpoint, data, None)

    def times(self, chat: Any) -> list[float]:
        return [time for time, where in self.arrivals if where == chat]


def made() -> tuple[Pacing, Metrics]:
    metrics = Metrics()
    return Pacing(metrics, now), metrics


def most_in(times: list[float], period: float) -> int:
    """The most that lie in any stretch of time shorter than the period."""
    return max(sum(start <= time < start + period for time in times) for start in times)


@given(
    chats=st.lists(st.integers(1, 40), min_size=1, max_size=90),
    slowest=st.sampled_from([0.0, 0.01, 0.3, 2.0]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None)
def test_limits_hold_at_the_server_however_slow_the_network(
    chats: list[int], slowest: float, seed: int
) -> None:
    chance = random.Random(seed)

    async def main() -> Server:
        server = Server(made()[0], lambda: chance.uniform(0, slowest))
        await asyncio.gather(*(server.request(chat_id=chat) for chat in chats))
        return server

    server = run(main())
    assert len(server.arrivals) == len(chats)
    assert most_in([time for time, _ in server.arrivals], 1.0) <= MESSAGES_A_SECOND
    for chat in set(chats):
        assert most_in(server.times(chat), CHAT_SECONDS) == 1


def test_300_messages_to_60_chats_take_little_more_than_the_limits_ask_for() -> None:
    async def main() -> float:
        server = Server(made()[0], lambda: 0.01)
        await asyncio.gather(*(server.request(chat_id=n % 60) for n in range(300)))
        return now()

    # 28 a second: 300 are ten full seconds and 20 more, each second longer by 25 ms here.
    assert 10.0 <= run(main()) < 12.0


def test_a_group_gets_20_messages_a_minute_edits_among_them() -> None:
    async def main() -> Server:
        server = Server(made()[0])
        await asyncio.gather(
            *(
                server.request("editMessageText" if n % 4 == 0 else "sendMessage", chat_id=-5)
                for n in range(45)
            )
        )
        return server

    times = run(main()).times(-5)
    assert len(times) == 45
    assert most_in(times, 60.0) == GROUP_MESSAGES_A_MINUTE


def test_messages_of_a_chat_go_in_the_order_they_came() -> None:
    async def main() -> list[int]:
        pacing, _ = made()
        order: list[int] = []

        async def post(endpoint: str, data: dict[str, Any]) -> bool:
            order.append(data["text"])
            return True

        async def one(number: int) -> None:
            data = {"chat_id": 7, "text": number}
            await pacing.process_request(post, ("sendMessage", data), {}, "sendMessage", data, None)

        await asyncio.gather(*map(one, range(8)))
        return order

    assert run(main()) == list(range(8))


def test_typing_and_answers_to_buttons_do_not_wait() -> None:
    async def main() -> float:
        server = Server(made()[0], lambda: 0.0)
        messages = [asyncio.create_task(server.request(chat_id=n)) for n in range(200)]
        await asyncio.sleep(0.5)
        began = now()
        await server.request("sendChatAction", chat_id=1)
        await server.request("answerCallbackQuery", callback_query_id="1")
        took = now() - began
        await asyncio.gather(*messages)
        return took

    assert run(main()) == 0.0


def test_quick_replies_find_places_while_answers_wait() -> None:
    async def main() -> list[float]:
        server = Server(made()[0], lambda: 0.0)
        answers = [asyncio.create_task(server.request(chat_id=n)) for n in range(200)]
        await asyncio.sleep(0.5)

        async def quick(chat: int) -> float:
            CURRENT.set(Current(quick=True))
            began = now()
            await server.request(chat_id=chat)
            return now() - began

        found = await asyncio.gather(*(quick(1000 + n) for n in range(QUICK_PLACES)))
        await asyncio.gather(*answers)
        return list(found)

    assert max(run(main())) <= QUICK_PLACES * SPACING


def test_a_chat_that_must_wait_holds_up_no_other() -> None:
    async def main() -> tuple[list[float], list[float], bytes]:
        pacing, metrics = made()
        server = Server(pacing, lambda: 0.0)
        server.refusals = [RetryAfter(9)]
        await asyncio.gather(server.request(chat_id=1), server.request(chat_id=2))
        return server.times(1), server.times(2), metrics.exposition()

    first, other, counted = run(main())
    assert other == [SPACING]
    # Once refused, then again after the 9 seconds and a little.
    assert first[0] == 0.0
    assert 9.0 <= first[1] < 10.0
    assert b'cityqa_retries_total{reason="flood"} 1.0' in counted


def test_a_request_is_given_up_after_some_tries() -> None:
    async def main() -> int:
        server = Server(made()[0], lambda: 0.0)
        server.refusals = [RetryAfter(1) for _ in range(100)]
        with pytest.raises(RetryAfter):
            await server.request(chat_id=1)
        return len(server.arrivals)

    assert run(main()) == TRIES


@pytest.mark.parametrize("endpoint", ["setMyCommands", "answerCallbackQuery"])
def test_no_request_waits_for_an_hour(endpoint: str) -> None:
    async def main() -> float:
        server = Server(made()[0], lambda: 0.0)
        server.refusals = [RetryAfter(3600)]
        with pytest.raises(RetryAfter):
            await server.request(endpoint)
        return now()

    assert run(main()) == 0.0


def test_the_current_update_is_begun_once_and_only_when_its_message_goes() -> None:
    async def main() -> tuple[list[float], list[float]]:
        server = Server(made()[0], lambda: 0.0)
        begun: list[float] = []

        async def begin() -> None:
            begun.append(now())

        CURRENT.set(Current(begin))
        await server.request("sendChatAction", chat_id=1)
        assert begun == []
        server.pacing._chats["1"].blocked = 5.0
        await server.request(chat_id=1)
        await server.request(chat_id=1)
        return begun, server.times(1)

    begun, times = run(main())
    assert begun == [times[1]] == [5.0]


def test_idle_chats_are_forgotten() -> None:
    async def main() -> Counter[str]:
        pacing, _ = made()
        server = Server(pacing, lambda: 0.0)
        for chat in range(3000):
            await server.request(chat_id=chat)
        return Counter(pacing._chats.keys())

    # At 28 a second nearly all of them have been idle for longer than a second.
    assert len(run(main())) < 1100


def test_a_cancelled_wait_leaves_no_place_taken() -> None:
    async def main() -> float:
        server = Server(made()[0], lambda: 0.0)
        waiting = [asyncio.create_task(server.request(chat_id=n)) for n in range(100)]
        await asyncio.sleep(0.1)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(2)
        began = now()
        await server.request(chat_id=1)
        return now() - began

    assert run(main()) == 0.0
