"""Queries of users, and the bot's answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.telegram_server.checks import Entity
from tests.telegram_server.messages import Button, keyboard_of
from tests.telegram_server.world import QueryState, World


@dataclass(frozen=True, slots=True)
class Notice:
    """What the press of a button was answered with."""

    text: str
    alert: bool
    url: str


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One result of an inline query."""

    id: str
    title: str
    description: str
    text: str
    entities: tuple[Entity, ...]
    keyboard: tuple[tuple[Button, ...], ...]
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What an inline query was answered with.

    Attributes:
        results: in order.
        cache_seconds: for which Telegram keeps the answer.
        personal: whether for this user only.
        button: above the results, as the Bot API has it, or none.
    """

    results: tuple[InlineResult, ...]
    cache_seconds: int
    personal: bool
    button: Mapping[str, Any] | None


class _Asked:
    def __init__(self, world: World, state: QueryState, update: int) -> None:
        self._world = world
        self._state = state
        self.id = state.id
        self.update = update

    @property
    def is_answered(self) -> bool:
        return self._state.answer is not None

    def _wait(self, timeout: float) -> Mapping[str, Any]:
        if not self._world.wait_for(lambda: self.is_answered, timeout):
            raise TimeoutError(f"query {self.id} is not answered after {timeout:g} s")
        assert self._state.answer is not None
        return self._state.answer


class Press(_Asked):
    """The press of a button."""

    def wait(self, timeout: float = 10.0) -> Notice:
        """The notice that it is answered with.

        Raises:
            TimeoutError: it is not.
        """
        answer = self._wait(timeout)
        return Notice(answer["text"], answer["show_alert"], answer["url"])


class InlineQuery(_Asked):
    """An inline query."""

    def wait(self, timeout: float = 10.0) -> InlineAnswer:
        """The results that it is answered with.

        Raises:
            TimeoutError: it is not.
        """
        answer = self._wait(timeout)
        return InlineAnswer(
            tuple(map(_result, answer["results"])),
            answer["cache_time"],
            answer["is_personal"],
            answer["button"],
        )


def _result(result: Mapping[str, Any]) -> InlineResult:
    content = result.get("input_message_content") or {}
    return InlineResult(
        id=result["id"],
        title=result.get("title", ""),
        description=result.get("description", ""),
        text=content.get("message_text", ""),
        entities=tuple(content.get("entities") or ()),
        keyboard=keyboard_of(result),
        raw=result,
    )
