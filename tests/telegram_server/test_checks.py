"""What is refused in texts and entities, and what is let through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.telegram_server.kinds import PrivateChat
from tests.telegram_server.server import TelegramServer

Call = Callable[..., dict[str, Any]]


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def refusal(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False, answer
    assert answer["error_code"] == 400
    description: str = answer["description"]
    assert description.startswith("Bad Request: ")
    return description.removeprefix("Bad Request: ")


@pytest.mark.parametrize("text", ["a", "x" * 4096, "😀" * 2048, " " * 5000 + "end"])
def test_a_text_of_1_to_4096_units_is_sent(call: Call, chat: PrivateChat, text: str) -> None:
    assert call("sendMessage", chat_id=chat.id, text=text)["ok"]
    # Blanks at the ends are no part of it.
    assert chat.answer().text == text.strip()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "message text is empty"),
        (" \n\t ", "message text is empty"),
        ("\x00", "message text is empty"),
        ("x" * 4097, "message is too long"),
        # One character less than half, but one unit more than all.
        ("😀" * 2048 + "x", "message is too long"),
    ],
)
def test_a_text_of_no_or_too_many_units_is_refused(
    server: TelegramServer, call: Call, chat: PrivateChat, text: str, why: str
) -> None:
    before = len(server.violations)
    assert refusal(call("sendMessage", chat_id=chat.id, text=text)) == why
    assert server.violations[before:] == [f"sendMessage: 400 Bad Request: {why}"]


def test_a_text_is_required(call: Call, chat: PrivateChat) -> None:
    assert refusal(call("sendMessage", chat_id=chat.id)) == "message text is empty"


@pytest.mark.parametrize(
    "entities",
    [
        [],
        [entity("bold", 0, 3)],
        # The text is a, an emoji of two units, b.
        [entity("italic", 1, 2), entity("code", 3, 1)],
        [entity("bold", 0, 4), entity("italic", 0, 4)],
        [entity("blockquote", 0, 4), entity("bold", 1, 2), entity("code", 3, 1)],
        [entity("expandable_blockquote", 0, 4), entity("text_link", 0, 1, url="http://a.b/c?d=e")],
        [entity("text_link", 0, 4, url="tg://user?id=1"), entity("bold", 1, 2)],
        [entity("text_link", 0, 1, url="https://t.me/cityqa_bot?start=wuhan-1a2b3c4d")],
    ],
    ids=str,
)
def test_entities_that_lie_right_are_taken(
    call: Call, chat: PrivateChat, entities: list[dict[str, Any]]
) -> None:
    answer = call("sendMessage", chat_id=chat.id, text="a😀b!"[:3], entities=entities)
    assert answer["ok"], answer
    assert answer["result"].get("entities", []) == entities
    assert list(chat.answer().entities) == entities


@pytest.mark.parametrize(
    ("entities", "why"),
    [
        ([entity("bald", 0, 1)], "unsupported type 'bald'"),
        ([entity("bold", 0, 5)], "offset 0 ends after the end of the text at UTF-16 offset 5"),
        ([entity("bold", -1, 1)], "offset -1"),
        ([entity("bold", 1, 0)], "is empty"),
        ([entity("bold", 0, 2)], "ends in a middle of a UTF-16 symbol at 2"),
        ([entity("bold", 2, 1)], "begins in a middle of a UTF-16 symbol at 2"),
        ([entity("bold", 0, 3), entity("italic", 1, 3)], "italic at UTF-16 offset 1 overlaps bold"),
        ([entity("bold", 0, 4), entity("code", 0, 1)], "code at UTF-16 offset 0 cannot be in bold"),
        ([entity("pre", 0, 4), entity("bold", 0, 1)], "cannot be in pre"),
        ([entity("blockquote", 0, 4), entity("expandable_blockquote", 0, 1)], "cannot be in"),
        (
            [entity("text_link", 0, 4, url="http://a.b"), entity("url", 0, 1)],
            "url at UTF-16 offset 0 cannot be in text_link",
        ),
        ([entity("bold", 0, 4), entity("bold", 0, 1)], "bold at UTF-16 offset 0 cannot be in bold"),
        ([entity("text_link", 0, 1)], "URL is empty"),
        ([entity("text_link", 0, 1, url="javascript:x")], "Wrong HTTP URL"),
        ([entity("text_link", 0, 1, url="ftp://a.b")], "Wrong HTTP URL"),
        ([entity("text_link", 0, 1, url="http://localhost:8000/")], "Wrong HTTP URL"),
        ([entity("text_link", 0, 1, url="file:///home/x.html")], "Wrong HTTP URL"),
        ([entity("text_link", 0, 1, url="http://a.b/c d")], "Wrong HTTP URL"),
        ([entity("text_link", 0, 1, url="https://t.me/b?start=%C3%BC")], "START_PARAM_INVALID"),
        (["bold"], "expected an Object"),
        ([{"type": "bold", "offset": "0", "length": 1}], "must be Numbers"),
        ([entity("bold", 0, 1)] * 101, "101 entities"),
    ],
    ids=str,
)
def test_entities_that_lie_wrong_are_refused(
    call: Call, chat: PrivateChat, entities: list[Any], why: str
) -> None:
    assert why in refusal(call("sendMessage", chat_id=chat.id, text="a😀b", entities=entities))


def test_white_space_at_the_ends_goes_and_entities_move(call: Call, chat: PrivateChat) -> None:
    entities = [entity("bold", 0, 5), entity("italic", 6, 1)]
    call("sendMessage", chat_id=chat.id, text="\n  ab \n", entities=entities)
    sent = chat.answer()
    # Three units went before "ab", and the italic one lay on what went after it.
    assert (sent.text, sent.bold, len(sent.entities)) == ("ab", ["ab"], 1)


def test_a_lone_surrogate_is_no_text(server: TelegramServer, call: Call, chat: PrivateChat) -> None:
    import httpx

    url = f"{server.base_url}{server.token}/sendMessage"
    for body, kind in (
        (f'{{"chat_id": {chat.id}, "text": "\\ud83d"}}', "application/json"),
        (f"chat_id={chat.id}&text=%ED%A0%BD", "application/x-www-form-urlencoded"),
        (f"chat_id={chat.id}&text=%FF", "application/x-www-form-urlencoded"),
    ):
        answer = httpx.post(url, content=body, headers={"Content-Type": kind})
        assert answer.status_code == 400
        assert "UTF-8" in answer.json()["description"]


@pytest.mark.parametrize(
    ("text", "shown", "entities"),
    [
        ("a &lt;b&gt; &amp;&quot;&#20320;&#x4f60;", 'a <b> &"你你', []),
        ("&nbsp; & &unknown;", "&nbsp; & &unknown;", []),
        ("😀<b>x<i>y</i></b>", "😀xy", [entity("bold", 2, 2), entity("italic", 3, 1)]),
        (
            '<blockquote expandable><a href="http://a.b/?c=1&amp;d">q</a></blockquote>',
            "q",
            [
                entity("expandable_blockquote", 0, 1),
                entity("text_link", 0, 1, url="http://a.b/?c=1&d"),
            ],
        ),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
    ],
)
def test_html_becomes_entities(
    call: Call, chat: PrivateChat, text: str, shown: str, entities: list[dict[str, Any]]
) -> None:
    answer = call("sendMessage", chat_id=chat.id, text=text, parse_mode="HTML")
    assert answer["ok"], answer
    assert (answer["result"]["text"], answer["result"].get("entities", [])) == (shown, entities)


@pytest.mark.parametrize(
    ("mode", "text", "why"),
    [
        ("HTML", "<b>x", 'end tag corresponding to start tag "b"'),
        ("HTML", "<b>x</i>", 'Unmatched end tag "</i>"'),
        ("HTML", "x</b>", "Unmatched end tag"),
        ("HTML", "<script>x</script>", 'Unsupported start tag "script"'),
        ("HTML", "<br>", 'Unsupported start tag "br"'),
        ("HTML", "1 < 2", "Unclosed start tag at byte offset 2"),
        ("HTML", '<span class="x">x</span>', 'Unsupported start tag "span"'),
        ("HTML", "<b></b>", "message text is empty"),
        ("MarkdownV2", "1.5", "'.' is reserved"),
        ("MarkdownV2", "*x", "Can't find end of the entity"),
        ("MarkdownV2", "*x_y*z_", "Can't find end of italic"),
        ("MarkdownV2", "`x", "Can't find end of the entity"),
        ("MarkdownV2", "[x](http://a.b", "Can't find end of a URL"),
        ("BBCode", "x", "unsupported parse_mode"),
    ],
)
def test_markup_that_is_not_well_formed_is_refused(
    call: Call, chat: PrivateChat, mode: str, text: str, why: str
) -> None:
    assert why in refusal(call("sendMessage", chat_id=chat.id, text=text, parse_mode=mode))


def test_markdown_becomes_entities(call: Call, chat: PrivateChat) -> None:
    text = "*b*1\\.5 `c` [l](http://a.b)\n>q\n>r\n__u__ ||s||"
    answer = call("sendMessage", chat_id=chat.id, text=text, parse_mode="MarkdownV2")
    assert answer["ok"], answer
    sent = chat.answer()
    assert sent.text == "b1.5 c l\nq\nr\nu s"
    assert sent.styled("bold", "code", "underline", "spoiler") == ["b", "c", "u", "s"]
    assert (sent.links, sent.quotes) == ([("l", "http://a.b")], ["q\nr"])


def test_text_before_markup_may_be_longer_than_what_is_shown(call: Call, chat: PrivateChat) -> None:
    assert call("sendMessage", chat_id=chat.id, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")[
        "ok"
    ]
    assert not call("sendMessage", chat_id=chat.id, text=f"<b>{'x' * 4097}</b>", parse_mode="HTML")[
        "ok"
    ]
