"""What in a chat is meant for the bot.

In private everything is. In a group: what mentions it, wherever the mention stands, and replies to
its messages; commands are told apart before. With privacy mode on, Telegram delivers no more than
that anyway.
"""

from __future__ import annotations

import re
from functools import cache

from telegram import Message, MessageEntity, User

from bot.handlers.reach import hashed, in_state, is_group, username_of
from bot.services import Services

_COMMAND_LIKE = re.compile(r"/[A-Za-z0-9_]+(?:@\w+)?(?=\s|$)")
_AROUND = " \t\r\n,:;，：；、"


async def question_here(services: Services, message: Message) -> str | None:
    """As ``question_to_bot``; a reply whose author is not told is known by what was answered."""
    earlier = message.reply_to_message
    answered = None
    if earlier is not None and earlier.from_user is None and is_group(message.chat):
        key = hashed(services, message.chat.id)
        answered = await in_state(services.chats.shown_as, key, earlier.message_id)
    return question_to_bot(message, to_answer=answered is not None)


def question_to_bot(message: Message, *, to_answer: bool = False) -> str | None:
    """The question that a message puts to the bot, without mentions of it.

    Args:
        message: any.
        to_answer: whether it is known to reply to an answer of the bot.

    Returns:
        none where the message is not meant for it; empty where it mentions the bot and says no
        more.
    """
    text = message.text or message.caption
    if not text or _COMMAND_LIKE.match(text) or is_automatic(message):
        return None
    rest = without_mentions(message, text)
    if not is_group(message.chat) or rest != text or to_answer or is_reply_to_bot(message):
        return rest.strip(_AROUND) if rest != text else text.strip()
    return None


def is_automatic(message: Message) -> bool:
    """Whether a bot wrote a message, this one through inline mode among them, or a channel did."""
    if message.via_bot is not None and _is_bot(message, message.via_bot):
        return True
    if message.is_automatic_forward:
        return True
    # An administrator who stays anonymous speaks through a bot, as the group itself.
    user = message.from_user
    return user is not None and user.is_bot and message.sender_chat is None


def is_reply_to_bot(message: Message) -> bool:
    """Whether a message replies to one of the bot's."""
    earlier = message.reply_to_message
    if earlier is None or earlier.from_user is None:
        return False
    # In a forum's topic every message "replies" to the one that opened the topic.
    opened = earlier.forum_topic_created is not None
    return _is_bot(message, earlier.from_user) and not opened


def _is_bot(message: Message, user: User) -> bool:
    bot = message.get_bot()
    name = username_of(bot).lower()
    return user.id == bot.id or (bool(name) and (user.username or "").lower() == name)


def text_replied_to(message: Message) -> str:
    """The text of the message that this one replies to, empty where there is none."""
    if message.quote is not None and message.quote.text:
        return message.quote.text.strip()
    earlier = message.reply_to_message
    if earlier is None or earlier.forum_topic_created is not None:
        return ""
    return (earlier.text or earlier.caption or "").strip()


def without_mentions(message: Message, text: str) -> str:
    """A message's text without ``@username`` of the bot and links to it by name."""
    bot = message.get_bot()
    # Entities count UTF-16 units; a half of a pair is a unit as well.
    units = text.encode("utf-16-le", "surrogatepass")
    entities = message.entities if message.text else message.caption_entities
    for entity in sorted(entities, key=lambda e: -e.offset):
        named = entity.type == MessageEntity.TEXT_MENTION and entity.user is not None
        if named and entity.user is not None and entity.user.id == bot.id:
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            units = units[:start] + units[end:]
    text = units.decode("utf-16-le", "surrogatepass")
    username = username_of(bot)
    return _mention(username).sub(" ", text) if username else text


@cache
def _mention(username: str) -> re.Pattern[str]:
    # Han letters may touch it: names have ASCII letters only.
    return re.compile(
        rf"(?<![A-Za-z0-9_@.])@{re.escape(username)}(?![A-Za-z0-9_])", re.IGNORECASE | re.ASCII
    )
