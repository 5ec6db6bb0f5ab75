"""Questions from many chats at once are each answered, in order, within Telegram's limits.

``benchmarks/telegram_load.py`` has more of them, and times.
"""

from __future__ import annotations

from tests.bot.conftest import RunningBot
from tests.bot.load import Load, drive
from tests.telegram_server.server import TelegramServer


def test_every_question_is_answered_once_in_order_within_the_limits(
    telegram: TelegramServer, running_bot: RunningBot
) -> None:
    load = Load(private=16, groups=4, rounds=4, seconds=3.5, helps=6)
    with running_bot(telegram, webhook=True) as bot:
        outcome = drive(telegram, load)
        assert outcome.asked == (16 + 4) * 4
        assert outcome.wrong == ()
        assert outcome.violations == ()
        assert len(outcome.latencies) == outcome.asked
        assert bot.process.poll() is None
