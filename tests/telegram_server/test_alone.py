"""The server as a program of its own, and a bot that does not start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.telegram_server.process import ROOT, running_bot
from tests.telegram_server.server import TelegramServer


def test_what_is_typed_is_said_and_what_the_bot_sends_is_printed() -> None:
    command = [sys.executable, "-m", "tests.telegram_server", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = process.stdout.readline()
        found = re.search(r"TOKEN=(\S+) \S+BASE_URL=(\S+)", told)
        assert found is not None, told
        url = found[2] + found[1]
        process.stdin.write("how many?\n")
        process.stdin.flush()
        with httpx.Client() as client:
            answer = client.get(f"{url}/getUpdates", params={"timeout": 10}, timeout=20).json()
            asked = answer["result"][0]["message"]
            assert asked["text"] == "how many?"
            params = {"chat_id": asked["chat"]["id"], "text": "455"}
            assert client.get(f"{url}/sendMessage", params=params).json()["ok"]
        assert process.stdout.readline() == "455\n"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_bot_that_ends_before_it_receives_updates_is_told_with_its_words(
    tmp_path: Path,
) -> None:
    with (
        TelegramServer() as server,
        pytest.raises(RuntimeError, match=r"ended with 1:\n.*CITYQA_TELEGRAM_TOKEN"),
        running_bot(server, cache=tmp_path, env={"CITYQA_TELEGRAM_TOKEN": ""}),
    ):
        pass
