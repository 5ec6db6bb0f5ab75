"""The lists of commands and the texts of the bot's profile, a language each.

Telegram takes two-letter codes only, so that Simplified and Traditional Chinese cannot be told
apart: ``zh`` has Simplified, which is read by more. The bot's name is left as @BotFather has it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest, TelegramError

from bot.running.lenient_bot import LenientBot
from bot.running.logs import event
from bot.services import Services
from bot.state.store import ChatStore
from bot.views.commands import ADMIN, PUBLIC, descriptions
from qa.language import Interface
from qa.messages import message

LOG = logging.getLogger(__name__)

LANGUAGES: dict[str, Interface] = {"": "en", "zh": "zh_Hans"}
"""Languages by Telegram's code; the empty one is for all users without a list of their own."""

_FACT = "profile"


@dataclass(frozen=True, slots=True)
class Item:
    """A request that sets something of the profile.

    Attributes:
        name: tells it from the others.
        endpoint: its method.
        params: its parameters.
    """

    name: str
    endpoint: str
    params: dict[str, Any]

    @property
    def kept_as(self) -> str:
        """Hex digest under which it is noted: the name of an admin's list holds a user's id."""
        return hashlib.sha256(self.name.encode()).hexdigest()

    def digest(self, bot: int) -> str:
        """Hex digest of what a bot has once it was sent."""
        told = json.dumps([bot, self.endpoint, self.params], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


async def publish(services: Services, bot: LenientBot) -> None:
    """Tell Telegram what has changed since it was last told.

    Raises:
        CityqaError: the bot's state cannot be read or written.
    """
    await tell(bot, items(services.telegram.admins), services.chats)


async def tell(bot: LenientBot, wanted: Iterable[Item], chats: ChatStore) -> None:
    """Make the requests that were not made before, by this bot and just so.

    What fails is told at the next start, and logged as one line: the bot answers without it.

    Args:
        bot: to make them with.
        wanted: all that make the profile.
        chats: keeps what was told.

    Raises:
        CityqaError: the bot's state cannot be read or written.
    """
    wanted = list(wanted)
    told = _digests(await asyncio.to_thread(chats.fact, _FACT))
    now: dict[str, str] = {}
    failed: list[TelegramError] = []
    for item in wanted:
        digest = item.digest(bot.id)
        if told.get(item.kept_as) != digest:
            try:
                await bot.call(item.endpoint, item.params)
            except BadRequest as error:
                # An admin who never wrote to the bot has no chat with it.
                failed.append(error)
                continue
            except TelegramError as error:
                failed.append(error)
                break
        now[item.kept_as] = digest
    if failed:
        # Those that were not come to are still as they were told.
        now = {i.kept_as: told[i.kept_as] for i in wanted if i.kept_as in told} | now
        event(LOG, logging.WARNING, "profile_failed", count=len(failed), reason=failed[0].message)
    if now != told:
        await asyncio.to_thread(chats.note, _FACT, json.dumps(now, sort_keys=True))


def items(admins: Sequence[int]) -> Iterator[Item]:
    """All requests that make the profile.

    Args:
        admins: user ids of those who are shown ``/stats`` as well.
    """
    for code, language in LANGUAGES.items():
        for scope in ("default", "all_private_chats", "all_group_chats"):
            yield _commands(code, language, {"type": scope}, PUBLIC)
        for admin in admins:
            yield _commands(code, language, {"type": "chat", "chat_id": admin}, ADMIN)
        yield _text(
            code,
            "setMyDescription",
            "description",
            message(
                language,
                "Ask about a city and read what its report says, word for word: short extracts, "
                "each with its source and a button that opens the place it stands at. Where the "
                "reports do not tell, I say so.",
            ),
        )
        yield _text(
            code,
            "setMyShortDescription",
            "short_description",
            message(language, "Answers about cities: extracts from their reports, with sources."),
        )


def _commands(code: str, language: Interface, scope: dict[str, Any], names: Sequence[str]) -> Item:
    lines = descriptions(language)
    commands = [{"command": name, "description": lines[name]} for name in names]
    name = f"commands:{code}:{scope['type']}:{scope.get('chat_id', '')}"
    return Item(
        name,
        "setMyCommands",
        {"commands": commands, "scope": scope, "language_code": code or None},
    )


def _text(code: str, endpoint: str, field: str, text: str) -> Item:
    return Item(f"{field}:{code}", endpoint, {field: text, "language_code": code or None})


def _digests(noted: str | None) -> dict[str, str]:
    """What was noted, nothing where it cannot be read."""
    try:
        found = json.loads(noted or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
