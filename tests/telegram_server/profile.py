"""Methods about the bot itself: commands and profile texts, a scope and a language each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server.parameters import Parameters
from tests.telegram_server.refusals import bad
from tests.telegram_server.world import World

COMMANDS = 100
COMMAND_DESCRIPTION = 256
TEXTS = {"name": 64, "description": 512, "short_description": 120}
"""Profile texts, and how many characters each may have."""

SCOPES = frozenset(
    (
        "default all_private_chats all_group_chats all_chat_administrators chat "
        "chat_administrators chat_member"
    ).split()
)

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(slots=True)
class Profile:
    """What the bot has set.

    Attributes:
        commands: by scope (as JSON) and language, empty for all languages.
        texts: by name of the text and language.
    """

    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def set_commands(self, world: World, params: Parameters) -> bool:
        commands = params.json("commands", list)
        if commands is None:
            raise bad("can't parse commands: there are none")
        if len(commands) > COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not isinstance(command, dict):
                raise bad("can't parse BotCommand: expected an Object")
            if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", "")).strip()) <= COMMAND_DESCRIPTION:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[self._key(world, params)] = commands
        return True

    def get_commands(self, world: World, params: Parameters) -> list[dict[str, str]]:
        return self.commands.get(self._key(world, params), [])

    def delete_commands(self, world: World, params: Parameters) -> bool:
        self.commands.pop(self._key(world, params), None)
        return True

    def _key(self, world: World, params: Parameters) -> tuple[str, str]:
        scope = params.json("scope", dict) or {"type": "default"}
        if scope.get("type") not in SCOPES:
            raise bad("can't parse BotCommandScope: unsupported type specified")
        if scope["type"].startswith("chat"):
            world.chat(str(scope.get("chat_id", "")))
        return json.dumps(scope, sort_keys=True), language(params)

    def set_text(self, name: str, params: Parameters) -> bool:
        text = params.text(name)
        if len(text) > TEXTS[name]:
            raise bad(f"{name.replace('_', ' ')} is too long")
        self.texts[name, language(params)] = text
        return True

    def get_text(self, name: str, params: Parameters) -> dict[str, str]:
        text = self.texts.get((name, language(params))) or self.texts.get((name, ""), "")
        return {name: text}


def language(params: Parameters) -> str:
    """The two letters of a language, or nothing for all.

    Raises:
        Refused: it is no such code.
    """
    code = params.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def described(world: World, *, poor: bool, privacy: bool) -> dict[str, Any]:
    """The answer of getMe."""
    if poor:
        return dict(world.bot)
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
