"""Whether an update has what handlers rely on; PTB leaves out in silence what the JSON lacks."""

from __future__ import annotations

from telegram import ChatMember, Message, Update, User


def is_whole(update: Update) -> bool:
    """Whether the parts that tell who, where and what are there.

    Telegram always sends them. A server that is poorer may leave out what is not asked for here,
    as the text of a message under a button.
    """
    for message in (update.message, update.edited_message):
        if message is not None and not _is_message(message):
            return False
    query = update.callback_query
    if query is not None and not (isinstance(query.id, str) and _is_user(query.from_user)):
        return False
    inline = update.inline_query
    if inline is not None and not (
        isinstance(inline.id, str) and isinstance(inline.query, str) and _is_user(inline.from_user)
    ):
        return False
    member = update.my_chat_member
    return member is None or (
        _has_id(member.chat)
        and isinstance(member.old_chat_member, ChatMember)
        and isinstance(member.new_chat_member, ChatMember)
    )


def _is_message(message: Message) -> bool:
    return (
        isinstance(message.message_id, int)
        and _has_id(message.chat)
        and (message.from_user is None or _is_user(message.from_user))
        and (message.text is None or isinstance(message.text, str))
        and (message.caption is None or isinstance(message.caption, str))
    )


def _has_id(chat: object) -> bool:
    return isinstance(getattr(chat, "id", None), int)


def _is_user(user: User | None) -> bool:
    return user is not None and isinstance(user.id, int)
