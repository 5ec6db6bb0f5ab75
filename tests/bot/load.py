"""Many questions from many chats within seconds, and what became of them.

The server runs in this process, the bot in its own. Times are the server's: from queueing an update
to the arrival of the reply's request.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.telegram_server.chats import Chat
from tests.telegram_server.messages import SentMessage
from tests.telegram_server.server import TelegramServer

QUESTIONS = {
    "武汉评选出多少部优质党课？": "100部",
    "娄底办了多少期简报增刊？": "15期",
    "張掖各類主體班次培訓了多少人次": "3.1万人次",
    "How many red stories did Dongxihu collect?": "200余篇",
    "济南新开了几个专题专栏": "10个",
}
"""About the reports that ship, with what the answer must hold."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked.

    Attributes:
        private: chats with users.
        groups: supergroups, asked by ``/ask``.
        rounds: questions in each chat.
        seconds: in which all are asked, evenly.
        helps: ``/help`` from as many other chats meanwhile.
    """

    private: int = 50
    groups: int = 10
    rounds: int = 5
    seconds: float = 15.0
    helps: int = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it.

    Attributes:
        asked: questions.
        wrong: a line for each chat whose answers were not one a question, in order.
        violations: of the server.
        latencies: seconds from each question to its answer, sorted.
        helps: the same for ``/help``.
        seconds: from the first question to the last answer.
    """

    asked: int
    wrong: tuple[str, ...]
    violations: tuple[str, ...]
    latencies: tuple[float, ...]
    helps: tuple[float, ...]
    seconds: float

    @property
    def p50(self) -> float:
        return statistics.median(self.latencies)

    @property
    def p95(self) -> float:
        """By nearest rank."""
        return self.latencies[-(-95 * len(self.latencies) // 100) - 1]

    @property
    def help_p50(self) -> float:
        return statistics.median(self.helps)


def drive(server: TelegramServer, load: Load, patience: float = 60.0) -> Outcome:
    """Ask all questions of a load, and wait for the answers.

    Raises:
        TimeoutError: ``/help`` was not answered.
    """
    languages = ("zh-hans", "zh-hant", "en", "es")
    private: list[Chat] = [
        server.private(language_code=languages[number % len(languages)])
        for number in range(load.private)
    ]
    groups: list[Chat] = [
        server.group(title=f"Neighbours {number}", is_supergroup=True)
        for number in range(load.groups)
    ]
    chats = private + groups
    others = [server.private(language_code="en") for _ in range(load.helps)]
    texts = list(QUESTIONS)
    # A question of each chat in turn, so that a chat asks once in so many seconds.
    plan = [
        (number * load.seconds / (len(chats) * load.rounds), position, turn)
        for number, (turn, position) in enumerate(
            (turn, position) for turn in range(load.rounds) for position in range(len(chats))
        )
    ]
    helping = [
        ((number + 0.5) * load.seconds / load.helps, number, -1) for number in range(load.helps)
    ]
    asked: dict[int, list[SentMessage]] = {position: [] for position in range(len(chats))}
    helped: list[SentMessage] = []
    started = time.monotonic()
    for due, position, turn in sorted(plan + helping):
        time.sleep(max(0.0, started + due - time.monotonic()))
        if turn < 0:
            helped.append(others[position].says("/help"))
            continue
        question = texts[(position + turn) % len(texts)]
        # In groups a bot is asked by command.
        text = question if position < load.private else f"/ask {question}"
        asked[position].append(chats[position].says(text))
    deadline = time.monotonic() + patience
    latencies: list[float] = []
    wrong: list[str] = []
    last = started
    for position, chat in enumerate(chats):
        answers = _answers(chat, load.rounds, deadline - time.monotonic())
        figures = [QUESTIONS[texts[(position + turn) % len(texts)]] for turn in range(load.rounds)]
        if len(answers) != load.rounds or not all(
            figure in answer.text for figure, answer in zip(figures, answers, strict=True)
        ):
            heads = [answer.text[:40] for answer in answers]
            wrong.append(f"chat {chat.id}: {figures} asked, {heads} answered")
            continue
        for question, answer in zip(asked[position], answers, strict=True):
            latencies.append(answer.time - question.time)
            last = max(last, answer.time)
    helps = [
        other.wait(1, patience)[0].time - question.time
        for other, question in zip(others, helped, strict=True)
    ]
    # What comes twice comes late.
    time.sleep(0.5)
    wrong += [f"chat {chat.id}: another answer" for chat in chats if not chat.is_quiet(0)]
    return Outcome(
        asked=len(plan),
        wrong=tuple(wrong),
        violations=tuple(server.violations),
        latencies=tuple(sorted(latencies)),
        helps=tuple(sorted(helps)),
        seconds=last - started,
    )


def _answers(chat: Chat, count: int, patience: float) -> Sequence[SentMessage]:
    try:
        return chat.wait(count, max(0.0, patience))
    except TimeoutError:
        return chat.wait(0)
