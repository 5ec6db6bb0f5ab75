"""Updates as Telegram builds them: entities that it finds, media, the kinds of update."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.checks import Entity, units

AUTOMATIC = (
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/])")),
    ("url", re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)。，]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{2,31}", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*")),
)
"""Entity types in the order in which they win."""

NOT_BY_DEFAULT = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
"""Kinds of update that a bot gets only when it asks for them."""


def automatic_entities(text: str) -> list[Entity]:
    """The commands, mentions, addresses and hashtags that Telegram finds in what users write."""
    found: list[tuple[int, int, str]] = []
    for kind, pattern in AUTOMATIC:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= first or last <= start for first, last, _kind in found):
                found.append((start, end, kind))
    return [
        {"type": kind, "offset": units(text[:start]), "length": units(text[start:end])}
        for start, end, kind in sorted(found)
    ]


def media(kind: str, number: int) -> dict[str, Any]:
    """The content of a message that has no text.

    Args:
        kind: as the Bot API names its field.
        number: that tells its file from others.

    Raises:
        ValueError: another kind.
    """
    file = {"file_id": f"file{number}", "file_unique_id": f"unique{number}", "file_size": 1000}
    picture = {**file, "width": 90, "height": 90}
    contents: dict[str, Any] = {
        "photo": [picture],
        "sticker": {**picture, "type": "regular", "is_animated": False, "is_video": False},
        "voice": {**file, "duration": 3},
        "audio": {**file, "duration": 3},
        "video": {**picture, "duration": 3},
        "video_note": {**file, "length": 90, "duration": 3},
        "animation": {**picture, "duration": 3},
        "document": {**file, "file_name": "notes.txt", "mime_type": "text/plain"},
        "location": {"longitude": 114.3, "latitude": 30.6},
        "contact": {"phone_number": "+1000", "first_name": "Kim"},
        "dice": {"emoji": "🎲", "value": 3},
        "poll": {
            "id": str(number),
            "question": "When?",
            "options": [
                {"text": "today", "voter_count": 0, "persistent_id": "1"},
                {"text": "tomorrow", "voter_count": 0, "persistent_id": "2"},
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        },
    }
    if kind not in contents:
        raise ValueError(f"no media {kind!r}")
    content = {kind: contents[kind]}
    if kind == "animation":
        # As Telegram has it for older clients.
        content["document"] = contents["document"]
    return content


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    """What a user is in a chat, with the fields that the status must have."""
    described: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        described["until_date"] = 0
    if status == "creator":
        described["is_anonymous"] = False
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages "
            "can_manage_video_chats can_restrict_members can_promote_members can_change_info "
            "can_invite_users can_post_stories can_edit_stories can_delete_stories"
        )
        described |= dict.fromkeys(rights.split(), False)
    return described
