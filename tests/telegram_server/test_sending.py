"""Where messages may go, and what may be done to them later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.telegram_server.kinds import PrivateChat
from tests.telegram_server.server import TelegramServer

Call = Callable[..., dict[str, Any]]
Calls = Callable[[TelegramServer], Call]


def said(answer: dict[str, Any]) -> tuple[int, str]:
    assert answer["ok"] is False, answer
    return answer["error_code"], answer["description"]


def test_an_unknown_chat_is_not_found(server: TelegramServer, call: Call) -> None:
    for chat_id in ("999", "@nobody", "none", "-5"):
        assert said(call("sendMessage", chat_id=chat_id, text="x")) == (
            400,
            "Bad Request: chat not found",
        )
    assert said(call("sendMessage", text="x")) == (400, "Bad Request: chat_id is empty")


def test_what_a_bot_cannot_help_is_refused_and_no_violation(
    server: TelegramServer, call: Call
) -> None:
    before = len(server.violations), len(server.refusals)
    user, group, old = server.private(), server.group(), server.group(title="Old")
    user.blocks()
    group.removes_bot()
    new = old.migrates()
    assert said(call("sendMessage", chat_id=user.id, text="x")) == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    assert said(call("sendChatAction", chat_id=group.id, action="typing")) == (
        403,
        "Forbidden: bot was kicked from the group chat",
    )
    answer = call("sendMessage", chat_id=old.id, text="x")
    assert said(answer)[0] == 400
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert call("sendMessage", chat_id=new.id, text="x")["ok"]
    assert (len(server.violations), len(server.refusals)) == (before[0], before[1] + 3)
    user.unblocks()
    group.adds_bot()
    assert call("sendMessage", chat_id=user.id, text="x")["ok"]
    assert call("sendMessage", chat_id=group.id, text="x")["ok"]


def test_a_reply_needs_its_message_unless_it_says_otherwise(call: Call, chat: PrivateChat) -> None:
    asked = chat.says("?")
    call("sendMessage", chat_id=chat.id, text="x", reply_parameters={"message_id": asked.id})
    assert chat.answer().reply_to == asked.id
    missing = {"message_id": 77}
    assert said(call("sendMessage", chat_id=chat.id, text="x", reply_parameters=missing)) == (
        400,
        "Bad Request: message to be replied not found",
    )
    missing |= {"allow_sending_without_reply": True}
    assert call("sendMessage", chat_id=chat.id, text="x", reply_parameters=missing)["ok"]
    assert chat.answer().reply_to is None


def test_a_topic_must_be_there(server: TelegramServer, call: Call, chat: PrivateChat) -> None:
    group = server.group(is_forum=True)
    thread = group.topic("Streets")
    call("sendMessage", chat_id=group.id, text="x", message_thread_id=thread)
    assert group.answer().thread == thread
    asked = group.says("?", thread=thread)
    call("sendMessage", chat_id=group.id, text="x", reply_parameters={"message_id": asked.id})
    assert group.answer().thread == thread
    for chat_id, number in ((group.id, thread + 50), (chat.id, 1)):
        for method, more in (("sendMessage", {"text": "x"}), ("sendChatAction", TYPING)):
            answer = call(method, chat_id=chat_id, message_thread_id=number, **more)
            assert said(answer) == (400, "Bad Request: message thread not found")


TYPING = {"action": "typing"}


def test_a_chat_action_is_one_that_is_known(call: Call, chat: PrivateChat) -> None:
    assert call("sendChatAction", chat_id=chat.id, **TYPING)["ok"]
    assert not call("sendChatAction", chat_id=chat.id, action="dancing")["ok"]
    assert chat.state.actions == ["typing"]


def test_only_own_messages_that_are_there_and_change_are_edited(
    server: TelegramServer, call: Call, chat: PrivateChat
) -> None:
    asked = chat.says("?")
    sent = call("sendMessage", chat_id=chat.id, text="x")["result"]["message_id"]
    keyboard = {"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]}
    chat.wait()

    def edit(number: int, method: str = "editMessageText", **more: Any) -> dict[str, Any]:
        return call(method, chat_id=chat.id, message_id=number, **more)

    assert edit(sent, text="y", reply_markup=keyboard)["result"]["text"] == "y"
    edited = chat.answer()
    assert (edited.edited, edited.text, edited.has_button("b")) == (True, "y", True)
    before = len(server.violations)
    assert "message is not modified" in said(edit(sent, text="y", reply_markup=keyboard))[1]
    assert server.violations[before:] == []
    assert edit(sent, "editMessageReplyMarkup")["ok"]
    assert (chat.answer().text, chat.current(sent).buttons) == ("y", ())  # type: ignore[union-attr]
    assert "message is not modified" in said(edit(sent, "editMessageReplyMarkup"))[1]
    assert "message can't be edited" in said(edit(asked.id, text="y"))[1]
    assert "message to edit not found" in said(edit(77, text="y"))[1]
    assert "message is too long" in said(edit(sent, text="y" * 4097))[1]
    assert edit(sent, "deleteMessage")["ok"]
    assert "message to edit not found" in said(edit(sent, text="z"))[1]
    assert "message to delete not found" in said(edit(sent, "deleteMessage"))[1]


def test_a_document_has_a_name_content_and_a_short_caption(
    server: TelegramServer, client: httpx.Client, chat: PrivateChat
) -> None:
    url = f"{server.base_url}{server.token}/sendDocument"

    def send(content: bytes = b"<p>", name: str = "r.html", **fields: str) -> dict[str, Any]:
        files = {"document": (name, content, "text/html")}
        body: dict[str, Any] = client.post(
            url, data={"chat_id": str(chat.id), **fields}, files=files
        ).json()
        return body

    assert send(caption="c" * 1024, caption_entities='[{"type":"bold","offset":0,"length":1}]')[
        "ok"
    ]
    sent = chat.answer()
    assert sent.document is not None
    assert (sent.document.name, sent.document.content) == ("r.html", b"<p>")
    assert (sent.text, sent.bold) == ("c" * 1024, ["c"])
    assert said(send(caption="c" * 1025))[1].endswith("message caption is too long")
    assert said(send(content=b""))[1].endswith("file must be non-empty")
    assert not client.post(url, data={"chat_id": str(chat.id)}).json()["ok"]


def test_a_document_of_more_than_50_megabytes_is_refused(
    server: TelegramServer, client: httpx.Client, chat: PrivateChat
) -> None:
    url = f"{server.base_url}{server.token}/sendDocument"
    for size, taken in ((50_000_000, True), (50_000_001, False)):
        answer = client.post(
            url, data={"chat_id": str(chat.id)}, files={"document": ("r.txt", b"x" * size)}
        )
        assert answer.json()["ok"] is taken


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("bot123456:WRONG/getMe", 401, "Unauthorized"),
        ("botnone/getMe", 404, "Not Found"),
        ("bot123456:TEST/getNothing", 404, "Not Found: method not found"),
        ("", 404, "Not Found"),
    ],
)
def test_a_wrong_address_is_refused(
    server: TelegramServer, client: httpx.Client, path: str, code: int, description: str
) -> None:
    answer = client.get(f"http://127.0.0.1:{server.port}/{path}")
    assert (answer.status_code, answer.json()) == (
        code,
        {"ok": False, "error_code": code, "description": description},
    )


def test_parameters_come_as_form_json_multipart_or_in_the_address(
    server: TelegramServer, client: httpx.Client, chat: PrivateChat
) -> None:
    url = f"{server.base_url}{server.token}/SENDMESSAGE"
    entities = [{"type": "bold", "offset": 0, "length": 2}]
    params = {"chat_id": chat.id, "text": "你好", "entities": entities}
    text = '[{"type": "bold", "offset": 0, "length": 2}]'
    fields = {"chat_id": str(chat.id), "text": "你好", "entities": text}
    client.post(url, json=params)
    client.post(url, data=fields)
    client.post(url, files={name: (None, value) for name, value in fields.items()})
    client.get(url, params=fields)
    assert [(sent.text, sent.bold) for sent in chat.wait(4)] == [("你好", ["你好"])] * 4
    assert server.requests[-1].method == "sendMessage"
    for body, kind in ((b"[1]", "application/json"), (b"{", "application/json")):
        assert client.post(url, content=body, headers={"Content-Type": kind}).status_code == 400
    assert (
        client.post(url, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code
        == 400
    )


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([{"command": "Ask", "description": "d"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "d"}], "BOT_COMMAND_INVALID"),
        ([{"command": "ask-me", "description": "d"}], "BOT_COMMAND_INVALID"),
        ([{"command": "ask", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "ask", "description": "d" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": f"c{n}", "description": "d"} for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_commands_that_are_wrong_are_refused(call: Call, commands: Any, why: str) -> None:
    assert said(call("setMyCommands", commands=commands)) == (400, f"Bad Request: {why}")


def test_commands_are_kept_by_scope_and_language(call: Call, chat: PrivateChat) -> None:
    general = [{"command": "ask", "description": "d" * 256}]
    own = [{"command": "stats", "description": "s"}]
    scope = {"type": "chat", "chat_id": chat.id}
    assert call("setMyCommands", commands=general)["ok"]
    assert call("setMyCommands", commands=own, scope=scope, language_code="zh")["ok"]
    assert call("getMyCommands")["result"] == general
    assert call("getMyCommands", scope=scope, language_code="zh")["result"] == own
    assert call("getMyCommands", scope=scope)["result"] == []
    assert call("deleteMyCommands", scope=scope, language_code="zh")["ok"]
    assert call("getMyCommands", scope=scope, language_code="zh")["result"] == []
    assert not call("setMyCommands", commands=own, language_code="zh-hant")["ok"]
    assert not call("setMyCommands", commands=own, scope={"type": "everyone"})["ok"]
    assert not call("setMyCommands", commands=own, scope=scope | {"chat_id": 999})["ok"]


@pytest.mark.parametrize(
    ("name", "limit"), [("Name", 64), ("Description", 512), ("ShortDescription", 120)]
)
def test_profile_texts_are_short_and_kept_by_language(call: Call, name: str, limit: int) -> None:
    field = {"ShortDescription": "short_description"}.get(name, name.lower())
    assert call(f"setMy{name}", **{field: "武" * limit}, language_code="zh")["ok"]
    assert call(f"setMy{name}", **{field: "x"})["ok"]
    assert call(f"getMy{name}", language_code="zh")["result"] == {field: "武" * limit}
    assert call(f"getMy{name}", language_code="es")["result"] == {field: "x"}
    assert not call(f"setMy{name}", **{field: "x" * (limit + 1)})["ok"]


def test_members_and_administrators_are_told(
    server: TelegramServer, call: Call, chat: PrivateChat
) -> None:
    group = server.group()
    boss = group.joins(server.user(first_name="Kim"), "administrator")
    member = group.joins(server.user(first_name="Lee"))
    told = call("getChatAdministrators", chat_id=group.id)["result"]
    assert [each["user"]["id"] for each in told] == [group.user["id"], boss["id"]]
    answer = call("getChatMember", chat_id=group.id, user_id=member["id"])
    assert answer["result"]["status"] == "member"
    assert not call("getChatMember", chat_id=group.id, user_id=5)["ok"]
    assert not call("getChatAdministrators", chat_id=chat.id)["ok"]
    assert call("getChat", chat_id=group.id)["result"]["title"] == "Neighbours"
    assert call("leaveChat", chat_id=group.id)["ok"]
    assert said(call("getChat", chat_id=group.id))[0] == 403


def test_a_poor_server_answers_less(calls: Calls, client: httpx.Client) -> None:
    with TelegramServer(poor=True) as server:
        call, chat = calls(server), server.private()
        assert call("getMe")["result"].keys() == {"id", "is_bot", "first_name", "username"}
        markup = {"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]}
        sent = call("sendMessage", chat_id=chat.id, text="x", reply_markup=markup)
        assert sent["result"] == {"message_id": 1}
        for method in ("setMyCommands", "setMyDescription", "getMyName", "deleteWebhook"):
            assert said(call(method))[0] == 404
        chat.presses("b")
        (update,) = call("getUpdates")["result"]
        assert update["callback_query"]["message"]["message_id"] == 1
        assert "text" not in update["callback_query"]["message"]
        assert server.violations == []
