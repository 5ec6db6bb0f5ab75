"""Starts that fail, each with one clear line, and starts that must wait; real processes."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.running.state_folder import held
from bot.running.telegram_settings import load_telegram
from bot.running.tokens import token_of
from corpus.errors import SettingsError, StorageError
from tests.bot.conftest import RunningBot
from tests.telegram_server.process import COMMAND, environment, free_port
from tests.telegram_server.server import TelegramServer

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz-_012345"


@contextlib.contextmanager
def starting(folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A bot that is not waited for; killed in the end."""
    given = {"CITYQA_TELEGRAM_METRICS_PORT": "0", "CITYQA_STATE": str(folder), **settings}
    process = subprocess.Popen(
        COMMAND,
        env=environment(folder, **given),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def failed(folder: Path, **settings: str) -> str:
    """The only line of a start that fails."""
    with starting(folder, **settings) as process:
        output, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert output == ""
    assert TOKEN not in complaint
    (line,) = complaint.splitlines()
    return line


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def test_no_token(tmp_path: Path) -> None:
    line = failed(tmp_path, CITYQA_TELEGRAM_TOKEN=" ")
    assert "CITYQA_TELEGRAM_TOKEN" in line
    assert "@BotFather" in line


@pytest.mark.parametrize("token", ["123456:AA bb", "123456:AA/bb", "123456:密"])
def test_a_token_that_cannot_stand_in_an_address(token: str) -> None:
    with pytest.raises(SettingsError, match="CITYQA_TELEGRAM_TOKEN"):
        token_of(load_telegram(token=token))


def test_a_setting_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYQA_TELEGRAM_METRICS_PORT", "many")
    with pytest.raises(SettingsError, match="CITYQA_TELEGRAM_METRICS_PORT"):
        load_telegram()


def test_a_state_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="CITYQA_STATE"), held(tmp_path / "file" / "state"):
        pass


def test_a_state_folder_has_one_bot_at_a_time(tmp_path: Path) -> None:
    state = tmp_path / "state"
    refused = pytest.raises(SettingsError, match=r"another bot.*CITYQA_STATE")
    with held(state), refused, held(state):
        pass
    with held(tmp_path / "state"):
        pass


def test_a_wrong_token(tmp_path: Path, telegram: TelegramServer) -> None:
    line = failed(tmp_path, CITYQA_TELEGRAM_TOKEN=TOKEN, CITYQA_TELEGRAM_BASE_URL=telegram.base_url)
    assert "does not know this token" in line
    assert "CITYQA_TELEGRAM_TOKEN" in line


def test_a_taken_webhook_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = failed(
            tmp_path,
            CITYQA_TELEGRAM_TOKEN=TOKEN,
            CITYQA_TELEGRAM_WEBHOOK_URL="https://bot.example.org/hook",
            CITYQA_TELEGRAM_WEBHOOK_PORT=port,
        )
    assert f"127.0.0.1:{port}" in line
    assert "CITYQA_TELEGRAM_WEBHOOK_PORT" in line


def test_a_named_index_that_is_not_there_is_told_before_telegram_is_asked(tmp_path: Path) -> None:
    line = failed(
        tmp_path,
        CITYQA_TELEGRAM_TOKEN=TOKEN,
        CITYQA_TELEGRAM_BASE_URL=f"http://127.0.0.1:{free_port()}/bot",
        CITYQA_INDEX="oldidx",
    )
    assert "oldidx: there is no index here" in line
    assert "`cityqa index build --index oldidx`" in line


def test_without_network_one_line_says_so_and_the_bot_keeps_trying(tmp_path: Path) -> None:
    base_url = f"http://127.0.0.1:{free_port()}/bot"
    settings = {"CITYQA_TELEGRAM_TOKEN": TOKEN, "CITYQA_TELEGRAM_BASE_URL": base_url}
    with starting(tmp_path, **settings) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        # Tries again after half a second, and says nothing more of it.
        time.sleep(0.8)
        assert process.poll() is None
        process.kill()
        assert process.stderr.read() == ""
    assert "telegram_unreachable" in line
    assert base_url in line
    assert TOKEN not in line


def test_it_waits_for_telegram_at_the_start_and_in_an_outage_and_says_so_once_each(
    running_bot: RunningBot, telegram: TelegramServer
) -> None:
    chat = telegram.private()
    with contextlib.ExitStack() as stack:
        with telegram.unreachable():
            bot = stack.enter_context(running_bot(telegram, wait=False))
            assert eventually(lambda: "telegram_unreachable" in bot.log())
        chat.says("/help")
        assert chat.wait(timeout=30)
        assert bot.log().count("telegram_unreachable") == 1
        assert bot.log().count("telegram_reached") == 1
        with telegram.unreachable():
            chat.says("/help")
            assert eventually(lambda: bot.log().count("telegram_unreachable") == 2)
        assert chat.wait(timeout=20)
        assert bot.log().count("telegram_unreachable") == 2
        assert bot.log().count("telegram_reached") == 2
        # Stopped from the keyboard, for once.
        bot.process.send_signal(signal.SIGINT)
        assert bot.process.wait(20) == 0
        assert "Traceback" not in bot.log()
        assert telegram.token not in bot.log()
