"""Coming into chats and leaving them; groups that become supergroups."""

from __future__ import annotations

from typing import Any

from telegram import ChatMember, ChatMemberUpdated, Update
from telegram.ext import (
    BaseHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.handlers.allowed import is_allowed, tell_id
from bot.handlers.reach import (
    context_for,
    hashed,
    in_state,
    is_group,
    services_of,
    username_of,
)
from bot.views.notices import welcome_view

_GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """In order."""
    return [
        ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.UpdateType.MESSAGE & filters.StatusUpdate.MIGRATE, migrated),
    ]


async def membership(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The bot was added to a group, removed from it, or blocked.

    Where it cannot be any more, what is kept of the chat is forgotten; answers shown there stay in
    the feedback store until their time is over.
    """
    change = update.my_chat_member
    if change is None:
        return
    services = services_of(context)
    if _is_out(change.new_chat_member):
        await in_state(services.chats.forget, hashed(services, change.chat.id))
    elif _was_added(change):
        if is_allowed(services, update):
            views = await context_for(services, update)
            view = welcome_view(views, username_of(context.bot))
            await services.sender.send(change.chat.id, view)
        else:
            await tell_id(update, context)


async def migrated(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A group became a supergroup; both tell so, in either order."""
    message = update.message
    if message is None:
        return
    services = services_of(context)
    old = hashed(services, message.migrate_from_chat_id or message.chat.id)
    new = hashed(services, message.migrate_to_chat_id or message.chat.id)
    await in_state(services.chats.migrate, old, new)
    await in_state(services.feedback.move, old, new)


def _was_added(change: ChatMemberUpdated) -> bool:
    return (
        is_group(change.chat) and change.chat.type != "channel" and _is_out(change.old_chat_member)
    )


def _is_out(member: ChatMember) -> bool:
    if member.status == ChatMember.RESTRICTED:
        return not getattr(member, "is_member", True)
    return member.status in _GONE
