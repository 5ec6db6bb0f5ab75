"""What a terminal gets, and the prompt: the commands run on a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

QUESTION = "武汉改造了多少个老旧小区？"
READY = re.escape("\x1b[?2004h")
"""The prompt switches bracketed paste on when it begins to read."""

PATIENCE = 60.0
"""Seconds to wait for output that should come."""


class Terminal:
    """A command with a pseudo-terminal for its three streams."""

    def __init__(self, arguments: tuple[str, ...], env: Mapping[str, str], cwd: Path) -> None:
        self._ours, theirs = pty.openpty()
        # Wide enough that no extract is broken.
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 500, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qa", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""
        self._bytes = b""

    def type(self, text: str) -> None:
        """As the user types it."""
        os.write(self._ours, text.encode())

    def expect(self, pattern: str, *, after: int = 0) -> int:
        """Read until the pattern stands in the output after a place; the place where it ends."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.compile(pattern).search(self.text, after)):
            assert self._read(deadline), f"{pattern!r} is not in {self.text[after:]!r}"
        return found.end()

    def end(self) -> int:
        """Read what is left; the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self.process.wait(timeout=PATIENCE)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
        try:
            data = os.read(self._ours, 1 << 16) if ready else b""
        except OSError:
            # The other side is closed.
            data = b""
        if b"\x1b[6n" in data:
            # The prompt asks where the cursor is, and waits for the answer.
            os.write(self._ours, b"\x1b[1;1R")
        self._bytes += data
        self.text = self._bytes.decode("utf-8", "replace")
        return bool(data)

    def close(self) -> None:
        """End the command, whatever it is doing."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


@pytest.fixture
def on_terminal(environment_in: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    @contextmanager
    def call(folder: Path, *arguments: str, **env: str) -> Iterator[Terminal]:
        full = environment_in(folder, TERM="xterm-256color", **env)
        terminal = Terminal(arguments, full, folder / "home")
        try:
            yield terminal
        finally:
            terminal.close()

    return call


def plain(text: str) -> str:
    """The text without escape sequences."""
    text = re.sub(r"\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)", "", text)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_matches_are_marked_and_links_can_be_clicked(
    shipped: Path, on_terminal: Callable[..., Any]
) -> None:
    with on_terminal(shipped, "ask", QUESTION) as terminal:
        assert terminal.end() == 0
    text = terminal.text
    # Bold begins somewhere and holds the words of the question.
    marked = "".join(re.findall(r"\x1b\[1(?:;\d+)*m([^\x1b]*)\x1b\[0m", text))
    assert "老旧小区" in marked
    assert "455" not in marked
    links = re.findall(r"\x1b\]8;[^;]*;([^\x1b]+)\x1b\\", text)
    assert any(link.startswith("file://") and "wuhan.html#wuhan-" in link for link in links)
    assert any(link.startswith("https://dfz.wuhan.gov.cn/") for link in links)
    assert "老旧小区改造455个" in plain(text)


def test_the_prompt_answers_until_the_end_of_input_and_keeps_its_history(
    shipped: Path, on_terminal: Callable[..., Any], tmp_path: Path
) -> None:
    state = tmp_path / "state"
    with on_terminal(shipped, "ask", CITYQA_STATE=str(state)) as terminal:
        place = terminal.expect(r"武汉市.*Ctrl-D")
        place = terminal.expect(READY, after=place)
        terminal.type(f"{QUESTION}\r")
        place = terminal.expect("455", after=place)
        place = terminal.expect(READY, after=place)
        # An error ends the question, not the loop; blanks are no question.
        terminal.type("？！\r")
        place = terminal.expect("cityqa: the question is empty", after=place)
        place = terminal.expect(READY, after=place)
        terminal.type("   \r")
        terminal.type("張掖市的城鎮化率是多少？\r")
        place = terminal.expect("zhangye.html#", after=place)
        terminal.expect(READY, after=place)
        terminal.type("\x04")
        assert terminal.end() == 0
    assert "Traceback" not in terminal.text
    history = state / "history"
    kept = history.read_text(encoding="utf-8")
    assert f"+{QUESTION}\n" in kept
    assert "+張掖市的城鎮化率是多少？\n" in kept
    assert history.stat().st_mode & 0o077 == 0


def test_an_interrupted_question_does_not_end_the_prompt(
    shipped: Path, on_terminal: Callable[..., Any], tmp_path: Path
) -> None:
    # A file where the folder for the history should be: then it is not kept.
    state = tmp_path / "state"
    state.write_text("", encoding="utf-8")
    with on_terminal(shipped, "ask", CITYQA_STATE=str(state)) as terminal:
        place = terminal.expect(READY)
        terminal.type("武汉\x03")
        place = terminal.expect(READY, after=terminal.expect("武汉", after=place))
        terminal.type("\x04")
        assert terminal.end() == 0
    assert "Traceback" not in terminal.text


def test_a_build_shows_a_progress_bar_and_control_characters_never_arrive(
    tmp_path: Path, reports: Path, on_terminal: Callable[..., Any]
) -> None:
    (tmp_path / "home").mkdir()
    (reports / "yingtan.md").write_text(
        '---\ncity: "鹰潭\\e[31m市"\ntitle: "综述\\e]0;owned\\a\\x9b5m"\n'
        'publisher: "日报\\x07"\n---\n\n'
        "鹰潭市新修的\x1b[31m老街\x1b[0m长\x9b7m三公里\x07，沿街有店铺六十家。\n",
        encoding="utf-8",
    )
    bad = reports / "bad\x1b[35m.pdf"
    bad.write_bytes(b"%PDF-1.4\n")
    question = ("ask", "--corpus", str(reports), "鹰潭新修的老街长多少公里？")
    with on_terminal(tmp_path, *question) as terminal:
        assert terminal.end() == 0
    assert "embedding texts" in terminal.text
    assert "三公里" in plain(terminal.text)
    listing = ("corpus", "list", "--corpus", str(reports))
    shown = ("corpus", "show", "yingtan", "--corpus", str(reports))
    for arguments in (question, listing, (*listing, "--json"), shown):
        with on_terminal(tmp_path, *arguments) as terminal:
            assert terminal.end() == 0
        for sequence in ("\x1b[31m", "\x1b]0;", "\x9b", "\x07", "\x1b[35m"):
            assert sequence not in terminal.text, arguments
