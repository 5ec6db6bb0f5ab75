"""Put the bot under load: many questions from many chats within seconds, over real HTTP.

Starts a Bot API server for tests and the bot as a process, asks 300 questions from 60 chats (50
private ones, 10 groups) within 15 seconds and `/help` from 30 others meanwhile. Prints what became
of them: answered once and in order, messages over Telegram's limits, and times from update to
reply as the server saw them. Exits 1 where an answer is missing, doubled or out of order, or a
limit was passed.

    python benchmarks/telegram_load.py [--chats 60] [--rounds 5] [--seconds 15] [--webhook]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.bot.load import Load, drive
from tests.telegram_server.process import build_index, running_bot
from tests.telegram_server.server import TelegramServer


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--chats", type=int, default=60, help="a sixth of them groups")
    parser.add_argument("--rounds", type=int, default=5, help="questions in each chat")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--webhook", action="store_true", help="instead of polling")
    arguments = parser.parse_args()
    groups = arguments.chats // 6
    load = Load(arguments.chats - groups, groups, arguments.rounds, arguments.seconds)
    with tempfile.TemporaryDirectory() as folder, TelegramServer() as server:
        cache = Path(folder) / "cache"
        build_index(cache)
        limits = {
            "CITYQA_TELEGRAM_USER_LIMIT": "1000",
            "CITYQA_TELEGRAM_CHAT_LIMIT": "1000",
            # The same questions come again and again: each is to be looked up.
            "CITYQA_CACHED_QUESTIONS": "0",
        }
        with running_bot(server, cache=cache, env=limits, webhook=arguments.webhook):
            outcome = drive(server, load)
    answered = len(outcome.latencies)
    print(f"questions         {outcome.asked} from {arguments.chats} chats, {load.seconds:g} s")
    print(f"answered in order {answered}, once each, within {outcome.seconds:.1f} s")
    if answered:
        print(f"update to reply   p50 {outcome.p50:.3f} s, p95 {outcome.p95:.3f} s")
    print(f"/help meanwhile   p50 {outcome.help_p50:.3f} s, slowest {outcome.helps[-1]:.3f} s")
    print(f"over the limits   {len(outcome.violations)}")
    for line in (*outcome.wrong, *outcome.violations):
        print(line)
    return 1 if outcome.wrong or outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
