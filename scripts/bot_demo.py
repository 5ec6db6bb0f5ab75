"""Start the bot against a Bot API server of its own, talk to it, and print what is said.

Needs no token and no network. Exits with 1 where a step goes wrong, or the bot asks for something
that Telegram would refuse.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.telegram_server.conversation import STEPS
from tests.telegram_server.stage import staged


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--webhook", action="store_true", help="by webhook instead of polling")
    options = parser.parse_args()
    print("Indexing the reports …", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="cityqa-demo-") as folder,
        staged(Path(folder), print, webhook=options.webhook) as stage,
    ):
        failed = False
        for step in STEPS:
            print(f"\n== {step.title} ==\n")
            try:
                step.play(stage)
            except (AssertionError, LookupError, StopIteration, TimeoutError) as error:
                failed = True
                print(f"FAILED: {type(error).__name__}: {error}", file=sys.stderr)
        for violation in stage.server.violations:
            print(f"REFUSED: {violation}", file=sys.stderr)
        return int(failed or bool(stage.server.violations))


if __name__ == "__main__":
    sys.exit(main())
