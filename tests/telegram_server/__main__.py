"""Run the server alone: ``python -m tests.telegram_server [--port PORT] [--poor]``.

Every line that is typed is said in a private chat; what the bot sends is printed.
"""

from __future__ import annotations

import argparse
import sys
import threading

from tests.telegram_server.server import TelegramServer
from tests.telegram_server.transcript import rendered


def main() -> None:
    parser = argparse.ArgumentParser(description="A Bot API server for tests.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="123456:TEST")
    parser.add_argument("--username", default="cityqa_bot")
    parser.add_argument("--language", default="en", help="of the user")
    parser.add_argument("--poor", action="store_true", help="answer less than Telegram does")
    options = parser.parse_args()
    with TelegramServer(
        options.token, options.username, port=options.port, poor=options.poor
    ) as server:
        sys.stdout.write(
            f"CITYQA_TELEGRAM_TOKEN={server.token} CITYQA_TELEGRAM_BASE_URL={server.base_url}\n"
        )
        sys.stdout.flush()
        chat = server.private(language_code=options.language)
        done = threading.Event()

        def show() -> None:
            while not done.is_set():
                if not chat.is_quiet(0.2):
                    for message in chat.wait():
                        sys.stdout.write(rendered(message) + "\n")
                    sys.stdout.flush()

        thread = threading.Thread(target=show)
        thread.start()
        try:
            for line in sys.stdin:
                if text := line.rstrip("\n"):
                    chat.says(text)
        except KeyboardInterrupt:
            pass
        finally:
            done.set()
            thread.join()
        for violation in server.violations:
            sys.stderr.write(f"violation: {violation}\n")


if __name__ == "__main__":
    main()
