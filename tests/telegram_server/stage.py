"""Where a conversation is played: the server, the bot, its reports, and what is said aloud."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.telegram_server.asked import InlineAnswer, Notice
from tests.telegram_server.chats import Chat
from tests.telegram_server.messages import Button, SentMessage
from tests.telegram_server.process import (
    ROOT,
    BotProcess,
    Launch,
    environment,
    from_scratch,
    running_bot,
    to_its_end,
)
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.transcript import rendered, shown_button

SECONDS = 20.0
"""For an answer; a busy machine is slow."""

SHIPPED = ROOT / "corpus" / "reports"


@dataclass(slots=True)
class Stage:
    """What the steps of a conversation work with.

    Attributes:
        server: that the bot is on.
        folder: of the bot: its state, its reports and their index lie below.
        tell: takes each line of the transcript.
        webhook: whether the bot gets its updates by webhook.
        launch: starts the bot.
        bot: that runs now, or none.
        kept: what one step leaves for another, by name.
    """

    server: TelegramServer
    folder: Path
    tell: Callable[[str], None]
    webhook: bool = False
    launch: Launch = from_scratch
    bot: BotProcess | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    _running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    # The bot and its reports.

    @staticmethod
    def index_shipped(index: Path, launch: Launch = from_scratch) -> None:
        """Index the shipped reports in a folder.

        Raises:
            subprocess.CalledProcessError: they cannot be indexed.
        """
        env = environment(index, CITYQA_CORPUS=str(SHIPPED), CITYQA_INDEX=str(index))
        to_its_end(["index", "build"], env, index, launch)

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def prepare(self, built: Path | None = None) -> None:
        """Copy the shipped reports and index them.

        Args:
            built: an index of them, which is copied instead; else it takes some seconds.
        """
        shutil.copytree(SHIPPED, self.reports)
        if built is not None:
            shutil.copytree(built, self.index)
        else:
            self.build_index()

    def build_index(self) -> None:
        """Index the reports as they are now; the bot may run meanwhile.

        Raises:
            subprocess.CalledProcessError: they cannot be indexed.
        """
        env = environment(self.folder, **self._settings())
        to_its_end(["index", "build"], env, self.folder, self.launch)

    def start(self) -> None:
        """Start the bot."""
        self.bot = self._running.enter_context(
            running_bot(
                self.server,
                cache=self.folder / "cache",
                state=self.folder / "state",
                env={**self._settings(), "CITYQA_TELEGRAM_RELOAD_SECONDS": "1"},
                webhook=self.webhook,
                launch=self.launch,
            )
        )

    def stop(self) -> None:
        """Stop the bot as a system would, and let it finish."""
        if self.bot is not None:
            code = self.bot.stop()
            assert code == 0, f"the bot ended with {code}:\n{self.bot.log()}"
        self._running.close()
        self.bot = None

    def wait_for_log(self, words: str) -> None:
        """Wait until the bot has logged some words since it was started.

        Raises:
            TimeoutError: it has not.
        """
        assert self.bot is not None
        deadline = time.monotonic() + SECONDS
        while words not in self.bot.log():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the bot has not logged {words!r}:\n{self.bot.log()}")
            time.sleep(0.05)

    def _settings(self) -> dict[str, str]:
        return {
            "CITYQA_CORPUS": str(self.reports),
            "CITYQA_INDEX": str(self.index),
            "CITYQA_STATE": str(self.folder / "state"),
            "CITYQA_CACHE": str(self.folder / "cache"),
        }

    # What is said, heard and pressed.

    def note(self, text: str) -> None:
        """A line that nobody says."""
        self.tell(f"    ({text})")

    def says(self, chat: Chat, text: str, **how: Any) -> SentMessage:
        """A user writes."""
        self._told(_name(chat, how), text)
        return chat.says(text, **how)

    def edits(self, chat: Chat, message: SentMessage, text: str) -> SentMessage:
        """A user edits what was written."""
        self._told(f"{_name(chat, {})} (edits)", text)
        return chat.edits(message, text)

    def hears(self, chat: Chat) -> SentMessage:
        """The bot's next message or edit."""
        message = chat.wait_for(lambda _message: True, SECONDS)
        states = [state for state in chat.history if state.id == message.id]
        before = states[states.index(message) - 1] if message.edited else None
        if before is not None and before.text == message.text:
            rows = rendered(replace(message, text="", entities=()))
            self._told("bot (edits the buttons)", rows.lstrip("\n"))
        else:
            self._told(f"bot{' (edits)' if message.edited else ''}", rendered(message, short=True))
        return message

    def asks(self, chat: Chat, text: str, **how: Any) -> SentMessage:
        """A user writes, and the bot answers."""
        self.says(chat, text, **how)
        return self.hears(chat)

    def presses(self, chat: Chat, button: Button, message: SentMessage, **how: Any) -> Notice:
        """A user presses a button; the notice that answers it."""
        self._told(_name(chat, how), f"presses {shown_button(button)}")
        notice = chat.presses(button, message, **how).wait(SECONDS)
        if notice.text:
            self._told("bot (notice)", notice.text)
        return notice

    def follows(self, chat: Chat, url: str) -> SentMessage:
        """A user opens a deep link, and the bot answers."""
        self._told(_name(chat, {}), f"opens {url}")
        chat.follows(url)
        return self.hears(chat)

    def queries(self, chat: Chat, text: str) -> InlineAnswer:
        """A user types an inline query; its results."""
        self._told(_name(chat, {}), f"types @{self.server.username} {text}")
        answer = chat.inline(text).wait(SECONDS)
        for result in answer.results:
            self._told("bot (result)", f"{result.title}\n{result.description}")
        return answer

    def _told(self, name: str, text: str) -> None:
        first, *others = text.splitlines() or [""]
        if others:
            others, first = [first, *others], ""
        self.tell(f"{name}: {first}".rstrip())
        for line in others:
            self.tell(f"    {line}".rstrip())


def _name(chat: Chat, how: dict[str, Any]) -> str:
    name = str((how.get("by") or chat.user)["first_name"])
    title = chat.state.payload.get("title")
    return f"{name} in “{title}”" if title else name


@contextlib.contextmanager
def staged(
    folder: Path,
    tell: Callable[[str], None],
    *,
    webhook: bool = False,
    poor: bool = False,
    built: Path | None = None,
    launch: Launch = from_scratch,
) -> Iterator[Stage]:
    """A stage with a server and a bot that runs.

    Args:
        folder: for the bot.
        tell: takes each line of the transcript.
        webhook: whether the bot gets its updates by webhook.
        poor: whether the server answers less than Telegram does.
        built: an index of the shipped reports, which is copied; else one is built.
        launch: starts the bot.
    """
    with TelegramServer(poor=poor) as server:
        stage = Stage(server, folder, tell, webhook=webhook, launch=launch)
        stage.prepare(built)
        stage.start()
        try:
            yield stage
        finally:
            stage.stop()
