"""How much may be sent within how long.

Numbers of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this:
one message a second in a chat, 20 a minute in a group, 30 a second over all.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages within any so many seconds."""

    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed; ``chat`` with more messages a window is a burst allowance."""

    chat: Limit = Limit(1, 1.0)
    group: Limit = Limit(20, 60.0)
    overall: Limit = Limit(30, 1.0)


@dataclass(frozen=True, slots=True)
class Overstep:
    """A message too many.

    Attributes:
        reason: which limit, and by how much.
        retry_after: whole seconds after which it would have been allowed.
    """

    reason: str
    retry_after: int


class Floods:
    """Sliding windows over the times of messages.

    Args:
        limits: what is allowed.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._times: dict[Hashable, deque[float]] = defaultdict(deque)

    def overstep(
        self, chat: int, *, group: bool, now: float, count_anyway: bool
    ) -> Overstep | None:
        """Whether a message at this time is one too many; if not, it is counted.

        Args:
            chat: its id.
            group: whether it is a group.
            now: in seconds, never less than at the call before.
            count_anyway: also counted where it is one too many, since it is sent all the same.
        """
        windows: list[tuple[str, Hashable, Limit]] = [
            (f"chat {chat}", ("chat", chat), self.limits.chat)
        ]
        if group:
            windows.append((f"group {chat}", ("group", chat), self.limits.group))
        windows.append(("all chats", "all", self.limits.overall))
        over: Overstep | None = None
        for name, key, limit in windows:
            times = self._times[key]
            while times and now - times[0] >= limit.seconds:
                times.popleft()
            if len(times) >= limit.messages and over is None:
                wait = times[len(times) - limit.messages] + limit.seconds - now
                over = Overstep(
                    f"flood: more than {limit.messages} within {limit.seconds:g} s to {name}, "
                    f"{wait:.3f} s too early",
                    max(1, math.ceil(wait)),
                )
        if over is None or count_anyway:
            for _name, key, _limit in windows:
                self._times[key].append(now)
        return over
