"""Methods that put messages into chats, change them and take them away."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tests.telegram_server.checks import CAPTION, formatted
from tests.telegram_server.keyboards import reply_markup
from tests.telegram_server.parameters import File, Parameters
from tests.telegram_server.refusals import NOT_MODIFIED, bad
from tests.telegram_server.world import ChatState, Message, World

DOCUMENT_BYTES = 50_000_000
ACTIONS = frozenset(
    (
        "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
        "choose_sticker find_location record_video_note upload_video_note"
    ).split()
)


def send_message(world: World, params: Parameters) -> Message:
    """https://core.telegram.org/bots/api#sendmessage."""
    chat = world.chat(params.text("chat_id"))
    text, entities = formatted(params, "text")
    content: dict[str, Any] = {"text": text}
    if entities:
        content["entities"] = entities
    preview = params.json("link_preview_options", dict) or {}
    return _send(world, chat, params, content, preview=not preview.get("is_disabled", False))


def send_document(world: World, params: Parameters) -> Message:
    """https://core.telegram.org/bots/api#senddocument; only uploads, no addresses and no ids."""
    chat = world.chat(params.text("chat_id"))
    file = _uploaded(params, "document")
    content: dict[str, Any] = {
        "document": {
            "file_id": f"document{(number := next(world.files))}",
            "file_unique_id": f"unique{number}",
            "file_name": file.name,
            "mime_type": file.mime,
            "file_size": len(file.content),
        }
    }
    if params.has("caption"):
        caption, entities = formatted(params, "caption", entities="caption_entities", limit=CAPTION)
        content["caption"] = caption
        if entities:
            content["caption_entities"] = entities
    return _send(world, chat, params, content, file=file.content)


def _uploaded(params: Parameters, name: str) -> File:
    attached = params.text(name)
    key = attached.removeprefix("attach://") if attached.startswith("attach://") else name
    file = params.files.get(key)
    if file is None:
        raise bad("there is no document in the request")
    if not file.content:
        raise bad("file must be non-empty")
    if not file.name:
        raise bad("file name is empty")
    if len(file.content) > DOCUMENT_BYTES:
        raise bad("file is too big")
    return file


def _send(
    world: World,
    chat: ChatState,
    params: Parameters,
    content: dict[str, Any],
    *,
    file: bytes | None = None,
    preview: bool = True,
) -> Message:
    markup = reply_markup(params)
    if markup is not None:
        content["reply_markup"] = markup
    thread = _thread(chat, params)
    replied = _replied(chat, params)
    if replied is not None:
        content["reply_to_message"] = {
            name: value for name, value in replied.items() if name != "reply_to_message"
        }
        if thread is None and replied.get("is_topic_message"):
            thread = replied["message_thread_id"]
    if thread is not None:
        content |= {"message_thread_id": thread, "is_topic_message": True}
    world.admit(chat)
    message = world.new_message(chat, world.bot, **content)
    if file is not None:
        chat.contents[message["message_id"]] = file
    world.shown(chat, message, silent=params.boolean("disable_notification"), preview=preview)
    return message


def _thread(chat: ChatState, params: Parameters) -> int | None:
    if not params.has("message_thread_id"):
        return None
    thread = params.integer("message_thread_id")
    if thread not in chat.topics:
        raise bad("message thread not found")
    return thread


def _replied(chat: ChatState, params: Parameters) -> Message | None:
    wanted: Mapping[str, Any] = params.json("reply_parameters", dict) or {}
    if not wanted and params.has("reply_to_message_id"):
        wanted = {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.boolean("allow_sending_without_reply"),
        }
    if not wanted:
        return None
    number = wanted.get("message_id")
    if type(number) is not int:
        raise bad('can\'t parse reply parameters: field "message_id" must be a Number')
    message = chat.messages.get(number)
    if message is None and not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found", excused=number in chat.deleted)
    return message


def edit_message_text(world: World, params: Parameters) -> Message | bool:
    """https://core.telegram.org/bots/api#editmessagetext."""
    chat, message = _to_edit(world, params)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    text, entities = formatted(params, "text")
    changed = {**_bare(message), "text": text}
    if entities:
        changed["entities"] = entities
    return _edit(world, chat, message, changed, params)


def edit_message_reply_markup(world: World, params: Parameters) -> Message | bool:
    """https://core.telegram.org/bots/api#editmessagereplymarkup."""
    chat, message = _to_edit(world, params)
    changed = {name: value for name, value in message.items() if name != "reply_markup"}
    return _edit(world, chat, message, changed, params)


def _bare(message: Message) -> Message:
    gone = ("text", "entities", "reply_markup")
    return {name: value for name, value in message.items() if name not in gone}


def _to_edit(world: World, params: Parameters) -> tuple[ChatState | None, Message]:
    if params.has("inline_message_id"):
        inline = world.inline_messages.get(params.text("inline_message_id"))
        if inline is None:
            raise bad("MESSAGE_ID_INVALID")
        return None, inline
    chat = world.chat(params.text("chat_id"))
    number = params.integer("message_id")
    message = chat.messages.get(number)
    if message is None:
        raise bad("message to edit not found", excused=number in chat.deleted)
    if message.get("from", {}).get("id") != world.bot["id"]:
        raise bad("message can't be edited")
    return chat, message


def _edit(
    world: World,
    chat: ChatState | None,
    message: Message,
    changed: Message,
    params: Parameters,
) -> Message | bool:
    markup = reply_markup(params, inline_only=True)
    if markup is not None:
        changed["reply_markup"] = markup
    parts = ("text", "entities", "reply_markup")
    if all(message.get(part) == changed.get(part) for part in parts):
        # A user who presses a button twice brings this about.
        raise bad(NOT_MODIFIED, excused=True)
    changed["edit_date"] = int(time.time())
    message.clear()
    message |= changed
    if chat is None:
        return True
    world.shown(chat, message, edited=True)
    return message


def delete_message(world: World, params: Parameters) -> bool:
    """https://core.telegram.org/bots/api#deletemessage."""
    chat = world.chat(params.text("chat_id"))
    number = params.integer("message_id")
    message = chat.messages.get(number)
    if message is None:
        raise bad("message to delete not found", excused=number in chat.deleted)
    if chat.is_group and message.get("from", {}).get("id") != world.bot["id"]:
        raise bad("message can't be deleted")
    del chat.messages[number]
    chat.deleted.add(number)
    return True


def send_chat_action(world: World, params: Parameters) -> bool:
    """https://core.telegram.org/bots/api#sendchataction."""
    chat = world.chat(params.text("chat_id"))
    action = params.text("action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    _thread(chat, params)
    chat.actions.append(action)
    world.changed.notify_all()
    return True
