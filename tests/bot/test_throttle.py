"""How much may be asked, with a clock that the tests turn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.throttle import WINDOW, Throttle, Verdict


class Clock:
    """Seconds, as set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_user_may_ask_so_often_a_minute_and_is_told_once_how_long_to_wait() -> None:
    clock = Clock()
    throttle = Throttle(2, 100, clock)
    assert throttle.admit(1, 10) == Verdict(True)
    clock.now += 10
    assert throttle.admit(1, 10) == Verdict(True)
    clock.now += 5.5
    # The first was asked 15.5 seconds ago, 44.5 are left of its minute.
    assert throttle.admit(1, 10) == Verdict(False, 45, first=True)
    assert throttle.admit(1, 11) == Verdict(False, 45, first=False)
    assert throttle.admit(2, 10) == Verdict(True)
    clock.now += 44.5
    assert throttle.admit(1, 10) == Verdict(True)
    # Told 44.5 seconds ago: not again.
    assert throttle.admit(1, 10) == Verdict(False, 10, first=False)


def test_who_is_refused_in_the_next_minute_is_told_again() -> None:
    clock = Clock()
    throttle = Throttle(1, 100, clock)
    for _ in range(3):
        assert throttle.admit(1, 10).allowed
        assert throttle.admit(1, 10).first
        assert not throttle.admit(1, 10).first
        clock.now += WINDOW


def test_a_chat_has_a_limit_of_its_own_whoever_asks() -> None:
    throttle = Throttle(2, 3, Clock())
    assert [throttle.admit(user, -10).allowed for user in (1, 2, 3)] == [True] * 3
    assert throttle.admit(4, -10) == Verdict(False, 60, first=True)
    assert throttle.admit(5, -10) == Verdict(False, 60, first=False)
    # What was refused there does not count against them elsewhere.
    assert [throttle.admit(4, 4).allowed for _ in range(3)] == [True, True, False]
    # A channel's posts have no user.
    assert [throttle.admit(None, -11).allowed for _ in range(4)] == [True, True, True, False]


def test_who_cannot_be_told_apart_yet_is_told_when_the_other_limit_is_met() -> None:
    throttle = Throttle(1, 2, Clock())
    assert throttle.admit(1, -10).allowed
    assert throttle.admit(1, -10).first
    assert throttle.admit(2, -10).allowed
    # The chat is over its limit now, of which nobody was told; the user was told already.
    assert not throttle.admit(1, -10).first
    assert throttle.admit(3, -10).first


@given(
    st.lists(
        st.tuples(st.integers(0, 40 * 64), st.integers(1, 3), st.integers(10, 12)), max_size=60
    ),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_no_minute_holds_more_than_the_limits_and_waiting_as_told_is_enough(
    comings: list[tuple[int, int, int]], user_limit: int, chat_limit: int
) -> None:
    clock = Clock()
    throttle = Throttle(user_limit, chat_limit, clock)
    allowed: list[tuple[float, int, int]] = []
    for pause, user, chat in comings:
        # Of a power of two, so that sums are exact.
        clock.now += pause / 64
        verdict = throttle.admit(user, chat)
        recent = [one for one in allowed if one[0] > clock.now - WINDOW]
        by_user = sum(one[1] == user for one in recent)
        by_chat = sum(one[2] == chat for one in recent)
        assert verdict.allowed == (by_user < user_limit and by_chat < chat_limit)
        if not verdict.allowed:
            assert 1 <= verdict.seconds <= WINDOW
            clock.now += verdict.seconds
            assert throttle.admit(user, chat).allowed
        allowed.append((clock.now, user, chat))


def test_what_is_kept_is_bounded_and_goes_with_time() -> None:
    clock = Clock()
    throttle = Throttle(1, 1, clock, most=100)
    for number in range(1000):
        throttle.admit(number, -number)
    assert throttle.counted() == 200
    # The latest are the ones that are known.
    assert not throttle.admit(999, -999).allowed
    clock.now += WINDOW
    assert throttle.admit(5000, -5000).allowed
    assert throttle.counted() == 2
