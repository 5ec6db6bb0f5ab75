"""Methods about chats and who is in them."""

from __future__ import annotations

from typing import Any

from tests.telegram_server.parameters import Parameters
from tests.telegram_server.refusals import bad
from tests.telegram_server.updates import member
from tests.telegram_server.world import World


def get_chat(world: World, params: Parameters) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#getchat."""
    chat = world.chat(params.text("chat_id"))
    gifts = dict.fromkeys(
        "unlimited_gifts limited_gifts unique_gifts premium_subscription "
        "gifts_from_channels".split(),
        True,
    )
    return {
        **chat.payload,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def get_chat_member(world: World, params: Parameters) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#getchatmember."""
    chat = world.chat(params.text("chat_id"))
    user = params.integer("user_id")
    if user == world.bot["id"]:
        return member(world.bot, "member")
    if user not in chat.members:
        raise bad("PARTICIPANT_ID_INVALID", excused=True)
    return member(*chat.members[user])


def get_chat_administrators(world: World, params: Parameters) -> list[dict[str, Any]]:
    """https://core.telegram.org/bots/api#getchatadministrators."""
    chat = world.chat(params.text("chat_id"))
    if not chat.is_group:
        raise bad("there are no administrators in the private chat")
    return [
        member(user, status)
        for user, status in chat.members.values()
        if status in ("creator", "administrator")
    ]


def leave_chat(world: World, params: Parameters) -> bool:
    """https://core.telegram.org/bots/api#leavechat."""
    chat = world.chat(params.text("chat_id"))
    if not chat.is_group:
        raise bad("chat member status can't be changed in private chats")
    chat.standing = "removed"
    return True
