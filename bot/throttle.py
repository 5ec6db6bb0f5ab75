"""How much one user and one chat may ask: so many questions in any minute."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW = 60.0
"""Seconds over which questions are counted."""

MOST = 50_000
"""Users, and chats, that are counted at a time; those that asked longest ago are let go first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question may be asked now.

    Attributes:
        allowed: whether it may.
        seconds: to wait until it may, rounded up; 0 where it may.
        first: whether it is the first one refused within a window, so that the user is told once.
    """

    allowed: bool
    seconds: int = 0
    first: bool = False


_ALLOWED = Verdict(True)


@dataclass(slots=True)
class _Asked:
    """Times of what was allowed within the last window, and when the asker was told to wait."""

    times: deque[float] = field(default_factory=deque)
    told: float = -math.inf


class Throttle:
    """Counts the questions of users and chats; what is refused is not counted.

    For one thread, the event loop's.

    Args:
        user_limit: questions that one user may ask in any minute.
        chat_limit: the same of one chat, whoever asks there.
        clock: seconds that never go back.
        most: users, and chats, that are counted at a time.
    """

    def __init__(
        self,
        user_limit: int,
        chat_limit: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        most: int = MOST,
    ) -> None:
        self._clock = clock
        self._users = _Counts(user_limit, most)
        self._chats = _Counts(chat_limit, most)

    def admit(self, user: int | None, chat: int) -> Verdict:
        """Count a question, or tell how long to wait.

        Args:
            user: id of who asks; none where that is not known, as of a channel.
            chat: id of where.
        """
        now = self._clock()
        counted = [self._chats.of(chat, now)]
        if user is not None:
            counted.append(self._users.of(user, now))
        waits = [counts.wait(now) for counts in counted]
        if not any(waits):
            for counts in counted:
                counts.asked.times.append(now)
            return _ALLOWED
        over = [counts.asked for counts, wait in zip(counted, waits, strict=True) if wait]
        # In a private chat, user and chat are over their limits together, and told of it once.
        first = all(now - asked.told >= WINDOW for asked in over)
        for asked in over if first else ():
            asked.told = now
        return Verdict(False, max(1, math.ceil(max(waits))), first)

    def counted(self) -> int:
        """How many users and chats are counted now."""
        return len(self._users) + len(self._chats)


@dataclass(slots=True)
class _Count:
    """One asker against a limit."""

    asked: _Asked
    limit: int

    def wait(self, now: float) -> float:
        """Seconds until one more may be asked."""
        if len(self.asked.times) < self.limit:
            return 0.0
        return self.asked.times[-self.limit] + WINDOW - now


class _Counts:
    """Of many askers, against one limit; in order of when they last came."""

    def __init__(self, limit: int, most: int) -> None:
        self._limit = limit
        self._most = most
        self._askers: OrderedDict[int, tuple[_Asked, float]] = OrderedDict()

    def of(self, asker: int, now: float) -> _Count:
        asked = self._askers[asker][0] if asker in self._askers else _Asked()
        self._askers[asker] = asked, now
        self._askers.move_to_end(asker)
        while asked.times and asked.times[0] <= now - WINDOW:
            asked.times.popleft()
        self._let_go(now)
        return _Count(asked, self._limit)

    def __len__(self) -> int:
        return len(self._askers)

    def _let_go(self, now: float) -> None:
        """Drop those that have not come within a window, and those beyond the most."""
        while self._askers:
            asker, (_, last) = next(iter(self._askers.items()))
            if last > now - WINDOW and len(self._askers) <= self._most:
                return
            del self._askers[asker]
